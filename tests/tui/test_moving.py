"""A collection whose encoder is no longer there, or is another now: the way out from within."""

import pytest

from app.keys import ACTIONS, KeyNames
from app.tui.hints import in_here
from app.tui.screens.chooser import Chooser
from indexes.errors import EncoderMismatch
from jtcse_core.errors import EncoderNotFound
from tests.tui.fakes import FakeSession, make_app, screen_text, until

MISMATCH = EncoderMismatch(
    "collection 'default' was made with encoder old (abababab), not with new (cdcdcdcd)",
    "move it to one that jtcse models list names: jtcse models use NAME -c default --yes",
)


@pytest.fixture
def session():
    fake = FakeSession()
    fake.fails = {"prepare": MISMATCH, "search": MISMATCH}
    return fake


async def test_another_encoder_is_offered_and_its_work_ends_in_a_search(session):
    gate = session.gate("text 60")
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Press Enter to encode the collection" in screen_text(app))
        assert "jtcse models" not in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Encode the 90 passages of default" in screen_text(app))
        await until(pilot, lambda: "384 dimensions   for new collections" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Encoding default anew: 30 of 90 texts" in screen_text(app))
        gate.set()
        await until(pilot, lambda: "Search 12 documents" in screen_text(app))
        assert ("reencode", "default", "default") in session.worked
        await pilot.press(*"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))


async def test_a_query_that_stood_is_answered_when_the_work_is_done(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Press Enter to encode" in screen_text(app))
        await pilot.press(*"jam")
        await until(pilot, lambda: session.searched[-1:] == ["jam"])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Chooser))
        await pilot.press("enter")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))


async def test_words_are_searched_without_any_encoder(session):
    del session.fails["search"]
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "F4 searches by words" in screen_text(app))
        await pilot.press("f4", "f4", *"jam")
        await until(pilot, lambda: "3 documents in 7 ms" in screen_text(app))


async def test_an_encoder_that_is_gone_leads_to_the_same_offer(session):
    gone = EncoderNotFound("no encoder at /gone", "give the path of an encoder folder")
    session.fails = {"prepare": gone, "search": gone}
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "No encoder at /gone" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Encode the 90 passages of default" in screen_text(app))


async def test_what_was_mended_elsewhere_meanwhile_is_not_offered(session):
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Press Enter to encode" in screen_text(app))
        session.fails = {}
        await pilot.press("enter")
        await until(pilot, lambda: "Search 12 documents" in screen_text(app))
        assert not isinstance(app.screen, Chooser)


async def test_a_sound_collection_is_moved_from_the_list(session):
    session.fails = {}
    app = make_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "encoder" in screen_text(app))
        await pilot.press("e")
        await until(pilot, lambda: "Encode the 90 passages of default" in screen_text(app))
        await pilot.press("escape", "e", "enter")
        await until(pilot, lambda: "90 texts encoded with default" in screen_text(app))


async def test_a_failed_update_names_a_key_and_no_command(session):
    session.fails["index"] = MISMATCH
    app = make_app(session)
    async with app.run_test(size=(180, 30)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "encoder" in screen_text(app))
        await pilot.press("u")
        await until(pilot, lambda: "e moves it to another encoder" in screen_text(app))


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("see: jtcse verify", "under F6, v checks it and r mends it"),
        ("see: jtcse verify -c papers", "under F6, v checks it and r mends it"),
        ("jtcse index -c papers resumes it", "u (update) resumes it"),
        (
            "--repair, or the next jtcse index, rebuilds it",
            "r (repair), or the next update (u), rebuilds it",
        ),
        ("jtcse models use /m -c papers --yes goes on", "e (another encoder) goes on"),
        ("jtcse index -c papers", "u (update) reads them again"),
        ("jtcse models list names those at hand", "F7 names those at hand"),
        ("wait, or stop it", "wait, or stop it"),
    ],
)
def test_hints_name_keys(said, here):
    assert KeyNames(ACTIONS).fill(in_here(said)) == here
