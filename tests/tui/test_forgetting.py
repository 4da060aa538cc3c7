"""A folder of a collection is forgotten: which one, whether, and what comes of it."""

from pathlib import Path

import pytest

from app.tui.screens.chooser import Chooser, Confirm
from app.tui.tasks import ForgetTask, IndexTask
from indexes.errors import Busy
from indexes.types import Root
from tests.tui.fakes import ROOT, FakeSession, make_app, screen_text, until, worker_of

PAPERS = Path("/home/ada/papers")


@pytest.fixture
def session():
    return FakeSession()


async def shown(pilot):
    await pilot.press("f6")
    await until(pilot, lambda: "encoder   tiny" in screen_text(pilot.app))


async def asked(pilot, about):
    await pilot.press("f")
    await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
    await until(pilot, lambda: f"Forget the folder {about}" in screen_text(pilot.app))


def forgotten(session):
    return [one[1:] for one in session.worked if one[0] == "forget"]


async def test_one_folder_of_several_is_chosen_and_forgotten_once_that_is_confirmed(session):
    session.roots = [ROOT, PAPERS]
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        assert "Which folder of default is to be forgotten?" in screen_text(app)
        await pilot.press(*"papers", "enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert f"Forget the folder {PAPERS} of default?" in screen_text(app)
        assert "only folder" not in screen_text(app)
        await pilot.press("y")
        await until(pilot, lambda: "forgetting papers of default: done" in screen_text(app))
        await until(pilot, lambda: f"folders   {ROOT}" in screen_text(app))
        assert str(PAPERS) not in screen_text(app)
        assert forgotten(session) == [("default", PAPERS)]


@pytest.mark.parametrize("answer", ["n", "escape", "enter"])
async def test_nothing_is_forgotten_unless_confirmed(session, answer):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await asked(pilot, ROOT)
        await pilot.press(answer)
        await until(pilot, lambda: not isinstance(app.screen, Confirm))
        assert app.work.task is None
        assert forgotten(session) == []


async def test_the_only_folder_is_asked_about_at_once_and_the_collection_stays(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await asked(pilot, ROOT)
        told = "It is the only folder; the collection stays, and d removes it."
        assert told in screen_text(app)
        await pilot.press("y")
        await until(pilot, lambda: "folders   none" in screen_text(app))
        assert session.collections == ["default"]


async def test_a_collection_without_folders_says_so(session):
    session.roots = []
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("f")
        await until(pilot, lambda: "there is no folder to forget" in screen_text(app))


async def test_a_folder_that_is_not_there_can_be_forgotten_and_is_named_as_such(session, tmp_path):
    session.roots = [tmp_path, tmp_path / "gone"]
    app = make_app(session)
    async with app.run_test(size=(160, 30)) as pilot:
        await shown(pilot)
        await pilot.press("f")
        await until(pilot, lambda: "/gone  MISSING" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "It is not there now" in screen_text(app))
        await pilot.press("y")
        await until(pilot, lambda: forgotten(session) == [("default", tmp_path / "gone")])


async def test_a_folder_that_is_forgotten_is_watched_no_more(session, tmp_path):
    session.roots = [tmp_path / "a", tmp_path / "b"]
    for root in session.roots:
        root.mkdir()
    app = make_app(session)
    async with app.run_test(size=(160, 30)) as pilot:
        await shown(pilot)
        await pilot.press("w")
        await until(pilot, lambda: ", watched" in screen_text(app))
        await pilot.press("f", "enter", "y")
        await until(pilot, lambda: app.work.watched == {"default": (tmp_path / "b",)})
        assert worker_of(app)._watchers["default"]._roots == (tmp_path / "b",)
        await until(pilot, lambda: "/b" in screen_text(app) and "/a" not in screen_text(app))
        await asked(pilot, tmp_path / "b")
        await pilot.press("y")
        await until(pilot, lambda: ", watched" not in screen_text(app))
        assert app.work.watched == {}
        assert worker_of(app)._watchers == {}


async def test_the_watch_ends_also_while_another_screen_is_at_hand(session, tmp_path):
    session.root = tmp_path
    gate = session.gate("forget")
    app = make_app(session)
    async with app.run_test(size=(160, 30)) as pilot:
        await shown(pilot)
        await pilot.press("w")
        await until(pilot, lambda: ", watched" in screen_text(app))
        await asked(pilot, tmp_path)
        await pilot.press("y", "f2")
        gate.set()
        await until(pilot, lambda: app.work.watched == {})


async def test_a_folder_that_could_not_be_forgotten_is_told_and_watched_on(session, tmp_path):
    session.root = tmp_path
    app = make_app(session)
    async with app.run_test(size=(160, 30)) as pilot:
        await shown(pilot)
        await pilot.press("w")
        await until(pilot, lambda: len(session.worked) == 2 and app.work.task is None)
        session.fails = {"forget": Busy("collection 'default' is being written", "wait")}
        await asked(pilot, tmp_path)
        await pilot.press("y")
        await until(pilot, lambda: "failed: collection 'default' is being" in screen_text(app))
        assert app.work.watched == {"default": (tmp_path,)}


async def test_results_of_what_was_forgotten_are_searched_anew(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        await pilot.press("down", "enter")
        await shown(pilot)
        await asked(pilot, ROOT)
        session.hits = session.hits[1:]
        await pilot.press("y")
        await until(pilot, lambda: "done" in screen_text(app))
        await pilot.press("f2")
        await until(pilot, lambda: "2 documents in 7 ms" in screen_text(app))


async def test_results_of_another_collection_stay_as_they_are(session):
    session.collections = ["default", "papers"]
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        await pilot.press("down")
        await pilot.press("f6", "j")
        await until(pilot, lambda: "> papers" in screen_text(app))
        asked_before = len(session.searched)
        await asked(pilot, ROOT)
        await pilot.press("y")
        await until(pilot, lambda: "done" in screen_text(app))
        await pilot.press("f2")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        assert len(session.searched) == asked_before


async def test_indexing_a_folder_ends_when_that_folder_is_forgotten(session):
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        app.work.submit(IndexTask("default", (Root(ROOT),)))
        await until(pilot, lambda: "indexing default" in screen_text(app))
        app.work.submit(ForgetTask("default", ROOT))
        await until(pilot, lambda: "it ends in a moment" in screen_text(app))
        gate.set()
        await until(pilot, lambda: app.work.task is None)
        done = [one[0] for one in session.worked if one[0] != "release"]
        assert done == ["index", "forget"]
        assert "forgetting notes of default: done" in screen_text(app)


async def test_the_palette_offers_it(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("ctrl+p", *"forget")
        await until(pilot, lambda: "Forget one of its folders (f)" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
