"""What is said where nothing is found, or nothing is indexed."""

import pytest

from app.tui.tasks import IndexTask
from tests.tui.fakes import FakeSession, field, make_app, screen_text, until

SIZE = (100, 30)
BY_WORDS = "No document has these words. F4 searches by meaning."


@pytest.fixture
def session():
    return FakeSession()


async def by_words(pilot, query):
    await pilot.press("f4", "f4")
    field(pilot.app, "query").value = query
    await until(pilot, lambda: "No hits." in screen_text(pilot.app))


async def test_where_no_document_has_the_words_meaning_is_offered(session):
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await by_words(pilot, "nothing here")
        assert BY_WORDS in screen_text(app)


@pytest.mark.parametrize(
    ("query", "demands"),
    [
        ("nothing type:pdf", "the filter in the query"),
        ("nothing -egg", "-egg"),
        ('"nothing here" -egg', '"nothing here" and -egg'),
    ],
)
async def test_what_a_query_demands_is_named_as_what_may_leave_documents_out(
    session, query, demands
):
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await by_words(pilot, query)
        assert f"Only what meets {demands} is found." in screen_text(app)
        assert BY_WORDS not in screen_text(app)


async def test_a_filter_may_be_why_no_document_has_the_words(session):
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f5", *"type:pdf", "enter")
        await by_words(pilot, "nothing")
        assert "A filter is set" in screen_text(app)
        assert BY_WORDS not in screen_text(app)


@pytest.mark.parametrize(
    ("roots", "advice"),
    [(None, "F6, select default, then u."), ([], "F6, then a.")],
    ids=["folder", "none"],
)
async def test_an_empty_collection_is_updated_or_else_given_a_folder(session, roots, advice):
    session.documents, session.roots = 0, roots
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "The collection is empty" in screen_text(app))
        assert advice in screen_text(app)
        await pilot.press(*"nothing")
        await until(pilot, lambda: "0 documents in" in screen_text(app))
        assert advice in screen_text(app)


async def test_an_empty_collection_that_is_indexed_says_so_until_it_stops(session):
    session.documents = 0
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "The collection is empty" in screen_text(app))
        app.work.submit(IndexTask("default"))
        await until(pilot, lambda: "Indexing default: 1 of 4 files" in screen_text(app))
        assert "The collection is empty" not in screen_text(app)
        app.work.cancel()
        gate.set()
        await until(pilot, lambda: "The collection is empty" in screen_text(app))


async def test_no_hits_are_expected_of_work_only_while_it_goes_on(session):
    gate = session.gate("file 2")
    app = make_app(session)
    async with app.run_test(size=SIZE) as pilot:
        app.work.submit(IndexTask("default"))
        await until(pilot, lambda: "indexing default" in screen_text(app))
        await pilot.press(*"nothing")
        await until(pilot, lambda: "what is found will appear here" in screen_text(app))
        gate.set()
        await until(pilot, lambda: "will appear here" not in screen_text(app))
        assert "Try other words" in screen_text(app)
