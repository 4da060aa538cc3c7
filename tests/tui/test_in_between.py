"""What is done in a moment waits for no other collection's work: removing, forgetting."""

import pytest

from app.tui.tasks import ForgetTask, IndexTask, RemoveTask, Task, VerifyTask, queued
from indexes.errors import Busy
from indexes.types import Root
from tests.tui.fakes import ROOT, FakeSession, make_app, screen_text, until, worker_of

BRIEF: list[Task] = [RemoveTask("default"), ForgetTask("default", ROOT)]
OFTEN = pytest.mark.parametrize("brief", BRIEF, ids=["remove", "forget"])


@pytest.fixture
def session():
    session = FakeSession()
    session.collections = ["default", "papers"]
    return session


def done(session):
    return [one[:2] for one in session.worked if one[0] != "release"]


async def indexing(pilot, session, name="papers"):
    """Hold an index run within its second file."""
    gate = session.gate("file 2")
    await pilot.press("f6")
    await until(pilot, lambda: "encoder   tiny" in screen_text(pilot.app))
    pilot.app.work.submit(IndexTask(name))
    await until(pilot, lambda: "1 of 4 files" in screen_text(pilot.app))
    return gate


@OFTEN
async def test_it_is_done_while_another_collection_is_indexed(session, brief):
    last = session.gate("file 4")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        gate = await indexing(pilot, session)
        app.work.submit(brief)
        await until(pilot, lambda: f"then: {brief.title}" in screen_text(app))
        gate.set()
        await until(pilot, lambda: f"{brief.title}: " in screen_text(app))
        await until(pilot, lambda: "3 of 4 files" in screen_text(app))
        assert app.work.task == IndexTask("papers")
        assert "then:" not in screen_text(app)
        last.set()
        await until(pilot, lambda: "4 added" in screen_text(app))
        await until(pilot, lambda: app.work.task is None)
        assert [name for _, name in done(session)] == ["papers", "default"]


@OFTEN
async def test_work_that_is_paused_does_not_hold_it(session, brief):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        gate = await indexing(pilot, session)
        await pilot.press("p")
        gate.set()
        app.work.submit(brief)
        await until(pilot, lambda: f"{brief.title}: " in screen_text(app))
        assert "indexing papers" in app.work.line
        assert "(paused)" in app.work.line
        assert "p goes on" in screen_text(app)
        await pilot.press("p")
        await until(pilot, lambda: "4 added" in screen_text(app))
        assert app.work.line == ""


async def test_it_goes_before_whatever_waits(session):
    session.collections.append("zoo")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        gate = await indexing(pilot, session, "default")
        for task in (IndexTask("papers"), RemoveTask("default"), RemoveTask("zoo")):
            app.work.submit(task)
        told = "then: removing default, removing zoo, indexing papers"
        await until(pilot, lambda: told in screen_text(app))
        assert "it ends in a moment" in screen_text(app)
        gate.set()
        await until(pilot, lambda: "4 added" in screen_text(app))
        assert done(session) == [
            ("index", "default"), ("remove", "default"), ("remove", "zoo"), ("index", "papers"),
        ]  # fmt: skip


async def test_forgetting_a_folder_waits_for_work_on_its_own_collection(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        gate = await indexing(pilot, session, "default")
        app.work.submit(VerifyTask("default", repair=False))
        app.work.submit(ForgetTask("default", ROOT))
        told = "then: forgetting notes of default, checking default"
        await until(pilot, lambda: told in screen_text(app))
        gate.set()
        await until(pilot, lambda: "checking default: sound" in screen_text(app))
        assert [what for what, _ in done(session)] == ["index", "forget", "verify"]


async def test_a_folder_that_is_being_indexed_is_forgotten_before_the_next_one_is(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f6")
        gate = session.gate("file 2")
        app.work.submit(IndexTask("default", (Root(ROOT),)))
        await until(pilot, lambda: "1 of 4 files" in screen_text(app))
        app.work.submit(IndexTask("default", (Root(ROOT / "more"),)))
        app.work.submit(ForgetTask("default", ROOT))
        gate.set()
        await until(pilot, lambda: "4 added" in screen_text(app))
        assert [what for what, _ in done(session)] == ["index", "forget", "index"]


async def test_what_fails_in_between_is_told_and_the_work_at_hand_goes_on(session):
    session.fails = {"forget": Busy("collection 'default' is being written", "wait")}
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        gate = await indexing(pilot, session)
        app.work.submit(ForgetTask("default", ROOT))
        gate.set()
        await until(pilot, lambda: "failed: collection 'default' is being" in screen_text(app))
        await until(pilot, lambda: "4 added" in screen_text(app))


async def test_stopping_the_work_at_hand_does_not_undo_what_was_confirmed(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        gate = await indexing(pilot, session)
        app.work.submit(RemoveTask("default"))
        await pilot.press("x")
        gate.set()
        await until(pilot, lambda: "stopped; what was done is kept" in screen_text(app))
        await until(pilot, lambda: session.collections == ["papers"])
        await until(pilot, lambda: app.work.line == "")


async def test_nothing_stays_paused_once_what_was_paused_is_removed(session):
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        gate = await indexing(pilot, session)
        await pilot.press("p")
        app.work.submit(RemoveTask("papers"))
        gate.set()
        await until(pilot, lambda: session.collections == ["default"])
        await until(pilot, lambda: app.work.task is None)
        app.work.submit(IndexTask("default"))
        await until(pilot, lambda: "4 added" in screen_text(app))


async def test_what_waits_behind_a_watch_is_not_forgotten(session):
    session.gate("index")
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f6")
        worker_of(app).submit(IndexTask("papers"))  # as a watch does
        app.work.submit(VerifyTask("default", repair=False))
        await until(pilot, lambda: app.work.task == IndexTask("papers"))
        await until(pilot, lambda: "then: checking default" in screen_text(app))
        session.gates["index"].set()
        await until(pilot, lambda: "checking default: sound" in screen_text(app))
        assert app.work.task is None


def test_what_waits_is_put_in_order_once():
    index, verify = IndexTask("papers"), VerifyTask("default", repair=False)
    assert queued([index], index) == [index]
    assert queued([index, verify], BRIEF[1]) == [BRIEF[1], index, verify]
    assert queued([BRIEF[1], index, verify], BRIEF[0]) == [BRIEF[0], index]
    assert queued([RemoveTask("zoo"), index], BRIEF[0]) == [RemoveTask("zoo"), BRIEF[0], index]
    assert queued([BRIEF[0], index], BRIEF[0]) == [BRIEF[0], index]
