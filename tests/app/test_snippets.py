"""The part of a passage that is shown, for any text, match and width."""

from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.snippets import CHARS, snippet, without_title


def cells(line):
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in line)


@given(st.text(max_size=600), st.integers(20, 120))
def test_lines_fit_the_width(text, width):
    assert all(cells(line) <= width for line in snippet(text, [], width))


@given(st.text(st.characters(categories=["L", "Nd", "Zs"]), max_size=CHARS), st.integers(20, 80))
def test_wrapping_loses_no_word(text, width):
    shown = "".join(snippet(text, [], width))
    assert shown.replace(" ", "") == "".join(text.split())


@given(st.text(max_size=600), st.data())
def test_any_spans_are_accepted(text, data):
    ends = data.draw(st.lists(st.integers(0, len(text)), max_size=6).map(sorted))
    spans = list(zip(ends[::2], ends[1::2], strict=False))
    assert len(snippet(text, spans, None)) == 1


def test_part_around_the_first_match_is_shown():
    text = "before " * 100 + "NEEDLE" + " after" * 100
    start = text.index("NEEDLE")
    (line,) = snippet(text, [(start, start + 6)], None)
    assert "NEEDLE" in line
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) <= CHARS + 2


def test_white_space_becomes_single_spaces():
    assert snippet("  one\n\n  two\tthree \n", [], None) == ["one two three"]


@pytest.mark.parametrize("text", ["", " \n "])
def test_blank_text(text):
    assert "".join(snippet(text, [], 40)) == ""


def test_long_word_is_broken_where_it_must_be():
    assert snippet("x" * 50, [], 20) == ["x" * 20, "x" * 20, "x" * 10]


def test_no_word_is_cut_at_the_ends():
    text = "wholesome " * 100
    (line,) = snippet(text, [(500, 509)], None)
    assert set(line.strip("…").split()) == {"wholesome"}


@pytest.mark.parametrize(
    "text", ["# Tides\n\nThe sea.", "Tides\n=====\n\nThe sea.", "Tides\n\nTides\n\nThe sea."]
)
def test_headings_that_repeat_the_title_are_left_out(text):
    assert text[without_title(text, "Tides") :] == "The sea."


@pytest.mark.parametrize("text", ["# Tides", "The sea.", "Tides are high.\n", ""])
def test_nothing_else_is_left_out(text):
    assert without_title(text, "Tides") == 0
