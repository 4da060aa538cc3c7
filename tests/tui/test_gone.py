"""Collections that there are no more, or never were."""

import json

import pytest

from app.memory import Memory
from app.tui.screens.chooser import Ask
from app.tui.screens.search import SearchScreen
from tests.tui.fakes import FakeSession, field, make_app, screen_text, until

SIZE = (100, 30)


@pytest.fixture
def session():
    session = FakeSession()
    session.collections = ["default", "papers"]
    return session


def left_with(state, *names):
    (state / "interface.json").write_text(json.dumps({"names": list(names)}))
    return state


async def search(pilot, session, text="jam"):
    await pilot.press(*text)
    await until(pilot, lambda: "3 documents in 7 ms" in screen_text(pilot.app))


async def test_a_filter_on_a_collection_that_there_is_not_is_told_and_leaves_the_results(session):
    session.gone = {"nosuch"}
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, session)
        await pilot.press("f5", *"in:nosuch")
        told = "filter: no collection 'nosuch'; there are: default, papers"
        await until(pilot, lambda: told in screen_text(app))
        assert "Preserving fruit 1" in screen_text(app)
        assert "Press Enter to choose a folder" not in screen_text(app)


async def test_a_filter_on_a_collection_that_there_is_not_is_searched_once(session):
    session.gone = {"nosuch"}
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"nothing")
        await until(pilot, lambda: "No hits." in screen_text(app))
        await pilot.press("f5")
        field(app, "filter").value = "in:nosuch"
        await until(pilot, lambda: "no collection 'nosuch'" in screen_text(app))
        searched = len(session.searched)
        await pilot.pause(0.5)
        assert len(session.searched) == searched


async def test_clearing_such_a_filter_brings_the_answer_back(session):
    session.gone = {"nosuch"}
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, session)
        await pilot.press("f5", *"in:nosuch")
        await until(pilot, lambda: "no collection 'nosuch'" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))
        assert "nosuch" not in screen_text(app)


async def test_enter_after_a_filter_that_makes_no_sense_holds_no_keys_back(session):
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, session)
        await pilot.press("f5", *"kind:md", "enter", "enter")
        await until(pilot, lambda: "there is no filter 'kind'" in screen_text(app))
        assert isinstance(app.screen, SearchScreen)
        assert not app.screen.expecting


async def test_a_remembered_collection_that_is_gone_is_left_out_and_told(session, tmp_path):
    session.gone = {"papers"}
    app = make_app(session, (), state=left_with(tmp_path, "default", "papers"))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "papers is not there; ready" in screen_text(app))
        assert "Press Enter to choose a folder" not in screen_text(app)
        await search(pilot, session)
        assert session.names[-1] == ("default",)
        assert "not there" not in screen_text(app)
        await pilot.press("ctrl+q")
    assert Memory(tmp_path).state()["names"] == ["default"]


@pytest.mark.parametrize(
    ("gone", "instead"), [({"news"}, "default"), ({"news", "default"}, "papers")]
)
async def test_where_all_that_is_remembered_is_gone_another_one_is_searched(
    session, tmp_path, gone, instead
):
    session.gone = gone
    app = make_app(session, (), state=left_with(tmp_path, "news"))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: f"hybrid search | {instead}: 12 documents" in screen_text(app))
        await until(pilot, lambda: "news is not there" in screen_text(app))


async def test_a_collection_that_is_removed_elsewhere_is_left_out_of_the_search(session):
    app = make_app(session, ("default", "papers"))
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, session)
        session.gone = {"papers"}
        await pilot.press("s")
        await until(pilot, lambda: session.names[-1] == ("default",))
        await until(pilot, lambda: "papers is not there; 3 documents in 7 ms" in screen_text(app))
        assert "Preserving fruit 1" in screen_text(app)


async def test_a_collection_that_was_never_there_can_still_be_made(session):
    session.gone = {"news"}
    app = make_app(session, ("news",))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "No collection 'news'" in screen_text(app))
        await pilot.pause(0.2)
        assert "Press Enter to choose a folder" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))


async def test_of_several_names_the_one_that_was_never_there_is_left_out(session):
    session.gone = {"news"}
    app = make_app(session, ("default", "news"))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "hybrid search | default: 12 documents" in screen_text(app))
        await search(pilot, session)
        assert session.names[-1] == ("default",)


async def test_where_the_last_collection_is_removed_elsewhere_a_new_one_can_be_made(session):
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await search(pilot, session)
        session.gone = {"default", "papers"}
        await pilot.press("s")
        await until(pilot, lambda: "Nothing is indexed yet." in screen_text(app))
        await until(pilot, lambda: "default: 12 documents" not in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Ask))
