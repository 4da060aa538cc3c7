"""What the footer and the status bar offer is what can be done."""

import pytest

from app.memory import Memory, SavedSearch
from app.tui.screens.chooser import Ask, Chooser, Confirm
from app.tui.widgets.keys import Keys
from tests.tui.fakes import FakeSession, field, make_app, screen_text, until


@pytest.fixture
def session():
    return FakeSession()


def footer(app):
    return screen_text(app).split("\n")[-1]


@pytest.mark.parametrize(("key", "kind"), [("a", Ask), ("d", Confirm)])
async def test_under_a_question_no_key_is_offered_that_does_nothing_there(session, key, kind):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "Add folder" in footer(app) and "/home/ada" in screen_text(app))
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, kind))
        await until(pilot, lambda: footer(app).split() == ["^Q", "Quit"])


async def test_without_a_collection_only_what_can_be_done_is_offered(session):
    session.collections = []
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "There is no collection yet" in screen_text(app))
        assert "Add folder" in footer(app)
        for offered in ("Update", "Watch", "Search it", "Verify", "Skipped"):
            assert offered not in footer(app)


@pytest.mark.parametrize("key", ["u", "w", "enter", "v", "r", "e", "s", "f", "d"])
async def test_without_a_collection_a_key_says_so(session, key):
    session.collections = []
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "There is no collection yet" in screen_text(app))
        await pilot.press(key)
        await until(pilot, lambda: "no collection yet; a adds a folder" in screen_text(app))
        assert session.worked == []


@pytest.mark.parametrize("key", ["p", "x", "ctrl+z"])
async def test_without_work_the_keys_that_hold_it_say_so(session, key):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "/home/ada" in screen_text(app))
        await pilot.press(key)
        await until(pilot, lambda: "nothing is being worked on" in screen_text(app))


async def test_without_another_encoder_there_is_nothing_to_choose_from(session, monkeypatch):
    monkeypatch.setattr("app.encoders.list_encoders", lambda session: [])
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "/home/ada" in screen_text(app))
        await pilot.press("e")
        told = "default: no other encoder is at hand; F7 shows all"
        await until(pilot, lambda: told in screen_text(app))
        assert not isinstance(app.screen, Chooser)


async def test_only_a_saved_search_can_be_forgotten(session, tmp_path):
    Memory(tmp_path).save(SavedSearch("jam", "plum jam", "hybrid"))
    app = make_app(session, state=tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        field(app, "query").value = "figs"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await until(pilot, lambda: "^D Forget" in footer(app))
        await pilot.press("down")
        await until(pilot, lambda: "^D Forget" not in footer(app))
        await pilot.press("ctrl+d", "up", "ctrl+d")
        await until(pilot, lambda: "plum jam" not in screen_text(app))
        assert "+ save this search" in screen_text(app)
        assert "^D Forget" not in footer(app)
        assert app.screen.query_one(Keys).is_mounted
    assert Memory(tmp_path).saved() == []


async def test_the_key_that_ends_programs_elsewhere_names_the_one_that_quits_here(session):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "/home/ada" in screen_text(app))
        await pilot.press("ctrl+c")
        await until(pilot, lambda: [one.message for one in app._notifications] == ["^Q quits"])


async def test_the_help_scrolls_as_lists_do(session):
    app = make_app(session)
    async with app.run_test(size=(100, 12)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: app.screen.query("#help"))
        pane = app.screen.query_one("#help")
        await until(pilot, lambda: pane.max_scroll_y > 100)
        for key, row in (("j", 1), ("j", 2), ("k", 1), ("G", pane.max_scroll_y), ("g", 0)):
            await pilot.press(key)
            await until(pilot, lambda row=row: pane.scroll_offset.y == row)


@pytest.mark.parametrize(("typed", "way"), [("matrix", "[Matrix]"), ("pairs", "[File of pairs]")])
async def test_the_palette_leads_to_the_way_to_compare_that_is_named(session, typed, way):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+p", *typed)
        await until(pilot, lambda: f"{typed}" in screen_text(app).lower().split("\n", 8)[8])
        await pilot.press("enter")
        await until(pilot, lambda: way in screen_text(app))
