"""Keys that come in one burst do what they would have done one by one."""

import asyncio

import pytest
from textual import events
from textual.widgets import Input

from app.settings import Settings
from app.tui import ahead
from app.tui.widgets.results import Results
from tests.tui.fakes import FakeSession, field, make_app, screen_text, until
from tests.tui.terminal import F3

F5, F6, F8 = b"\x1b[15~", b"\x1b[17~", b"\x1b[19~"
ENTER = b"\r"

BURSTS = {
    "score, both sides": (F3 + b"same\tsame", "Similarity 1.0000"),
    "collections, add": (F6 + b"a", "Which folder of documents?"),
    "collections, remove, no": (F6 + b"dnq" + b"\x1bOQ" + b"plum", "3 documents in 7 ms"),
    "collections, search there": (F6 + ENTER + b"plum", "3 documents in 7 ms"),
    "palette": (b"\x10sentence by", "Two documents, sentence"),
    "filter": (F5 + b"type:md" + ENTER + b"plum", "type:md"),
    "choose collections": (b"\x0cnowhere", "nowhere"),
    "list, back, more": (b"plum" + ENTER + b"/ jam", "plum jam"),
    "help, closed, query": (b"\x1bOP" + b"qplum", "3 documents in 7 ms"),
}


@pytest.mark.parametrize(("burst", "shows"), BURSTS.values(), ids=BURSTS)
def test_keys_of_one_burst_go_where_each_belongs(start, burst, shows):
    terminal = start("plain")
    terminal.until("ready")
    terminal.send(burst)
    terminal.until(shows)
    assert terminal.quit()[0] == 0


def test_what_is_typed_before_anything_is_painted_is_a_query(start):
    terminal = start("plain")
    terminal.send(b"plum jam")
    terminal.until("3 documents in 7 ms")
    terminal.until("plum jam")
    assert terminal.quit()[0] == 0


def test_enter_typed_before_the_start_counts(start):
    terminal = start("plain")
    terminal.send(b"plum\r")
    terminal.until("3 documents in 7 ms")
    terminal.send(b" ")
    terminal.until("1 marked")
    assert terminal.quit()[0] == 0


def test_what_is_typed_early_is_a_query_wherever_the_last_time_ended(start, tmp_path):
    terminal = start("plain", STATE=str(tmp_path))
    terminal.until("ready")
    terminal.send(F6)
    terminal.until("Documents")
    assert terminal.quit()[0] == 0
    terminal = start("plain", STATE=str(tmp_path))
    terminal.send(b"dump")
    terminal.until("3 documents in 7 ms")
    assert "Remove" not in terminal.text
    assert terminal.quit()[0] == 0


async def press(pilot, keys):
    """Send keys without waiting between them."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_corrections_within_a_burst_come_in_their_order():
    app = make_app(FakeSession())
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        await press(pilot, [*"plox", "backspace", "backspace", *"um", "home", "x", "delete", "end"])
        await press(pilot, [*"ms"])
        await until(pilot, lambda: field(app, "query").value.endswith("ms"))
        assert field(app, "query").value == "xlumms"


async def test_enter_right_after_the_query_goes_to_the_results_once_they_are_there():
    session = FakeSession()
    gate = session.gate("jam")
    app = make_app(session, settings=Settings(tui_debounce_ms=200))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        await press(pilot, ["j", "a", "m", "enter"])
        await until(pilot, lambda: session.searched == ["jam"])
        assert app.focused is field(app, "query")
        gate.set()
        await until(pilot, lambda: isinstance(app.focused, Results))


async def test_typing_on_after_enter_stays_in_the_query():
    session = FakeSession()
    gate = session.gate("jam")
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        await press(pilot, ["j", "a", "m", "enter", "s"])
        await until(pilot, lambda: field(app, "query").value == "jams")
        gate.set()
        await until(pilot, lambda: session.searched[-1] == "jams")
        await until(pilot, lambda: "3 documents" in screen_text(app))
        assert app.focused is field(app, "query")


async def test_keys_after_enter_wait_for_the_results_however_long_the_encoder_loads():
    session = FakeSession()
    gate = session.gate("describe")
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "loading encoder" in screen_text(app))
        await press(pilot, [*"plum", "enter", "j", "j"])
        await asyncio.sleep(1.5 * ahead.PATIENCE)
        assert field(app, "query").value == "plum"
        gate.set()
        await until(pilot, lambda: app.screen.query_one(Results).selected == 2)
        assert field(app, "query").value == "plum"


async def test_a_key_that_is_none_of_a_list_does_not_wait_for_the_encoder(monkeypatch):
    monkeypatch.setattr(ahead, "LOADING", 600.0)
    session = FakeSession()
    gate = session.gate("describe")
    queries: list[str] = []

    def note(message):
        if isinstance(message, Input.Changed) and message.value not in queries[-1:]:
            queries.append(message.value)

    app = make_app(session)
    async with app.run_test(message_hook=note) as pilot:
        await until(pilot, lambda: "loading encoder" in screen_text(app))
        await press(pilot, [*"plum", "enter", "s", "backspace", "escape"])
        await until(pilot, lambda: queries[-4:] == ["plum", "plums", "plum", ""])
        gate.set()
        await until(pilot, lambda: "ready" in screen_text(app))


async def test_an_encoder_that_never_loads_holds_keys_for_a_while_only(monkeypatch):
    monkeypatch.setattr(ahead, "LOADING", 1.2 * ahead.PATIENCE)
    session = FakeSession()
    gate = session.gate("describe")
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "loading encoder" in screen_text(app))
        await press(pilot, [*"plum", "enter", "s"])
        await until(pilot, lambda: field(app, "query").value == "plums")
        gate.set()


async def test_keys_for_a_list_that_is_not_there_yet_wait_in_its_dialog():
    session = FakeSession()
    session.collections = ["default", "papers", "plums"]
    gate = session.gate("describe_all")
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        await press(pilot, ["ctrl+l", *"papers", "enter"])
        await until(pilot, lambda: "Search these collections" in screen_text(app))
        gate.set()
        await until(pilot, lambda: "papers: 12" in screen_text(app))
        assert field(app, "query").value == ""


async def test_a_key_waits_for_nothing_for_ever():
    session = FakeSession()
    app = make_app(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ready" in screen_text(app))
        for _ in range(5):
            await press(pilot, ["f6", "f2", "x", "backspace", "f3", "f3", "f1", "q", "f2"])
        await press(pilot, ["j", "a", "m"])
        await until(pilot, lambda: session.searched[-1:] == ["jam"])
