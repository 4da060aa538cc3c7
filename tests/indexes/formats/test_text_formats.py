"""Formats that are text: mail, tables, records, subtitles, manuals, code, markup."""

import pytest

from indexes.errors import SkipDocument
from indexes.extract import code
from indexes.extract.registry import extract, type_of


def blocks(data: str | bytes, extension: str) -> list[tuple[str, str, int | None, int | None]]:
    raw = data.encode() if isinstance(data, str) else data
    extracted = extract(raw, extension)
    return [(extracted.text[b.start : b.end], b.kind, b.page, b.line) for b in extracted.blocks]


def test_a_row_of_a_table_is_a_record_with_the_names_of_its_columns():
    assert blocks("name;born\nAda;1815\n\nAlan;1912\n", "csv") == [
        ("name | born", "paragraph", 1, 1),
        ("name: Ada | born: 1815", "record", 2, 2),
        ("name: Alan | born: 1912", "record", 4, 4),
    ]


def test_ragged_rows_and_open_quotes_lose_no_text():
    text = extract(b'a,b,c\n1,2\n"open quote,3,4\n5,6,7,8,9\n', "csv").text
    for word in ("a: 1", "open quote", "9"):
        assert word in text


def test_lines_of_json_are_records_and_broken_ones_stay_as_they_are():
    found = blocks('{"id": 1, "text": "fine"}\nnot json\n{"text": "also"}\n', "jsonl")
    assert [(text, page) for text, _, page, _ in found] == [
        ("id: 1 | text: fine", 1), ("not json", 2), ("text: also", 3),
    ]  # fmt: skip


def test_a_list_of_json_is_records_with_their_lines():
    found = blocks('[\n {"a": {"b": 1}},\n {"a": ["x", "y"]}\n]', "json")
    assert found == [("a.b: 1", "record", 1, 2), ("a: x, y", "record", 2, 3)]


@pytest.mark.parametrize("text", ['{"unclosed": ', "[" * 5000 + "]" * 5000, '{"a": 1}'])
def test_other_json_is_read_as_it_is_written(text):
    assert extract(text.encode(), "json").text == text


def test_cells_of_a_notebook_have_numbers():
    notebook = (
        '{"cells": [{"cell_type": "markdown", "source": ["# Title\\n", "text"]},'
        '{"cell_type": "code", "source": "x = 1", "outputs": [{"text": "printed"}]}]}'
    )
    assert [(text, page) for text, _, page, _ in blocks(notebook, "ipynb")] == [
        ("# Title", 1), ("text", 1), ("x = 1", 2), ("printed", 2),
    ]  # fmt: skip


def test_the_error_that_a_cell_ended_with_is_read():
    error = (
        '{"output_type": "error", "ename": "ValueError", "evalue": "bad knob", "traceback": '
        '["\\u001b[31mTraceback\\u001b[0m (most recent call last)", "%s"]}'
    )
    cell = '{"cells": [{"cell_type": "code", "source": "x.run()", "outputs": [%s]}]}'
    for last, read in (
        ("\\u001b[31mValueError\\u001b[0m: bad knob", "ValueError: bad knob"),
        ("Frames:\\n  see the log", "ValueError: bad knob\n  see the log"),
    ):
        assert [text for text, *_ in blocks(cell % (error % last), "ipynb")] == ["x.run()", read]


def test_a_broken_notebook_is_named():
    with pytest.raises(SkipDocument, match="notebook"):
        extract(b'{"cells": [ {"source":["unterminated', "ipynb")


MESSAGE = (
    "From: =?utf-8?q?Ada_L=C3=B6w?= <ada@example.org>\nTo: b@example.org\n"
    "Subject: =?utf-8?b?R3LDvMOfZQ==?=\nDate: Mon, 02 Jan 2006 15:04:05 +0000\n"
    "MIME-Version: 1.0\nContent-Type: {}\n\n{}\n"
)


def test_a_message_is_found_by_its_headers_and_read_by_its_body():
    extracted = extract(MESSAGE.format("text/plain", "Hello there.").encode(), "eml")
    assert extracted.title == "Grüße"
    assert "From: Ada Löw <ada@example.org>" in extracted.text
    assert "Hello there." in extracted.text
    assert extracted.date == 1136214245


