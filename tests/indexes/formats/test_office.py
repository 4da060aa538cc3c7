"""Office formats: words as a reader sees them, where they stand, and nothing of the markup."""

import time
from pathlib import Path

import pytest

from indexes.errors import SkipDocument
from indexes.extract.registry import extract, type_of
from indexes.extract.sandbox import Limits, Sandbox
from tests.indexes.formats.making import (
    PICTURE,
    P,
    compound,
    docx,
    epub,
    odf,
    pdf,
    pdf_of_streams,
    pptx,
    word_paragraph,
    xlsx,
    zipped,
)  # fmt: skip


def labels(data: bytes, extension: str) -> list[tuple[int, str]]:
    return [(b.level, b.label) for b in extract(data, extension).blocks if b.kind == "heading"]


def pages(data: bytes, extension: str) -> dict[str, int | None]:
    extracted = extract(data, extension)
    return {extracted.text[b.start : b.end]: b.page for b in extracted.blocks}


def test_word_headings_are_told_by_the_names_of_their_styles():
    data = docx(
        word_paragraph("Erstes", "Berschrift1")
        + word_paragraph("Text.")
        + word_paragraph("In", "H2")
    )
    assert labels(data, "docx") == [(1, "Erstes"), (2, "In")]


def test_word_text_is_without_markup_deletions_and_instructions():
    data = docx(
        "<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t></w:r>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:r><w:instrText>PAGEREF x</w:instrText></w:r></w:p>"
    )
    assert extract(data, "docx").text == "one\ttwo"


def test_a_row_of_a_word_table_stays_together():
    cells = "".join(f"<w:tc>{word_paragraph(word)}</w:tc>" for word in ("left", "right"))
    assert extract(docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"), "docx").text == "left | right"


def test_word_footnotes_and_title_are_read():
    from tests.indexes.formats.making import W

    data = docx(
        word_paragraph("Body"),
        word__footnotes=f"<w:footnotes {W}>{word_paragraph('A note')}</w:footnotes>",
        docProps__core="<c><title>The Title</title><keywords>tax, home</keywords></c>",
    )
    extracted = extract(data, "docx")
    assert extracted.text == "Body\n\nA note"
    assert extracted.title == "The Title"
    assert extracted.tags == ("tax", "home")


def test_slides_come_in_their_order_with_numbers_titles_and_notes():
    data = pptx([("First", "alpha"), ("Second", "beta")], notes={1: "say this"})
    assert pages(data, "pptx") == {"First": 1, "alpha": 1, "Second": 2, "beta": 2, "say this": 2}
    assert labels(data, "pptx") == [(1, "First"), (1, "Second")]


def test_rows_of_a_workbook_are_records_with_sheet_and_row():
    data = xlsx({"Birds": [["name", "length"], ["Wren", 10], [], ["Kite", 60]]})
    extracted = extract(data, "xlsx")
    records = [
        (extracted.text[b.start : b.end], b.page) for b in extracted.blocks if b.kind == "record"
    ]
    assert records == [("name: Wren | length: 10", 2), ("name: Kite | length: 60", 4)]
    assert labels(data, "xlsx") == [(1, "Birds")]


def test_opendocument_text_has_headings_spaces_tables_and_metadata():
    data = odf(
        "text",
        '<office:text><text:h text:outline-level="2">Part</text:h>'
        '<text:p>a<text:s text:c="3"/>b<text:tab/>c</text:p><table:table><table:table-row>'
        "<table:table-cell><text:p>x</text:p></table:table-cell>"
        "<table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table>"
        "</office:text>",
        "<dc:title>My Letter</dc:title><meta:keyword>family</meta:keyword>",
    )
    extracted = extract(data, "odt")
    assert extracted.text == "Part\n\na   b\tc\n\nx | y"
    assert (extracted.title, extracted.tags) == ("My Letter", ("family",))
    assert labels(data, "odt") == [(2, "Part")]


def test_opendocument_notes_stand_after_the_sentence_they_belong_to():
    body = (
        "<office:text><text:p>Before<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>A footnote.</text:p></text:note-body></text:note> and after."
        "</text:p></office:text>"
    )
    assert extract(odf("text", body), "odt").text == "Before and after.\n\nA footnote."


ROWS = (("Tree", "Height"), ("oak", "tall"), ("box", "low"))
ROW_BLOCKS = [
    ("Tree | Height", ""),
    ("oak | tall", "Tree | Height"),
    ("box | low", "Tree | Height"),
]


@pytest.mark.parametrize("kind", ["docx", "odt", "html", "md"])
def test_rows_of_a_table_know_the_names_of_its_columns(kind):
    word = "".join(
        "<w:tr>" + "".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in ROWS
    )
    opened = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in row)
        + "</table:table-row>"
        for row in ROWS
    )
    page = "".join(
        "<tr>" + "".join(f"<{'td' if i else 'th'}>{cell}" for cell in row)
        for i, row in enumerate(ROWS)
    )
    data = {
        "docx": docx(f"<w:tbl>{word}</w:tbl>"),
        "odt": odf("text", f"<office:text><table:table>{opened}</table:table></office:text>"),
        "html": f"<table>{page}</table>".encode(),
        "md": b"| Tree | Height |\n|---|---|\n| oak | tall |\n| box | low |\n",
    }[kind]
    extracted = extract(data, kind)
    found = [(extracted.text[b.start : b.end], b.label) for b in extracted.blocks]
    if kind == "md":
        found = [(text.split("\n")[0].strip("| "), label) for text, label in found]
    assert found == ROW_BLOCKS
    assert {block.kind for block in extracted.blocks} == {"table"}


