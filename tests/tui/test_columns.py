"""Lines of two columns, on screens that are too narrow for them."""

from pathlib import Path

import pytest

from app.explanation import Explanation, Word
from app.tui.fit import hang
from tests.tui.fakes import FakeSession, make_app, screen_text, until

LONG = Path("/home/ada/a folder/of a name/that is longer/than a narrow screen/is wide/by far")


def test_the_second_column_goes_on_below_its_beginning():
    assert list(hang("F5  \tby type, date or path", 16)) == ["F5  by type,", "    date or path"]
    assert list(hang("F5  \tby type", 16)) == ["F5  by type"]
    assert list(hang("one column goes on at the margin", 16)) == [
        "one column goes",
        "on at the margin",
    ]
    assert list(hang("", 16)) == [""]


def test_a_first_column_that_takes_most_of_the_room_leaves_half_of_it_to_the_second():
    rows = list(hang("a column as wide \tas this", 20))
    assert rows == ["a column as wide as", "          this"]
    assert list(hang("a\tbc", 1)) == ["a", "b", "c"]


def test_no_tab_of_a_name_is_left():
    assert list(hang("folder  \ta\tb", 20)) == ["folder  a b"]


def rows_after(app, start):
    rows = screen_text(app).splitlines()
    at = next(i for i, row in enumerate(rows) if row.strip().startswith(start))
    return [row.rstrip() for row in rows[at : at + 2]]


@pytest.mark.parametrize("wide_first", [False, True])
async def test_the_welcome_keeps_its_columns_on_a_narrow_screen(wide_first):
    app = make_app(FakeSession())
    async with app.run_test(size=(160, 50) if wide_first else (60, 16)) as pilot:
        await until(pilot, lambda: "filters by type" in screen_text(app))
        if wide_first:
            assert "filters by type, date, path or collection" in screen_text(app)
            await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: rows_after(app, "F5")[1] == " " * 19 + "collection")


async def test_facts_keep_their_columns_on_a_narrow_screen():
    session = FakeSession()
    session.root = LONG
    app = make_app(session)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "folders   /home" in screen_text(app))
        assert rows_after(app, "folders")[1].startswith(" " * 11 + "a narrow screen")
        await pilot.resize_terminal(160, 24)
        await until(pilot, lambda: f"folders   {LONG}" in screen_text(app))


async def test_an_explanation_keeps_its_lines_when_the_screen_becomes_narrow(monkeypatch):
    session = FakeSession()
    words = tuple(Word(f"preserves{n}", 0.1, ()) for n in range(9))
    why = Explanation(0.6, 0.4, 0.5, ("plums",), words)
    monkeypatch.setattr(session, "explain", lambda *given: why)
    app = make_app(session)
    async with app.run_test(size=(150, 40)) as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents" in screen_text(app))
        await pilot.press("f8")
        await until(pilot, lambda: "preserves8 +0.100" in screen_text(app))
        await pilot.resize_terminal(60, 30)
        await until(pilot, lambda: all(f"{word.text} +0.100" in screen_text(app) for word in words))