def test_of_two_forms_of_a_message_one_is_read_and_attachments_are_named():
    body = (
        "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\n"
        "Plain words.\n--c\nContent-Type: text/html\n\n<p>Styled words.</p>\n--c--\n"
        '--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n'
        "Content-Transfer-Encoding: base64\n\nAAAA\n--b--"
    )
    text = extract(MESSAGE.format("multipart/mixed; boundary=b", body).encode(), "eml").text
    assert "Plain words." in text
    assert "Styled" not in text
    assert "Attachment: a.pdf" in text
    assert "AAAA" not in text


def test_parts_of_a_message_know_their_lines():
    body = (
        "--b\nContent-Type: text/plain\n\nFirst part.\n--b\nContent-Type: text/html\n\n"
        "<p>Second part.</p>\n--b\nContent-Type: text/plain\n\nThird part.\n\nIts end.\n--b--"
    )
    found = blocks(MESSAGE.format("multipart/mixed; boundary=b", body), "eml")
    assert [(text, line) for text, _, _, line in found][2:] == [
        ("First part.", 11), ("Second part.", 15), ("Third part.", 19), ("Its end.", 21),
    ]  # fmt: skip


def test_what_is_quoted_in_a_message_stands_apart():
    body = "Ada wrote:\n> One.\n>\n> Two.\nI agree.\n"
    extracted = extract(MESSAGE.format("text/plain", body).encode(), "eml")
    said = [(extracted.text[b.start : b.end], b.line) for b in extracted.blocks][2:]
    assert said == [("Ada wrote:", 8), ("> One.", 9), ("> Two.", 11), ("I agree.", 12)]


FLOWED = "text/plain; charset=utf-8; format=flowed; delsp=yes"


def test_lines_that_were_broken_within_words_are_whole_again():
    body = (
        "Der Zug ist dan \nn in  \nBerlin.\nNeue Zeile.\n\n> Wann f \n> ahrt er? \n>> Um \n"
        " From here.\n\n-- \nAda"
    )
    said = [text for text, *_ in blocks(MESSAGE.format(FLOWED, body), "eml")][2:]
    assert said == [
        "Der Zug ist dann in Berlin.\nNeue Zeile.", "> Wann fahrt er? \n>> Um", "From here.",
        "-- \nAda",
    ]  # fmt: skip


def test_lines_of_a_message_are_counted_where_its_words_were_broken():
    found = blocks(MESSAGE.format(FLOWED, "One t \nwo.\n\nThree."), "eml")
    assert [(text, line) for text, _, _, line in found][2:] == [("One two.", 8), ("Three.", 11)]


def test_lines_that_end_with_a_space_stay_where_a_message_does_not_say_that_they_flow():
    assert "ba \nnd" in extract(MESSAGE.format("text/plain", "ba \nnd").encode(), "eml").text


@pytest.mark.parametrize(
    "data",
    [
        "begin 644 a.bin\n" + ("M" + "#" * 60 + "\n") * 4 + "#AB\n`\nend\n",
        ("Ab1" * 20 + "\n") * 4,
    ],
    ids=["uuencode", "base64"],
)
def test_data_in_letters_is_no_text_of_a_message(data):
    text = extract(MESSAGE.format("text/plain", f"Before.\n\n{data}\nAfter.").encode(), "eml").text
    assert text.endswith("Before.\n\nAfter.")


def test_a_message_without_an_extension_is_recognised():
    data = b"Newsgroups: sci.space\nFrom: a@b\nSubject: Orbit\nDate: 1 Jan\n\nIt turns.\n"
    assert extract(data, "").format == "eml"
    assert type_of("", extract(data, "")) == "eml"


def test_messages_of_a_mailbox_have_numbers_and_lines():
    one = "From a@b Mon Jan  2 15:04:05 2006\nSubject: One\n\nFirst body.\n>From here on.\n\n"
    two = "From c@d Tue Jan  3 15:04:05 2006\nSubject: Two\n\nSecond body.\n"
    found = {text: (page, line) for text, _, page, line in blocks(one + two, "mbox")}
    assert found["One"] == (1, 2)
    assert found["Two"] == (2, 8)
    assert found["Second body."] == (2, 10)
    assert any("From here on." in text and ">" not in text for text in found)


def test_subtitles_are_what_is_said():
    time = "00:00:01,000 --> 00:00:02,000"
    srt = f"1\n{time}\n<i>Hello</i> there.\n\n2\n{time}\nBye.\n"
    assert [(text, line) for text, _, _, line in blocks(srt, "srt")] == [
        ("Hello there.", 3), ("Bye.", 7),
    ]  # fmt: skip
    vtt = "WEBVTT\n\nNOTE hidden\n\n00:01.000 --> 00:02.000\n<v Ada>Hi.</v>\n"
    assert [text for text, *_ in blocks(vtt, "vtt")] == ["Hi."]


