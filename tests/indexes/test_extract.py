"""Formats: titles, headings, lines, and what is no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.errors import SkipDocument
from indexes.extract.registry import extract


def headings(data: str, extension: str) -> list[tuple[int, str]]:
    blocks = extract(data.encode(), extension).blocks
    return [(b.level, b.label) for b in blocks if b.kind == "heading"]


def test_markdown_headings_have_levels_and_plain_labels():
    text = "# The `core` of *it*\n\ntext\n\nSetext\n------\n\n[A link](x) {#id}\n===\n"
    assert headings(text, "md") == [(1, "The core of it"), (2, "Setext"), (1, "A link")]


def test_a_hash_in_a_code_block_is_no_heading():
    assert headings("```sh\n# a comment\n```\n", "md") == []


def test_the_title_of_markdown_is_its_front_matter_or_highest_heading():
    assert extract(b"---\ntitle: 'From above'\n---\n# Below\n", "md").title == "From above"
    assert extract(b"## Second\n\n# First\n", "md").title == "First"
    assert extract(b"just text\n", "md").title == ""


def test_rest_headings_take_levels_in_the_order_of_their_marks():
    text = "=====\nTitle\n=====\n\nPart\n----\n\ntext\n\nSub\n~~~\n\nPart two\n--------\n"
    assert headings(text, "rst") == [(1, "Title"), (2, "Part"), (3, "Sub"), (2, "Part two")]


def test_a_preamble_gives_the_title():
    assert extract(b"PEP: 8\nTitle: Style Guide\nAuthor: X\n\nIntro\n=====\n", "rst").title == (
        "Style Guide"
    )


def test_asciidoc_headings():
    assert headings("= Doc\n\n== Part\n\ntext\n", "adoc") == [(1, "Doc"), (2, "Part")]


def test_html_gives_the_words_a_reader_sees():
    page = (
        "<html><head><title>T &amp; t</title><style>p{}</style></head><body><nav>menu</nav>"
        "<h2>Head</h2><p>One <b>two</b>\nthree.</p><script>x()</script><pre>a\n  b</pre></body>"
    )
    extracted = extract(page.encode(), "html")
    assert extracted.title == "T & t"
    assert extracted.text == "Head\n\nOne two three.\n\na\n  b"


def test_html_blocks_know_their_source_line():
    extracted = extract(b"<p>one</p>\n\n<p>\n\ntwo</p>", "html")
    assert [block.line for block in extracted.blocks] == [1, 5]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", "café"),
        ("café".encode("utf-16"), "café"),
        ("Les élèves étudient à l'école près de la forêt.".encode("latin-1"),
         "Les élèves étudient à l'école près de la forêt."),
        ("Größe, Übung, Straße".encode("latin-1"), "Größe, Übung, Straße"),
        ("Привет, как дела? Сегодня хорошая погода.".encode("cp1251"),
         "Привет, как дела? Сегодня хорошая погода."),
        (b"a\r\nb\rc", "a\nb\nc"),
    ],
)  # fmt: skip
def test_encodings_and_line_ends_are_understood(data, text):
    assert extract(data, "txt").text == text


@pytest.mark.parametrize("data", [b"\x7fELF\x00\x01\x02", bytes(range(256)) * 8])
def test_binary_data_is_skipped_whatever_its_name(data):
    with pytest.raises(SkipDocument, match="binary"):
        extract(data, "txt")


@pytest.mark.parametrize("data", [b"", b" \n\t\n"])
def test_a_file_without_text_is_skipped(data):
    with pytest.raises(SkipDocument, match="no text"):
        extract(data, "md")


@given(st.binary(max_size=600), st.sampled_from(["md", "rst", "html", "txt", "py", "bin"]))
def test_any_bytes_are_read_or_skipped(data, extension):
    try:
        extracted = extract(data, extension)
    except SkipDocument:
        return
    assert extracted.text.strip()


@given(st.text(alphabet="<>/!-hp1titlescrynav \"'=&;\n", max_size=300))
def test_any_markup_gives_ordered_blocks_that_slice_the_text(page):
    try:
        extracted = extract(page.encode(), "html")
    except SkipDocument:
        return
    end = 0
    for block in extracted.blocks:
        assert end <= block.start < block.end <= len(extracted.text)
        assert extracted.text[block.start : block.end].strip()
        end = block.end
