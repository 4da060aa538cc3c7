"""Collections and the work on them: added, updated, checked, removed, paused, stopped."""

import asyncio

import pytest

from app.memory import Memory
from app.tui.screens.chooser import Ask, Chooser
from app.tui.screens.collections import CollectionsScreen
from app.tui.screens.search import SearchScreen
from app.tui.tasks import IndexTask, ReencodeTask, VerifyTask
from indexes.errors import Busy, CollectionNotFound, EncoderMismatch, StorageFailed
from tests.tui.fakes import (
    FakeSession,
    field,
    hit,
    make_app,
    screen_text,
    thread_of,
    until,
    worker_of,
)


@pytest.fixture
def session():
    return FakeSession()


async def shown(pilot):
    await pilot.press("f6")
    await until(
        pilot, lambda: "12" in screen_text(pilot.app) and "encoder" in screen_text(pilot.app)
    )


async def test_what_is_indexed_is_shown(session):
    session.collections = ["default", "papers"]
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await shown(pilot)
        await until(pilot, lambda: "/home/ada/notes" in screen_text(app))
        text = screen_text(app)
        assert "papers" in text
        assert "tiny (f)" in text
        await pilot.press("j", "enter")
        await until(pilot, lambda: "papers: 12 documents" in screen_text(app))


async def test_a_key_that_comes_before_the_list_is_about_the_list(session, monkeypatch):
    monkeypatch.setattr("app.tui.ahead.PATIENCE", 20.0)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        gate = session.gate("describe_all")
        app.simulate_key("f6")
        app.simulate_key("u")
        await until(pilot, lambda: isinstance(app.screen, CollectionsScreen))
        await pilot.pause(0.1)
        gate.set()
        await until(pilot, lambda: ("index", "default", ()) in session.worked)
        assert "no collection" not in screen_text(app)


@pytest.mark.parametrize("key", ["u", "a"])
async def test_a_key_that_waited_too_long_for_the_list_is_not_taken_for_there_is_none(session, key):
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        gate = session.gate("describe_all")
        app.simulate_key("f6")
        app.simulate_key(key)
        await until(pilot, lambda: "looking what there is" in screen_text(app))
        gate.set()
        await until(pilot, lambda: "tiny (f)" in screen_text(app))
        assert isinstance(app.screen, CollectionsScreen)
        assert "looking what there is" not in screen_text(app)
    assert session.worked == []


async def test_progress_within_a_long_document_is_shown_and_stopped_there(session):
    gate = session.gate("part 2.200")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u")
        told = "1 of 4 files; 200 of 4,000 passages of 2.md"
        await until(pilot, lambda: told in screen_text(app))
        await pilot.press("x")
        await until(pilot, lambda: "it ends in a moment" in screen_text(app))
        gate.set()
        await until(pilot, lambda: "stopped; what was done is kept" in screen_text(app))


async def test_an_update_shows_its_progress_while_searching_goes_on(session):
    gate = session.gate("file 3")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "indexing default" in screen_text(app))
        await pilot.press("f2", *"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        assert "indexing default" in screen_text(app)
        gate.set()
        await until(pilot, lambda: "indexing default" not in screen_text(app))
        await pilot.press("f6")
        await until(pilot, lambda: "4 added, 1 skipped in 2 s" in screen_text(app))


async def test_the_last_progress_of_a_burst_is_shown_while_what_follows_takes_long(session):
    gate = session.gate("commit")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "100%  4 of 4 files" in screen_text(app))
        await pilot.press("x")
        await until(pilot, lambda: "stopping" in screen_text(app))
        assert "p pauses" not in screen_text(app)
        gate.set()
        await until(pilot, lambda: "stopped; what was done is kept" in screen_text(app))


async def test_work_is_paused_goes_on_and_is_stopped(session):
    app = make_app(session)
    gate = session.gate("file 2")
    last = session.gate("file 4")
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "indexing default" in screen_text(app))
        await pilot.press("p")
        await until(pilot, lambda: "(paused)" in screen_text(app))
        gate.set()
        await pilot.press("p")
        await until(pilot, lambda: "(paused)" not in screen_text(app))
        await pilot.press("x")
        last.set()
        await until(pilot, lambda: "stopped; what was done is kept" in screen_text(app))


async def test_a_run_that_did_not_finish_is_told_until_it_goes_on(session):
    session.unfinished = True
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "Indexing did not finish: F6, then u" in screen_text(app))
        await shown(pilot)
        await until(pilot, lambda: "last run  did not finish; u goes on" in screen_text(app))
        await pilot.press("u")
        await until(pilot, lambda: "1 of 4 files" in screen_text(app))
        assert "did not finish" not in screen_text(app)
        await pilot.press("f2")
        await until(pilot, lambda: "Search 12 documents" in screen_text(app))
        assert "did not finish" not in screen_text(app)
        gate.set()
        await until(pilot, lambda: app.work.task is None)
        search = app.screen
        assert isinstance(search, SearchScreen)
        await until(pilot, lambda: not search.reached.collections[0].unfinished)
        assert "did not finish" not in screen_text(app)