@pytest.mark.parametrize("extension", ["vtt", "srt"])
def test_characters_that_subtitles_write_as_entities_are_read(extension):
    cue = "00:00:01.000 --> 00:00:02.000\n<b>Tom</b> &amp; Jerry&nbsp;said &lt;hi&gt;\n"
    assert extract(cue.encode(), extension).text == "Tom & Jerry said <hi>"


def test_latex_gives_sections_and_words():
    tex = (
        "\\documentclass{article}\n\\title{On \\emph{Bees}}\n\\begin{document}\n"
        "\\section{Honey}\nSweet \\textbf{stuff}, 50\\% sugar. % a comment\n\n"
        "\\subsection*{Wax}\nHard~stuff \\cite{x}.\n\\end{document}\n"
    )
    found = blocks(tex, "tex")
    assert ("Honey", "heading", None, 4) in found
    assert ("Sweet stuff, 50% sugar.", "paragraph", None, 5) in found
    assert ("Hard stuff .", "paragraph", None, 8) in found
    assert not any("documentclass" in text or "comment" in text for text, *_ in found)


def test_a_manual_page_is_read_without_its_macros():
    page = (
        '.\\" a comment\n.TH LS 1 2024\n.SH NAME\nls \\- list \\fBdirectory\\fP contents\n'
        ".SH OPTIONS\n.TP\n.B \\-a\nshow hidden files\n"
    )
    extracted = extract(page.encode(), "1")
    assert extracted.title == "ls(1)"
    assert (
        extracted.text == "NAME\n\nls - list directory contents\n\nOPTIONS\n\n-a show hidden files"
    )
    assert extract(page.encode(), "").format == "man"


def test_xml_gives_the_text_of_its_elements_with_lines():
    found = blocks(
        "<?xml version='1.0'?>\n<doc>\n<title>T</title>\n<p>One <b>two</b>.</p>\n</doc>", "xml"
    )
    assert found == [("T", "heading", None, 3), ("One two.", "paragraph", None, 4)]


def test_xml_that_is_broken_is_read_as_a_browser_would():
    assert extract(b"<a><b>words</a>", "xml").text == "words"


def test_rtf_gives_what_is_shown():
    rtf = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset204 Cyr;}}"
        r"{\stylesheet{\s1\outlinelevel0 heading 1;}}{\info{\title My Title}}"
        r"\pard\s1 A Heading\par\pard caf\'e9 \u8364? \{brace\}\par {\f1 \'cf\'f0\'e8}\par"
        r"{\*\generator x;}{\pict 0102}}"
    )
    extracted = extract(rtf.encode(), "rtf")
    assert extracted.text == "A Heading\n\ncafé € {brace}\n\nПри"
    assert extracted.title == "My Title"
    assert [(b.level, b.label) for b in extracted.blocks if b.kind == "heading"] == [
        (1, "A Heading")
    ]


@pytest.mark.parametrize(
    ("extension", "source", "unit"),
    [
        ("py", "import os\n\n\n# Says hello.\ndef greet(name):\n    return name\n", "greet"),
        ("c", "#include <a.h>\n\nint add(int a, int b)\n{\n    return a + b;\n}\n", "add"),
        ("rs", "use a;\n\n/// Adds.\nfn add(a: i32) -> i32 {\n    a\n}\n", "add"),
        ("js", "const a = 1;\n\nfunction add(a, b) {\n  return a + b;\n}\n", "add"),
        ("go", "package a\n\nfunc Add(a int) int {\n\treturn a\n}\n", "Add"),
        ("java", "class A {\n  int add() { return 1; }\n}\n", "A"),
        ("sh", "set -e\n\nadd() {\n  echo 1\n}\n", "add"),
    ],
)
def test_functions_and_classes_are_units_of_code(extension, source, unit):
    extracted = extract(source.encode(), extension)
    assert unit in [block.label for block in extracted.blocks]
    assert all(block.kind == "code" for block in extracted.blocks)


