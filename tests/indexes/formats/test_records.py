"""CSV and sheets: what separates the fields, cells of several lines, and where the names stand."""

import pytest

from indexes.extract.registry import extract
from tests.indexes.formats.making import xlsx


def rows(data: str | bytes, extension: str = "csv") -> list[tuple[int | None, int | None, str]]:
    raw = data.encode() if isinstance(data, str) else data
    extracted = extract(raw, extension)
    return [(b.page, b.line, extracted.text[b.start : b.end]) for b in extracted.blocks]


def test_lines_of_a_cell_stay_apart_and_rows_know_their_lines():
    assert rows('id,text,n\n1,"first line\nsecond ""line"", end",5\n\n2,short,6\n') == [
        (1, 1, "id | text | n"),
        (2, 2, 'id: 1 | text: first line\nsecond "line", end | n: 5'),
        (4, 5, "id: 2 | text: short | n: 6"),
    ]


def test_a_name_of_a_column_that_has_two_lines_is_one():
    assert rows('id,"long\nname"\n1,x\n')[1] == (2, 3, "id: 1 | long name: x")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_what_separates_the_fields_is_told_below_a_preamble_and_around_quotes(mark):
    lines = [
        "Statement of an account",
        "Period: January 2024",
        "",
        f"Date{mark}Amount{mark}Purpose",
        f'2 Feb{mark}"1.234,56"{mark}"Rent{mark} February\nand March; cold, dark"',
        f'3 Feb{mark}"5,00"{mark}Bread',
    ]
    assert [text for _, _, text in rows("\n".join(lines))] == [
        "Statement of an account",
        "Period: January 2024",
        "Date | Amount | Purpose",
        f"Date: 2 Feb | Amount: 1.234,56 | Purpose: Rent{mark} February\nand March; cold, dark",
        "Date: 3 Feb | Amount: 5,00 | Purpose: Bread",
    ]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Datum;Betrag\n01.02.24;1,50\n02.02.24;2,50\n", "Datum: 02.02.24 | Betrag: 2,50"),
        ("a;1,50\nb;2,50\nc;3,50\n", "c | 3,50"),
        ("id,tags\n1,a;b\n2,c;d\n", "id: 2 | tags: c;d"),
        ("title\tyear\nMe, you, us\t1990\nA, B, C\t1991\n", "title: A, B, C | year: 1991"),
        ('size,part\n3" wide,bolt\n4" wide,nut\n', 'size: 4" wide | part: nut'),
        ("name,note\nAda,x\nBob\nCy,z\n", "name: Cy | note: z"),
        ("one,two", "one | two"),
        ("city;note\nKöln;\"zwei\nZeilen\"\nParis;x", "city: Paris | note: x"),
    ],
)  # fmt: skip
def test_what_separates_the_fields_is_what_most_lines_hold_evenly(text, last):
    assert rows(text)[-1][2] == last


STATEMENT = (
    ("Konto", "DE12"), ("Inhaberin", "Ada"), (), ("Datum", "Zweck", "Betrag"),
    ("1. Mai", "Brot", "drei Euro"),
)  # fmt: skip


def test_pairs_above_a_table_are_not_the_names_of_its_columns():
    text = "\n".join(";".join(row) for row in STATEMENT)
    for data, extension in ((text, "csv"), (xlsx({"A": STATEMENT}), "xlsx")):
        assert [said for _, _, said in rows(data, extension)][-4:] == [
            "Konto | DE12", "Inhaberin | Ada", "Datum | Zweck | Betrag",
            "Datum: 1. Mai | Zweck: Brot | Betrag: drei Euro",
        ]  # fmt: skip


def test_a_row_that_is_longer_than_the_header_is_no_header():
    text = "name,city\nAda,Rome\nBob,Oslo,by the sea\n\nCy,Bonn,on the Rhine,again\n"
    assert rows(text)[1][2] == "name: Ada | city: Rome"
