"""Lines of real files: their encodings, their ends, their lengths."""

import io

import pytest

from app.scoring.lines import MAX_LINE, LineReader


def read(data):
    reader = LineReader(io.BytesIO(data))
    lines = [(line.number, line.text, line.problem) for line in reader]
    return lines, reader.encoding


def texts(data):
    return [text for _, text, _ in read(data)[0]]


def test_last_line_needs_no_end():
    assert texts(b"a\nb") == texts(b"a\nb\n") == ["a", "b"]


def test_windows_ends_are_no_text():
    assert texts(b"a\r\nb\r\n") == ["a", "b"]


def test_a_carriage_return_inside_a_line_stays():
    assert texts(b"a\rb\n") == ["a\rb"]


def test_empty_lines_are_counted():
    assert read(b"a\n\nb\n")[0] == [(1, "a", ""), (2, "", ""), (3, "b", "")]


def test_no_bytes_are_no_lines():
    assert read(b"")[0] == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_its_mark_or_by_its_zeros(encoding):
    text = "Zoë went home\tÅse stayed\n漢\tkanji\n"
    assert texts(text.encode(encoding)) == ["Zoë went home\tÅse stayed", "漢\tkanji"]


def test_big_endian_with_its_mark():
    assert texts(b"\xfe\xff" + "naïve\n".encode("utf-16-be")) == ["naïve"]


def test_a_file_in_a_code_page_is_read_as_one():
    text = "Das Café schließt früh.\nEr fährt über die Brücke.\nSchöne Grüße aus Köln.\n"
    lines, encoding = read(text.encode("cp1252"))
    assert [line for _, line, _ in lines] == text.splitlines()
    assert not encoding.startswith("utf")


def test_one_damaged_line_makes_no_code_page():
    lines, encoding = read(b"good\nbad \xe9\nfine\n")
    assert encoding == "utf-8"
    assert lines == [(1, "good", ""), (2, "", "not UTF-8"), (3, "fine", "")]


def test_damaged_lines_among_utf8_stay_damaged():
    lines, _ = read("über\n".encode() + b"\xff\xfe\n\xe9\n")
    assert [problem for _, _, problem in lines] == ["", "not UTF-8", "not UTF-8"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_huge_line_is_named_and_the_next_is_read(encoding, end):
    data = f"a\n{'x' * (3 * MAX_LINE)}\nb\n{'y' * (2 * MAX_LINE)}{end}".encode(encoding)
    lines = read(data)[0]
    assert [(n, text) for n, text, problem in lines if not problem] == [(1, "a"), (3, "b")]
    assert [(n, problem) for n, _, problem in lines if problem] == [
        (2, "longer than 1 MiB"),
        (4, "longer than 1 MiB"),
    ]


def test_a_long_line_is_read():
    assert len(texts(b"x" * 500_000 + b"\n")[0]) == 500_000


def test_lines_do_not_depend_on_how_the_bytes_arrive():
    class Dripping(io.RawIOBase):
        def __init__(self, data):
            self.left = data

        def read(self, size=-1):
            first, self.left = self.left[:1], self.left[1:]
            return first

    for data in ("ä\tb\r\nc\td\n".encode(), "ä\tb\r\nc\td\n".encode("utf-16")):
        lines = LineReader(Dripping(data))  # type: ignore[arg-type]  # all that is asked of it
        assert [line.text for line in lines] == ["ä\tb", "c\td"]