async def test_of_several_collections_the_unfinished_one_is_named(session):
    session.unfinished = True
    app = make_app(session, names=("default", "papers"))
    async with app.run_test(size=(100, 30)) as pilot:
        told = "Indexing default, papers did not finish"
        await until(pilot, lambda: told in screen_text(app))


async def test_checking_and_mending_say_what_was_found(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "checking default: sound" in screen_text(app))
        assert "an index run did not finish" in screen_text(app)
        await pilot.press("r")
        await until(pilot, lambda: "repairing default: sound" in screen_text(app))
        assert session.worked == [("verify", "default", False), ("verify", "default", True)]


async def test_a_check_shows_how_far_it_is_and_can_be_stopped(session):
    app = make_app(session)
    gate = session.gate("check vectors")
    session.gate("check rows").set()
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "50%  reading vectors" in screen_text(app))
        await pilot.press("x")
        gate.set()
        await until(pilot, lambda: "checking default" not in app.work.line)


async def test_what_waits_for_the_work_at_hand_is_named(session):
    app = make_app(session)
    gate = session.gate("file 2")
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u", "v", "v")
        await until(pilot, lambda: "then: checking default" in screen_text(app))
        gate.set()
        await until(pilot, lambda: "checking default: sound" in screen_text(app))
        assert "then:" not in screen_text(app)
        assert session.worked == [("index", "default", ()), ("verify", "default", False)]


async def test_what_waits_goes_on_when_the_work_at_hand_is_stopped(session):
    app = make_app(session)
    gate = session.gate("file 2")
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u", "u", "v")
        await until(pilot, lambda: "then: checking default" in screen_text(app))
        await pilot.press("x")
        await until(pilot, lambda: "it ends in a moment" in screen_text(app))
        gate.set()
        await until(pilot, lambda: "checking default: sound" in screen_text(app))
        assert session.worked == [("index", "default", ()), ("verify", "default", False)]


async def test_what_waits_stays_paused_when_the_work_at_hand_is_stopped(session):
    app = make_app(session)
    gate = session.gate("file 2")
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u", "v", "p", "x")
        gate.set()
        await until(pilot, lambda: "checking default (paused)" in screen_text(app))
        assert app.work.paused
        await pilot.press("x")
        await until(pilot, lambda: app.work.task is None)
        assert not app.work.paused


async def test_work_that_did_not_begin_is_stopped(session):
    gate = session.gate("index")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u", "v")
        await until(pilot, lambda: session.worked)
        worker_of(app).cancel(VerifyTask("default", repair=False))
        await until(pilot, lambda: "then:" not in screen_text(app))
        gate.set()
        await until(pilot, lambda: app.work.task is None)
        assert session.worked == [("index", "default", ())]


async def test_a_collection_is_watched_until_that_is_ended(session, tmp_path):
    (tmp_path / "notes").mkdir()
    session.root = tmp_path / "notes"
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("w")
        await until(pilot, lambda: ", watched" in screen_text(app))
        await until(pilot, lambda: len(session.worked) == 1)
        await until(pilot, lambda: worker_of(app)._watchers["default"].is_alive())
        await asyncio.sleep(1)  # until the system tells of changes
        (tmp_path / "notes" / "new.md").write_text("new")
        await until(pilot, lambda: len(session.worked) == 2)
        await pilot.press("w")
        await until(pilot, lambda: ", watched" not in screen_text(app))
        assert worker_of(app)._watchers == {}


async def test_a_watch_updates_nothing_while_nothing_changes(session, tmp_path, monkeypatch):
    monkeypatch.setattr("indexes.watching.TICK_MS", 100)
    session.root = tmp_path
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("w")
        await until(pilot, lambda: len(session.worked) == 2)  # at once, and when the watch began
        await asyncio.sleep(0.6)
        assert len(session.worked) == 2


async def test_an_update_of_a_watch_that_fails_is_tried_again(session, tmp_path, monkeypatch):
    monkeypatch.setattr("indexes.watching.TICK_MS", 100)
    session.root = tmp_path
    session.fails = {"index": Busy("collection 'default' is being written", "wait")}
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("w")
        await until(pilot, lambda: len(session.worked) > 3)
        session.fails = {}
        await until(pilot, lambda: "4 added" in screen_text(app))


