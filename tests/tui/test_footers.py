"""What the footer and the status bar offer is what can be done."""

from dataclasses import replace

import pytest

from app.memory import Memory, SavedSearch
from app.tui.screens.chooser import Ask, Chooser, Confirm
from app.tui.tasks import IndexTask
from app.tui.widgets.keys import Keys
from indexes.errors import EncoderMismatch
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


def missing(session):
    session.gone = {"default"}
    session.collections = []
    return "Enter Choose a folder", ("Mode", "Filter", "Why", "Open")


def unusable(session):
    lost = EncoderMismatch("made with another encoder", "see: jtcse models use NAME")
    session.fails = {"prepare": lost, "search": lost}
    return "Enter Another encoder", ("Why", "Open")


@pytest.mark.parametrize("trouble", [missing, unusable])
async def test_where_nothing_can_be_searched_the_key_that_mends_it_is_offered(session, trouble):
    there, idle = trouble(session)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Press Enter" in screen_text(app))
        assert there in footer(app)
        assert not [word for word in idle if word in footer(app)]


async def test_while_a_folder_is_read_the_last_row_offers_what_can_be_done(session):
    missing(session)
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Enter Choose a folder" in footer(app))
        app.work.submit(IndexTask("default"))
        await until(pilot, lambda: "Indexing default" in screen_text(app))
        assert "Choose a folder" not in footer(app)
        assert "F4 Mode" in footer(app)
        session.gone = set()
        gate.set()
        await until(pilot, lambda: "F8 Why" in footer(app))


@pytest.mark.parametrize(("skipped", "offered"), [(0, False), (1, True)])
async def test_what_was_skipped_is_offered_where_something_was(
    session, monkeypatch, skipped, offered
):
    infos, problems = session.describe_all()
    found = [replace(one, skipped=skipped) for one in infos], problems
    monkeypatch.setattr(session, "describe_all", lambda: found)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: f"{skipped} file" in screen_text(app))
        assert "Verify" in footer(app)
        assert ("s Skipped" in footer(app)) is offered


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


@pytest.mark.parametrize(
    ("key", "shown"), [("f2", "ready"), ("f3", "ready"), ("f6", "/home/ada"), ("f7", "encoder")]
)
async def test_the_key_that_ends_programs_elsewhere_names_the_one_that_quits_here(
    session, key, shown
):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: shown in screen_text(app))
        await pilot.press("ctrl+c")
        await until(pilot, lambda: screen_text(app).split("\n")[-2].rstrip().endswith("^Q quits"))
        assert not app._notifications  # they would cover it


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