def test_code_that_takes_too_long_to_parse_is_cut_at_blank_lines(monkeypatch):
    monkeypatch.setattr(code, "PARSE_SECONDS", 0)
    text = "def a():\n    return 1\n\n" * 30_000
    extracted = extract(text.encode(), "py")
    assert len(extracted.blocks) == 30_000
    assert {block.label for block in extracted.blocks} == {""}
    monkeypatch.undo()
    assert extract(b"def a():\n    return 1\n", "py").blocks[0].label == "a"


def test_a_long_class_is_given_method_by_method():
    methods = "".join(f"    def m{i}(self):\n" + "        x = 'é'\n" * 40 + "\n" for i in range(3))
    extracted = extract(f"class Foo:\n{methods}".encode(), "py")
    assert [b.label for b in extracted.blocks] == ["Foo", "Foo.m0", "Foo.m1", "Foo.m2"]
    assert extracted.text[extracted.blocks[2].start :].startswith("def m1")


def test_front_matter_gives_tags():
    for tags in ("tags: [bread, oven]", "tags: bread, oven", "tags:\n  - bread\n  - oven"):
        extracted = extract(f"---\ntitle: T\n{tags}\n---\n\ntext\n".encode(), "md")
        assert extracted.tags == ("bread", "oven")


def test_only_the_main_part_of_a_page_is_read_where_there_is_one():
    words = "The main words of the page. " * 20
    page = f"<body><header>Site</header><div>menu</div><main><p>{words}</p></main></body>"
    assert extract(page.encode(), "html").text == words.strip()


@pytest.mark.parametrize("extension", ["", "txt", "dat", "12345"])
def test_a_page_without_an_extension_is_recognised(extension):
    extracted = extract(b"<!DOCTYPE html>\n<html><body><p>Words</p></body></html>", extension)
    assert (extracted.text, extracted.format) == ("Words", "html")


def test_the_encoding_that_a_page_states_is_taken():
    page = '<html><head><meta charset="koi8-r"></head><body>Привет</body></html>'
    assert extract(page.encode("koi8-r"), "html").text == "Привет"


@pytest.mark.parametrize(
    ("encoding", "name"), [("iso2022_jp", "ja"), ("hz", "zh"), ("iso2022_kr", "ko")]
)
def test_encodings_in_seven_bits_are_told(encoding, name):
    text = {"ja": "日本語の文。検索。", "zh": "中文 文本 人权", "ko": "한국어 문장"}[name]
    assert extract(text.encode(encoding), "txt").text == text


@pytest.mark.parametrize("extension", ["fodt", "plist", "xliff"])
def test_markup_under_a_name_that_says_nothing_is_recognised(extension):
    assert extract(b"<?xml version='1.0'?><a><p>Words</p></a>", extension).text == "Words"


def test_a_page_whose_script_ends_oddly_is_read():
    page = b"<script>x()\n</script\nlang>\n<p>Words</p>"
    assert [(text, line) for text, _, _, line in blocks(page, "html")] == [("Words", 4)]


@pytest.mark.parametrize("word", ["BMW", "MZ", "GIF8", "ID3", "BZh", "Rar!", "OTTO", "ITSF"])
def test_a_text_that_begins_like_a_binary_format_is_text(word):
    assert extract(f"{word} and more words, très bien.".encode(), "txt").text.startswith(word)


def test_postscript_is_named_and_not_read_as_text():
    with pytest.raises(SkipDocument, match="PostScript"):
        extract(b"%!PS-Adobe-3.0\n/Helvetica findfont\n(words) show\n", "ps")


def test_rtf_without_its_head_is_read_and_its_tables_by_rows():
    rtf = rb"{\pard Before\par}{\trowd {{\pard\intbl a\par}\cell}{{\pard\intbl b\par}\cell}\row}"
    assert extract(rtf, "rtf").text == "Before\n\na | b"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The bees in the garden are making honey for the winter, and it is what they do all year "
         "with the flowers that you can see from there.", "en"),
        ("Die Bienen im Garten machen Honig für den Winter, und das ist nicht alles, was sie mit "
         "den Blumen machen, die sich auf der Wiese zeigen.", "de"),
        ("Пчелы в саду делают мед на зиму, и это не все, что они делают с цветами, которые как и "
         "все растут у дома для человека.", "ru"),
        ("庭の蜂は冬のために蜂蜜を作っています。", "ja"),
        ("정원의 벌들은 겨울을 위해 꿀을 만든다.", "ko"),
        ("x = y + 1; foo(bar)", ""),
    ],
)  # fmt: skip
def test_the_language_of_a_text_is_told(text, language):
    assert extract(text.encode(), "txt").language == language