async def test_a_watch_is_taken_up_again_next_time(session, tmp_path):
    session.root = tmp_path
    Memory(tmp_path / "state").keep_state({"watched": ["default", 7]})
    app = make_app(session, state=tmp_path / "state")
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: app.work.watched)
        await pilot.press("ctrl+q")
    assert Memory(tmp_path / "state").state()["watched"] == ["default"]


async def test_what_cannot_be_watched_is_told(session, tmp_path):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "there is no folder to watch" in screen_text(app))


async def test_a_collection_is_removed_only_when_confirmed(session):
    session.collections = ["default", "papers"]
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("d")
        await until(pilot, lambda: "Remove the collection default" in screen_text(app))
        await pilot.press("n")
        assert session.collections == ["default", "papers"]
        await pilot.press("d")
        await until(pilot, lambda: "Remove the collection default" in screen_text(app))
        await pilot.press("y")
        await until(pilot, lambda: session.collections == ["papers"])
        await until(pilot, lambda: ("release", "default") in session.worked)


async def test_a_collection_that_is_being_indexed_is_removed_at_once(session):
    session.collections = ["default", "papers"]
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u", "j", "u", "k")
        await until(pilot, lambda: "then: indexing papers" in screen_text(app))
        await pilot.press("v")
        await until(pilot, lambda: "indexing papers, checking default" in screen_text(app))
        await pilot.press("p")
        await until(pilot, lambda: "(paused)" in screen_text(app))
        await pilot.press("d", "y")
        await until(pilot, lambda: "then: removing default, indexing papers" in screen_text(app))
        gate.set()
        await pilot.press("p")
        await until(pilot, lambda: "default" not in session.collections)
        await until(pilot, lambda: "4 added" in screen_text(app))
        done = [one[:2] for one in session.worked if one[0] != "release"]
        assert done == [("index", "default"), ("remove", "default"), ("index", "papers")]


async def test_the_selected_collection_stays_selected_when_others_come_and_go(session):
    session.collections = ["default", "papers"]
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("j")
        await until(pilot, lambda: "> papers" in screen_text(app))
        session.collections = ["alpha", "default", "papers"]
        await pilot.press("f2", "f6")
        await until(pilot, lambda: "alpha" in screen_text(app))
        assert "> papers" in screen_text(app)
        session.collections = ["papers"]
        await pilot.press("f2", "f6")
        await until(pilot, lambda: "alpha" not in screen_text(app))
        assert "> papers" in screen_text(app)


async def test_skipped_files_are_browsed_with_their_reasons(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await until(pilot, lambda: "scan.bin: not text   /home/ada/notes" in screen_text(app))


async def test_a_folder_is_added_to_a_new_collection(session, tmp_path):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        field(app, "answer").value = str(tmp_path / "nowhere")
        await pilot.press("enter")
        await until(pilot, lambda: "does not exist" in screen_text(app))
        field(app, "answer").value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: "Into which collection?" in screen_text(app))
        field(app, "answer").value = "a b"
        await pilot.press("enter")
        await until(pilot, lambda: "cannot be the name" in screen_text(app))
        field(app, "answer").value = "papers"
        await pilot.press("enter")
        await until(pilot, lambda: ("index", "papers", (str(tmp_path),)) in session.worked)


@pytest.mark.parametrize(
    ("typed", "left"),
    [("/data", "/data"), ("~/data", "~/data"), ("data", "{here}/data"), ("a//b", "{here}/a//b")],
)
async def test_a_whole_path_can_be_typed_behind_the_folder_that_is_offered(
    session, tmp_path, monkeypatch, typed, left
):
    monkeypatch.chdir(tmp_path)
    left = left.format(here=tmp_path)
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press(*({"/": "slash", "~": "tilde"}.get(one, one) for one in typed))
        await until(pilot, lambda: field(app, "answer").value == left)
        assert field(app, "answer").cursor_position == len(left)


async def later(pilot, session):
    """Have a document indexed that answers better, once a query is answered."""
    await pilot.press(*"jam")
    await until(pilot, lambda: "3 documents in 7 ms" in screen_text(pilot.app))
    session.hits = [hit(4, path="/home/ada/notes/late.md"), *session.hits]


