"""Arabic and Hebrew in a PDF are read in their order, however they were drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.extract.pdf import extract_pdf
from indexes.extract.pdfrtl import Char, as_read
from tests.indexes.formats.making import pdf_of_streams

LETTERS = {"a": "א", "b": "ב", "c": "ג", "d": "ד", "e": "ה", "q": "\u05b8"}
LETTERS |= {"A": "ا", "l": "ل", "S": "س", "M": "م", "L": "لا", "k": "ك", "K": "\ufefb"}


def drawn_from_left(text: str) -> str:
    return f"BT /F3 12 Tf 1 0 0 1 50 600 Tm ({text}) Tj ET"


def drawn_as_read(*texts: str, up: int = 600) -> str:
    """Each letter left of the last, which takes two letters' widths back."""
    shown = " ".join(f"({letter}) 1200" for text in texts for letter in text)
    return f"BT /F3 12 Tf 1 0 0 1 300 {up} Tm [{shown}] TJ ET"


def read(stream: str) -> str:
    return extract_pdf(pdf_of_streams([stream], letters=LETTERS)).text


@pytest.mark.parametrize(
    ("drawn", "text"), [("cba", "אבג"), ("ed cba", "אבג דה"), ("MSlA k", "ك السم")]
)
def test_what_was_drawn_from_left_to_right(drawn, text):
    assert read(drawn_from_left(drawn)) == text


@pytest.mark.parametrize(
    ("drawn", "text"),
    [("abc", "אבג"), ("abc de", "אבג דה"), ("AlSLM", "السلام"), ("qab", "\u05b8אב")],
)
def test_what_was_drawn_as_it_is_read(drawn, text):
    assert read(drawn_as_read(drawn)) == text


@pytest.mark.parametrize("ligature", ["L", "K"])
def test_a_ligature_is_taken_apart_in_order(ligature):
    assert read(drawn_from_left(f"M{ligature}SlA")) == "السلام"
    assert read(drawn_as_read(f"AlS{ligature}M")) == "السلام"


def test_words_inside_an_english_line():
    before, after = "Before and long enough it says", "and goes on"
    line = drawn_from_left("ed cba").replace("ET", f"/F1 12 Tf ( {after}) Tj ET")
    stream = f"BT /F1 12 Tf 1 0 0 1 50 600 Tm ({before} ) Tj " + line.partition("600 Tm ")[2]
    assert read(stream.replace("(ed", "/F3 12 Tf (ed")) == f"{before} אבג דה {after}"


def test_a_line_that_stands_on_its_head_is_left_as_it_is():
    assert read("BT /F3 12 Tf -1 0 0 -1 300 300 Tm (cba) Tj ET") == "אבג"


def chars(text: str) -> list[Char]:
    """Letters as they are read, ten points wide."""
    return [
        Char(c, (300.0 - 10 * i, 0.0), 300.0 - 10 * i, 310.0 - 10 * i) for i, c in enumerate(text)
    ]


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("\ufe8d\ufedf\ufee4\ufe8e\ufee1", "المام"),
        ("\ufb2a\u05dc", "\u05e9\u05c1ל"),
        ("ﬁle", "ﬁle"),
    ],
)
def test_forms_of_letters_become_usual_ones(text, usual):
    assert as_read(chars(text)) == usual


@pytest.mark.parametrize("text", ["אבג דה", "שָׁלוֹם (עוֹלָם) 2024", "English, e\u0301 too", ""])
def test_what_is_in_order_stays(text):
    assert as_read(chars(text)) == text


@given(
    st.lists(
        st.tuples(st.sampled_from("אבלا \u05b8\u064eaé1(."), st.integers(0, 9), st.integers(0, 9))
    )
)
def test_no_letter_is_lost(drawn):
    line = [Char(char, (float(x), float(y)), float(x), x + 1.0) for char, x, y in drawn]
    kept = sorted(as_read(line).replace(" ", ""))
    assert kept == sorted(char.text for char in line if char.text != " ")
