"""Manual pages: tables by rows, and nothing of how they are laid out."""

import pytest

from indexes.extract.registry import extract


def blocks(page: str) -> list[tuple[str, str, int | None]]:
    extracted = extract(f".TH A 1\n{page}".encode(), "man")
    return [(extracted.text[b.start : b.end], b.kind, b.line) for b in extracted.blocks]


def test_rows_of_a_table_are_read_without_its_layout():
    page = (
        "Before.\n.TS\nallbox tab(@);\nlb lb\nl l.\nName@Mass\n_\n\\fIWhale\\fP@150\n"
        ".T&\nl s.\n.sp\n.5 krill@1\n.TE\nAfter.\n"
    )
    assert blocks(page) == [
        ("Before.", "paragraph", 2),
        ("Name | Mass", "table", 7),
        ("Whale | 150", "table", 9),
        (".5 krill | 1", "table", 13),
        ("After.", "paragraph", 15),
    ]


def test_cells_of_a_table_may_have_lines_of_their_own():
    page = (
        ".TS\nl l l.\nT{\n.BR atoi (),\n.BR atol ()\nT}\tThread safety\tT{\nIt is\nsafe.\nT}\n"
        "plain\t\tcell\n.TE\n"
    )
    assert [text for text, *_ in blocks(page)] == [
        "atoi(), atol() | Thread safety | It is safe.",
        "plain | | cell",
    ]


def test_a_table_knows_the_names_of_its_columns():
    page = ".TS\nl l.\nName\tMass\nWhale\t150\nKrill\t1\n.TE\n"
    extracted = extract(f".TH A 1\n{page}".encode(), "man")
    assert [block.label for block in extracted.blocks] == ["", "Name | Mass", "Name | Mass"]


@pytest.mark.parametrize("page", [".TS\nl l.\na\tb\n", ".TS\nl l\na\tb", ".TS\n", ".TS\nl.\nT{\na"])
def test_a_table_without_an_end_loses_no_other_text(page):
    assert blocks(f".SH NAME\nwords\n{page}")[1][0] == "words"


def test_the_distance_of_paragraphs_is_no_text():
    assert [text for text, *_ in blocks("One\n.PD 0\n.P\n.PD\ntwo.\n")] == ["One", "two."]