async def test_what_is_indexed_meanwhile_joins_the_results_that_nobody_is_at(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await later(pilot, session)
        app.work.submit(IndexTask("default"))
        await until(pilot, lambda: "late.md" in screen_text(app))


async def test_results_that_somebody_is_at_stay(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await later(pilot, session)
        await pilot.press("down")
        asked = len(session.searched)
        app.work.submit(IndexTask("default"))
        await until(pilot, lambda: app.work.outcomes)
        await until(pilot, lambda: thread_of(app)._slots == {})
        await asyncio.sleep(0.1)
        assert len(session.searched) == asked
        assert "late.md" not in screen_text(app)


async def test_results_by_words_stay_while_the_collection_is_encoded_anew(session):
    mismatch = EncoderMismatch("made with encoder old, not with new", "")
    session.fails = {"prepare": mismatch}
    gate = session.gate("text 60")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: "F4 searches by words" in screen_text(app))
        app.work.submit(ReencodeTask("default", "default"))
        await until(pilot, lambda: "30 of 90 texts" in screen_text(app))
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        app.work._tell(stored=False)
        app.reopen()
        await asyncio.sleep(0.2)
        await pilot.pause()
        assert "preserves-1.md" in screen_text(app)
        gate.set()


async def test_what_fails_is_told(session):
    session.fails = {"index": Busy("collection 'default' is being written", "wait")}
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        await pilot.press("u")
        await until(
            pilot, lambda: "failed: collection 'default' is being written" in screen_text(app)
        )


async def test_what_failed_is_named(session):
    busy = Busy("collection 'default' is being written", "wait")
    session.fails = {"index": busy, "verify": busy}
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(pilot)
        for key, what in (("u", "indexing"), ("v", "checking")):
            await pilot.press(key)
            told = f"{what} default failed: collection"
            await until(pilot, lambda told=told: told in screen_text(app))


async def test_a_path_typed_on_the_first_run_is_a_folder_and_no_question(session, tmp_path):
    missing = CollectionNotFound("no collection 'default'", "make one: jtcse index PATH")
    session.fails = {"describe": missing, "search": missing, "prepare": missing}
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Press Enter to choose a folder" in screen_text(app))
        field(app, "query").value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert field(app, "answer").value == str(tmp_path)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Ask))
        assert field(app, "query").value == ""


async def test_the_first_run_ends_in_a_searched_folder(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    missing = CollectionNotFound("no collection 'default'", "make one: jtcse index PATH")
    session.fails = {"describe": missing, "search": missing, "prepare": missing}
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Press Enter to choose a folder" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert field(app, "answer").value == f"{tmp_path}/"
        await pilot.press("enter")
        await until(pilot, lambda: "default: 12 documents" in screen_text(app))
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))


async def test_a_first_run_that_fails_says_why_where_the_user_is(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    missing = CollectionNotFound("no collection 'default'", "make one: jtcse index PATH")
    full = StorageFailed("collection 'default': no space left", "free some disk space")
    session.fails = {"describe": missing, "search": missing, "prepare": missing, "index": full}
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Press Enter to choose a folder" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("enter")
        await until(pilot, lambda: "no space left; free some disk space" in screen_text(app))
        assert "Press Enter to choose a folder" in screen_text(app)


async def test_a_collection_that_is_removed_elsewhere_leads_to_a_new_one(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        missing = CollectionNotFound("no collection 'default'", "make one: jtcse index PATH")
        session.fails = {"describe": missing, "search": missing, "prepare": missing}
        await pilot.press("s")
        await until(pilot, lambda: "Press Enter to choose a folder" in screen_text(app))
        await until(pilot, lambda: "default: 12 documents" not in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))


async def test_others_are_offered_where_the_default_one_is_missing(session):
    missing = CollectionNotFound("no collection 'default'", "there are: news, papers")
    session.fails = {"describe": missing, "search": missing, "prepare": missing}
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "No collection 'default'." in screen_text(app))
        assert "There are: news, papers. ^L chooses another one." in screen_text(app)
        assert "Press Enter to choose a folder" in screen_text(app)


async def test_work_that_fails_during_a_search_is_told_beside_it(session):
    session.fails = {"index": Busy("collection 'default' is being written", "wait")}
    app = make_app(session)
    async with app.run_test(size=(160, 30)) as pilot:
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        app.work.submit(IndexTask("default"))
        await until(pilot, lambda: "indexing default failed: collection" in screen_text(app))
        assert "preserves-1.md" in screen_text(app)


async def test_paths_are_completed(session, tmp_path):
    from app.tui.folders import complete

    (tmp_path / "papers").mkdir()
    (tmp_path / "paper.txt").touch()
    assert complete(f"{tmp_path}/pap") == f"{tmp_path}/papers/"
    assert complete(f"{tmp_path}/") is None
    assert complete(f"{tmp_path}/x") is None


@pytest.mark.parametrize("held", ["index", "file 2", "verify"])
async def test_quitting_does_not_wait_for_work(session, held):
    gate = session.gate(held)
    app = make_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await shown(pilot)
        await pilot.press("v" if held == "verify" else "u")
        await until(pilot, lambda: session.worked)
        await pilot.press("ctrl+q")
    assert app.return_code == 0
    gate.set()
    worker_of(app).join(5)
    assert not worker_of(app).is_alive()