def test_text_of_a_nested_table_is_read_once():
    inner = f"<w:tbl><w:tr><w:tc>{word_paragraph('inner')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    assert extract(docx(outer), "docx").text == "inner"


def test_opendocument_slides_have_numbers():
    page = (
        '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>{}</text:p>'
        "</draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>{}</text:p>"
        "</draw:text-box></draw:frame></draw:page>"
    )
    body = page.format("One", "alpha") + page.format("Two", "beta")
    data = odf("presentation", f"<office:presentation>{body}</office:presentation>")
    assert pages(data, "odp") == {"One": 1, "alpha": 1, "Two": 2, "beta": 2}


def test_the_title_of_a_sheet_does_not_hide_the_names_of_its_columns():
    data = xlsx({"S": [["Trees of the park"], [], ["tree", "height"], ["oak", 20]]})
    assert pages(data, "xlsx")["tree: oak | height: 20"] == 4


def test_rows_are_counted_from_the_first_of_the_sheet_also_when_that_is_blank():
    data = xlsx({"S": [[], [], ["tree", "height"], ["oak", 20]]})
    assert pages(data, "xlsx") == {"S": 3, "tree | height": 3, "tree: oak | height: 20": 4}


def test_boxes_and_comments_of_a_workbook_are_read():
    with pytest.raises(SkipDocument, match="no text in its cells"):
        extract(xlsx({"S": []}), "xlsx")
    data = xlsx({"S": []}, {
        "xl/drawings/drawing1.xml": f"<d {P}><sp><txBody><a:p><a:r><a:t>In a box</a:t></a:r></a:p>"
                                    "</txBody></sp></d>",
        "xl/comments1.xml": "<comments><comment><text><r><t>A comment</t></r></text></comment>"
                            "</comments>",
    })  # fmt: skip
    assert set(pages(data, "xlsx")) == {"In a box", "A comment"}


def test_an_opendocument_sheet_is_read_by_rows():
    row = "<table:table-row>{}</table:table-row>"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = row.format(cell.format("tree") + cell.format("height")) + row.format(
        cell.format("oak") + cell.format("tall")
    )
    table = f'<table:table table:name="T">{rows}</table:table>'
    body = f"<office:spreadsheet>{table}</office:spreadsheet>"
    assert pages(odf("spreadsheet", body), "ods")["tree: oak | height: tall"] == 2


def test_an_encrypted_opendocument_file_is_named_as_such():
    data = odf("text", "", **{"META-INF__manifest": "<m><encryption-data/></m>"})
    with pytest.raises(SkipDocument, match="encrypted"):
        extract(data, "odt")


def test_chapters_of_a_book_have_numbers():
    data = epub(["<h1>One</h1><p>alpha</p>", "<h1>Two</h1><p>beta</p>"], subject="Fiction")
    assert pages(data, "epub") == {"One": 1, "alpha": 1, "Two": 2, "beta": 2}
    assert extract(data, "epub").title == "A Book"
    assert extract(data, "epub").tags == ("Fiction",)


def test_pages_of_a_pdf_have_numbers_and_hyphenated_words_are_joined():
    data = pdf([["The quick brown fox jum-", "ped over."], ["Second page."]], title="Foxes")
    assert pages(data, "pdf") == {"The quick brown fox jumped over.": 1, "Second page.": 2}
    assert extract(data, "pdf").title == "Foxes"


