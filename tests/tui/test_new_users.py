"""What confused somebody who used the interface for the first time."""

import pytest

from app.tui.screens.chooser import Ask, Chooser
from app.tui.tasks import IndexTask, RemoveTask, VerifyTask
from indexes.errors import CollectionNotFound
from tests.tui.fakes import FakeSession, make_app, screen_text, until

MISSING = CollectionNotFound("no collection 'default'", "there are: papers")


@pytest.fixture
def session():
    return FakeSession()


def lost(session):
    session.fails = {"describe": MISSING, "search": MISSING, "prepare": MISSING}


async def test_enter_asks_for_no_further_folder_while_the_first_is_indexed(session):
    lost(session)
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "Press Enter to choose" in screen_text(app))
        app.work.submit(IndexTask("default"))
        await until(pilot, lambda: "Indexing default: 1 of 4 files" in screen_text(app))
        await pilot.press(*"jam", "enter")
        await pilot.pause(0.3)
        assert not isinstance(app.screen, Ask)
        gate.set()
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))


async def test_work_on_another_collection_is_no_reason_to_wait(session):
    lost(session)
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "Press Enter to choose" in screen_text(app))
        app.work.submit(IndexTask("papers"))
        await until(pilot, lambda: "indexing papers" in screen_text(app))
        assert "what is in already" not in screen_text(app)
        assert "There are: papers" in screen_text(app)
        gate.set()


@pytest.mark.parametrize(("name", "told"), [("default", True), ("papers", False)])
async def test_no_hits_are_expected_of_work_elsewhere(session, name, told):
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        app.work.submit(IndexTask(name))
        await until(pilot, lambda: f"indexing {name}" in screen_text(app))
        await pilot.press(*"nothing")
        await until(pilot, lambda: "No hits." in screen_text(app))
        assert ("what is found will appear here" in screen_text(app)) == told
        gate.set()


async def test_an_empty_collection_is_named_as_the_reason(session):
    session.documents = 0
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "The collection is empty" in screen_text(app))
        await pilot.press(*"nothing")
        await until(pilot, lambda: "0 documents in" in screen_text(app))
        assert "The collection is empty" in screen_text(app)
        assert "other words" not in screen_text(app)


async def test_what_was_removed_is_told_until_something_else_is_done(session):
    session.collections = ["default", "papers"]
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "papers" in screen_text(app))
        app.work.submit(RemoveTask("papers"))
        await until(pilot, lambda: "removing papers: removed" in screen_text(app))
        app.work.submit(VerifyTask("default", repair=False))
        await until(pilot, lambda: "checking default: sound" in screen_text(app))
        assert "removing papers" not in screen_text(app)


@pytest.mark.parametrize(
    ("names", "left"), [(("papers",), ("default",)), (("papers", "news"), ("news",))]
)
async def test_what_was_removed_is_searched_no_more(session, names, left):
    session.collections = ["default", "news", "papers"]
    app = make_app(session, names)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: "papers: 12 documents" in screen_text(app))
        app.work.submit(RemoveTask("papers"))
        await until(pilot, lambda: session.names[-1] == left)
        await until(pilot, lambda: f"hybrid search | {left[0]}: 12 documents" in screen_text(app))
        assert "papers" not in screen_text(app)


async def test_a_list_without_choices_finds_no_fault_with_what_is_typed(session):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        app.push_screen(Chooser("Encoders", ()))
        await until(pilot, lambda: "type to narrow" in screen_text(app))
        assert "these words" not in screen_text(app)


async def test_news_of_a_collection_go_with_it(session):
    session.collections = ["default", "papers"]
    session.roots = []
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "papers" in screen_text(app))
        await pilot.press("f")
        await until(pilot, lambda: "no folder to forget" in screen_text(app))
        await pilot.press("j")
        await until(pilot, lambda: "no folder to forget" not in screen_text(app))


async def test_a_narrow_screen_shows_what_is_watched(session, tmp_path, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1.0 + 12 * 60)
    session.root = tmp_path
    app = make_app(session)
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "12 minutes ago" in screen_text(app))
        await pilot.press("w")
        await until(pilot, lambda: "12 minutes ago, watched" in screen_text(app))


async def test_keys_of_a_pane_are_offered_in_it_alone(session):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("f3", "f3")
        await until(pilot, lambda: "^O Read file" in screen_text(app))
        assert "Sort rows" not in screen_text(app)
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "r Sort rows" in screen_text(app))
        await pilot.press("f3")
        await until(pilot, lambda: "Enter Compare" in screen_text(app))
        assert "Next unmatched" not in screen_text(app)
        app.screen.set_class(False, "-notice")  # as once two documents are compared
        app.screen.query_one("#left").focus()
        await until(pilot, lambda: "n Next unmatched" in screen_text(app))
        assert "Enter Compare" not in screen_text(app)


async def test_the_verdict_on_two_texts_is_seen_whole_on_a_small_screen(session):
    app = make_app(session)
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.press("f3", *"plum", "tab", *"plums")
        await until(pilot, lambda: "Similarity" in screen_text(app))
        rows = app.screen.query_one("#verdict").scrollable_content_region.height
        assert rows >= 7  # similarity, bar, scale, a gap, the words of both
