"""What is pasted is text, whatever bytes it has: none of them is ever a key."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.events import MouseDown

from app.tui.pasting import BURST, STALLED, PasteParser
from tests.tui.terminal import F3, assert_harmless, paste

HOSTILE = {
    "two escapes": "a\x1b\x1b\x11 b",
    "an escape that leads nowhere": "a\x1b[99;99;99;99;99;99;99;99;99;99;99;99;99q\x11 b",
    "focus and mouse": "a\x1b[O\x1b[I\x1b[<0;1;1M\x1b[<0;1;1m b",
    "keys": "a\x1b[17~\x1bOR\x1b[113;5u\x11\x03 b",
    "a paste within": "a\x1b[200~\x11\x1b\x1b\x11 b",
    "its own end": "a\x1b[201~\x11\x1b[17~ b",
    "its own end and a beginning": "a\x1b[201~\x11\x1b[200~ b",
    "controls": "a\x00\x07\x08\x0e\x11\x12\x13\x1a\x7f\x9b b",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_pasted_controls_are_no_keys(start, text):
    terminal = start("plain")
    terminal.until("ready")
    paste(terminal, text)
    terminal.send(b"cc")
    terminal.until("bcc")
    assert "Score" in terminal.text
    assert "First text" not in terminal.text
    assert terminal.quit()[0] == 0
    assert_harmless(terminal)


def test_an_escape_at_the_end_of_a_paste_is_no_key_either(start):
    terminal = start("plain")
    terminal.until("ready")
    terminal.send(b"jam")
    terminal.until("3 documents in")
    terminal.send(b"\x1b[200~plum\x1b")
    time.sleep(0.5)  # as a slow line brings it
    terminal.send(b"\x11\x1b[20")
    time.sleep(0.5)
    terminal.send(b"1~")
    terminal.until("jamplum\N{SYMBOL FOR ESCAPE}\N{SYMBOL FOR DEVICE CONTROL ONE}")
    assert terminal.quit()[0] == 0


def test_a_key_after_a_paste_is_a_key(start):
    terminal = start("plain")
    terminal.until("ready")
    terminal.send(F3)
    terminal.until("First text")
    terminal.send(b"\x1b[200~one\rtwo\x1b[201~\t")
    time.sleep(0.5)
    terminal.send(b"\x1b[200~one\r\ntwo\x1b[201~")
    terminal.until("Similarity 1.0000")
    assert terminal.quit()[0] == 0


def test_a_long_paste_arrives_whole(start):
    terminal = start("plain")
    terminal.until("ready")
    paste(terminal, "plum " * 4000 + "end")
    terminal.until("plum end")
    assert terminal.quit()[0] == 0


def test_a_paste_that_never_ends_can_be_quit(start):
    terminal = start("plain")
    terminal.until("ready")
    terminal.send(b"\x1b[200~plums and no more")
    time.sleep(1.5)
    assert terminal.quit()[0] == 0


@pytest.mark.parametrize("escape", ["\x1b", "\x1b[27u", "\x1b[27;129u"])
def test_escape_does_nothing_but_end_a_paste_whose_end_was_lost(escape):
    ended, key = slowly("\x1b[200~hello wor", escape, "x")
    assert (ended.text, key.key) == ("hello wor", "x")


def test_letters_belong_to_a_paste_until_another_key_ends_it():
    ended, key = slowly("\x1b[200~hello wor", "x", "\x1b[A")
    assert (ended.text, key.key) == ("hello worx", "up")


def slowly(*chunks):
    """What a parser makes of chunks that are far apart."""
    parser, found = PasteParser(), []
    for chunk in chunks:
        found += [*parser.feed(chunk), *parser.tick()]
        time.sleep(STALLED + 0.05)
    return [*found, *parser.tick()]


def fed(parser, chunks):
    """What a parser makes of chunks, all of which come at once."""
    found = [event for chunk in chunks for event in parser.feed(chunk)]
    time.sleep(BURST)
    return [*found, *parser.tick()]


@given(st.text("a\x1b\x11\r[201~\x9bé漢", max_size=60), st.lists(st.integers(1, 9), min_size=1))
@settings(max_examples=60)
def test_a_paste_is_one_event_however_it_is_cut(text, sizes):
    sent = f"x\x1b[200~{text}\x1b[201~y"
    chunks, at = [], 0
    for size in itertools.cycle(sizes):
        if at >= len(sent):
            break
        chunks.append(sent[at : at + size])
        at += size
    before, pasted, after = fed(PasteParser(), chunks)
    assert (before.key, after.key) == ("x", "y")
    assert pasted.text == text.replace("\x1b[201~", "").replace("\x1b[200~", "")


def test_keys_around_pastes_are_as_ever():
    events = fed(PasteParser(), ["\x1b[A", "\x1b[1;5C", "ü", "\x1b[<0;3;4M"])
    assert [event.key for event in events[:3]] == ["up", "ctrl+right", "ü"]
    assert isinstance(events[3], MouseDown)