def test_a_pdf_of_pictures_says_that_it_would_need_ocr():
    with pytest.raises(SkipDocument, match="OCR"):
        extract(pdf_of_streams([PICTURE]), "pdf")
    with pytest.raises(SkipDocument, match=r"no text in it$"):
        extract(pdf([[]]), "pdf")


def page_of(*lines: tuple[str, str, float]) -> str:
    """Draw lines: font, what it says, height on the page."""
    return " ".join(f"BT {font} Tf 1 0 0 1 50 {up} Tm ({text}) Tj ET" for font, text, up in lines)


TEXT = "words that fill the line well enough to be the usual ones of it"


def test_large_and_bold_lines_of_a_pdf_are_headings():
    lines = [("/F1 20", "The Title", 600.0), ("/F2 12", "A Part", 560.0)]
    lines += [("/F1 12", TEXT, 540.0 - 14 * i) for i in range(5)]
    data = pdf_of_streams([page_of(*lines)])
    assert labels(data, "pdf") == [(1, "The Title"), (2, "A Part")]
    assert extract(data, "pdf").title == "The Title"


def test_a_heading_of_several_lines_is_one_in_a_pdf():
    lines = [("/F1 28", text, 720.0 - 32 * i) for i, text in enumerate(("Paying", "Old Debts"))]
    lines += [("/F1 28", "Another Part", 600.0)]
    lines += [("/F1 12", TEXT, 540.0 - 14 * i) for i in range(5)]
    assert labels(pdf_of_streams([page_of(*lines)]), "pdf") == [
        (1, "Paying Old Debts"), (1, "Another Part")
    ]  # fmt: skip


def test_many_large_lines_are_no_heading_of_a_pdf():
    lines = [("/F1 18", TEXT, 720.0 - 21 * i) for i in range(5)]
    lines += [("/F1 12", TEXT, 540.0 - 14 * i) for i in range(20)]
    assert labels(pdf_of_streams([page_of(*lines)]), "pdf") == []


def test_lines_of_a_pdf_that_stand_apart_are_paragraphs():
    heights = (600.0, 586.0, 550.0, 536.0)
    data = pdf_of_streams([page_of(*(("/F1 12", f"{TEXT} {up:.0f}", up) for up in heights))])
    assert [text[-3:] for text in pages(data, "pdf")] == ["586", "536"]


def test_what_is_printed_on_every_page_of_a_pdf_is_read_once():
    sheets = [
        page_of(("/F1 12", "Annual Report", 760.0), ("/F1 12", f"About {word}.", 400.0),
                ("/F1 12", f"Page {i} of 3", 30.0))
        for i, word in enumerate(("bees", "ants", "owls"), 1)
    ]  # fmt: skip
    assert pages(pdf_of_streams(sheets), "pdf") == {
        "Annual Report": 1, "About bees.": 1, "About ants.": 2, "About owls.": 3,
    }  # fmt: skip


def test_notes_and_filled_in_fields_of_a_pdf_are_read():
    notes = (
        "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Ask Ada) >> "
        "<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [0 0 9 9] /T (Name) /V (Grace) >>"
    )
    data = pdf_of_streams([page_of(("/F1 12", "A form.", 400.0))], notes=notes)
    assert pages(data, "pdf") == {"A form.": 1, "Ask Ada": 1, "Name: Grace": 1}


def test_an_outlook_message_is_read_with_its_headers():
    data = compound({
        "__properties_version1.0": bytes(32),
        "__substg1.0_0037001F": "Budget".encode("utf-16-le"),
        "__substg1.0_0C1A001F": "Ada".encode("utf-16-le"),
        "__substg1.0_1000001F": "Please read it.".encode("utf-16-le"),
    })  # fmt: skip
    extracted = extract(data, "msg")
    assert extracted.title == "Budget"
    assert "From: Ada" in extracted.text
    assert "Please read it." in extracted.text


def test_old_office_files_say_what_would_read_them(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SkipDocument, match="LibreOffice, antiword or catdoc"):
        extract(compound({"WordDocument": b"x"}), "doc")


@pytest.fixture
def converter(monkeypatch, tmp_path):
    """Install a program of this name that does what the script says."""

    def install(name: str, script: str) -> None:
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")

    return install


OFFICE = 'for last; do :; done; cp "{}" "${{last%.*}}.{}"'
"""Does what LibreOffice does: writes the last argument anew in another format."""


def test_an_old_word_file_is_read_by_an_installed_converter(converter):
    converter("antiword", "echo '[pic]'; echo converted by a program")
    extracted = extract(compound({"WordDocument": b"x"}), "doc")
    assert extracted.text.split() == "converted by a program".split()


def test_libreoffice_gives_headings_and_slides(converter, tmp_path):
    written = tmp_path / "a.docx"
    written.write_bytes(docx(word_paragraph("Part", "H2") + word_paragraph("Words.")))
    converter("antiword", "echo without structure")
    converter("soffice", OFFICE.format(written, "docx"))
    data = compound({"WordDocument": b"x"})
    assert labels(data, "doc") == [(2, "Part")]
    assert extract(data, "doc").format == "doc"
    written.write_bytes(pptx([("One", "alpha"), ("Two", "beta")]))
    converter("soffice", OFFICE.format(written, "pptx"))
    assert pages(compound({"PowerPoint Document": b"x"}), "ppt")["beta"] == 2


def test_where_libreoffice_fails_a_smaller_converter_is_asked(converter):
    converter("soffice", "exit 1")
    data = compound({"WordDocument": b"x"})
    with pytest.raises(SkipDocument, match="LibreOffice could not convert it"):
        extract(data, "doc")
    converter("catdoc", "echo read by another")
    assert "read by another" in extract(data, "doc").text


def test_a_converter_that_hangs_is_ended_with_all_that_it_started(converter, tmp_path):
    converter("soffice", f"sleep 1000 & echo $! > {tmp_path}/pid; wait")
    began = time.monotonic()
    with (
        Sandbox(Limits(seconds=4)) as sandbox,
        pytest.raises(SkipDocument, match="soffice took too long"),
    ):
        sandbox.extract(compound({"WordDocument": b"x"}), "doc")
    assert time.monotonic() - began < 10
    status = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/status")
    assert not status.exists() or "zombie" in status.read_text()


def test_an_encrypted_office_file_is_named_as_such():
    with pytest.raises(SkipDocument, match="encrypted"):
        extract(compound({"EncryptedPackage": b"x"}), "docx")


@pytest.mark.parametrize(
    ("data", "extension", "reason"),
    [
        (b"not a zip archive\0\1\2", "docx", "damaged: not a DOCX"),
        (b"\x09\x08\x10\0\0\x06\5\0 an old workbook", "xls", "damaged: not a XLS"),
        (b" \n", "xls", "no text in it"),
        (b"PK\x03\x04 cut off", "epub", "damaged"),
        (b"%PDF-1.7\n%cut off\n", "pdf", "damaged"),
        (zipped({"a.txt": "x"}), "zip", "zip archive"),
        (zipped({"Index/Document.iwa": "x"}), "pages", "iWork"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": "<w"}), "docx", "not well-formed"),
    ],
)
def test_what_is_damaged_or_not_a_document_is_named(data, extension, reason):
    with pytest.raises(SkipDocument, match=reason):
        extract(data, extension)


@pytest.mark.parametrize("extension", ["txt", "md", "", "doc", "bin"])
def test_what_a_file_is_counts_and_not_how_it_is_called(extension):
    assert extract(pdf([["Known words."]]), extension).format == "pdf"
    assert extract(docx(word_paragraph("Known words.")), extension).format == "docx"


@pytest.mark.parametrize(
    ("data", "extension", "form", "text"),
    [
        (b"<html><body><table><tr><th>Name<th>Qty<tr><td>Bolt<td>5</table>", "xls", "html",
         "Name | Qty\n\nBolt | 5"),
        (b"<table border=1><tr><td>Bolt<td>5</table>", "xls", "html", "Bolt | 5"),
        (b"Name\tQty\nBolt\t5\n", "xls", "csv", "Name | Qty\n\nName: Bolt | Qty: 5"),
        ("Name\tQty\nBolt\t5\n".encode("utf-16"), "xlsx", "csv",
         "Name | Qty\n\nName: Bolt | Qty: 5"),
        (b'<?xml version="1.0"?><Workbook><Row><Cell>Bolt</Cell><Cell>5</Cell></Row></Workbook>',
         "xls", "xml", "Bolt | 5"),
        (b"The budget was approved.\n\nBy all.", "docx", "txt",
         "The budget was approved.\n\nBy all."),
        (b"<!DOCTYPE html><p>Words", "doc", "html", "Words"),
        (b"MIME-Version: 1.0\nSubject: S\nFrom: a@b\nContent-Type: text/html\n\n<p>Words</p>",
         "doc", "eml", "S\n\nFrom: a@b\n\nWords"),
    ],
)  # fmt: skip
def test_text_under_the_name_of_a_container_is_read_as_what_it_is(data, extension, form, text):
    extracted = extract(data, extension)
    assert (extracted.format, extracted.text) == (form, text)
    assert type_of(extension, extracted) == form
