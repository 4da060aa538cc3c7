"""The frame of the last time stands until the interface does, and takes what is typed."""

import json
import signal
import termios
import time

import pytest

from app.memory import FRAMES, Memory
from app.tui.prelude import INVITATION, echoed, plain_frame
from tests.tui.terminal import plain

PLACEHOLDER = INVITATION
TAKES_OVER = b"\x1b[?1000h"
ALTERNATE, MAIN = b"\x1b[?1049h", b"\x1b[?1049l"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        (b"jam", "jam"),
        ("Übermut".encode(), "Übermut"),
        ("Ü".encode()[:1], ""),
        (b"jan\x7fm", "jam"),
        (b"\x7f\x7fjam", "jam"),
        (b"jam\rplum", "jam"),
        (b"jam\x1b[A", "jam"),
        ("jam 漢字".encode(), "jam "),
        (b"", ""),
    ],
)
def test_what_is_typed_stands_there_up_to_the_first_key_that_acts(typed, seen):
    assert echoed(typed) == seen


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


def attributes(terminal):
    return termios.tcgetattr(terminal.master)


def before_it_took_over(terminal, words):
    """Whether words stood in the terminal before the interface itself wrote to it."""
    return words in plain(terminal.output.partition(TAKES_OVER)[0])


def taken_over(terminal):
    end = time.monotonic() + 30
    while TAKES_OVER not in terminal.output:
        assert time.monotonic() < end
        assert terminal.read()


def test_letters_are_shown_in_the_field_and_handed_over(start, state):
    terminal = start("prelude", STATE=str(state), SHOWN="2")
    terminal.until("FRAME")
    terminal.send(b"jan\x7fm")
    terminal.until("<jam")
    assert b"\x1b[2;5H<jam\x1b[7m \x1b[27m        >" in terminal.output
    terminal.send(b" and plum jelly\r")
    terminal.until("< plum jelly >")
    terminal.until("typed b'jan\\x7fm and plum jelly\\r'")


def test_an_interrupt_gives_the_terminal_back(start, state):
    terminal = start("prelude", STATE=str(state), SHOWN="600")
    before = attributes(terminal)
    terminal.until("FRAME")
    assert attributes(terminal) != before
    terminal.process.send_signal(signal.SIGINT)
    while terminal.read() and terminal.process.poll() is None:
        pass
    assert terminal.process.wait(10) != 0
    assert terminal.output.count(MAIN) == 1
    assert attributes(terminal) == before


def test_the_first_frame_is_kept_and_stands_at_once_the_next_time(start):
    first = start("jtcse")
    before = attributes(first)
    first.until("Press Enter to choose a folder")
    time.sleep(0.5)
    assert first.quit()[0] == 0
    assert attributes(first) == before
    second = start("jtcse")
    taken_over(second)
    assert before_it_took_over(second, "F1 Help")
    assert second.quit()[0] == 0
    assert second.output.count(ALTERNATE) == 1
    assert attributes(second) == before


def test_what_is_typed_before_the_interface_stands_is_searched_for(start, tmp_path):
    environment = {"JTCSE_HOME": str(tmp_path / "home")}
    first = start("jtcse", **environment)
    first.until("Press Enter to choose a folder")
    time.sleep(0.5)
    first.quit()
    second = start("jtcse", **environment)
    second.until(PLACEHOLDER)
    second.send(b"\r")  # chooses a folder, when there is something to choose it
    second.until("Which folder")
    assert before_it_took_over(second, PLACEHOLDER)
    assert second.quit()[0] == 0


def test_where_no_frame_is_kept_the_field_stands_there_alone_and_takes_what_is_typed(start):
    terminal = start("jtcse")
    terminal.until(PLACEHOLDER)
    terminal.send(b"owls")
    taken_over(terminal)
    assert before_it_took_over(terminal, PLACEHOLDER)
    assert not before_it_took_over(terminal, "F1 Help")
    terminal.output = b""
    terminal.until("owls")
    assert terminal.quit()[0] == 0


@pytest.mark.parametrize("width", [0, 20, 36])
def test_a_terminal_too_narrow_for_it_stays_empty(width):
    assert plain_frame(width) is None


def test_the_plain_field_stands_where_the_other_one_comes():
    frame = plain_frame(80)
    assert frame is not None
    assert (frame.x, frame.y, frame.width) == (9, 0, 70)


def test_a_frame_of_another_size_is_not_shown(start):
    first = start("jtcse")
    first.until("Press Enter to choose a folder")
    time.sleep(0.5)
    first.quit()
    second = start("jtcse", COLUMNS="90")
    second.until("Press Enter to choose a folder")
    assert second.output.index(TAKES_OVER) < second.output.index(b"Press")
    assert second.quit()[0] == 0


@pytest.mark.parametrize("damage", ["", "[1]", "no JSON", "kinds"])
def test_frames_that_cannot_be_read_are_as_if_they_were_not_there(start, tmp_path, damage):
    home = tmp_path / "home"
    first = start("jtcse", JTCSE_HOME=str(home))
    first.until("Press Enter to choose a folder")
    time.sleep(0.5)
    first.quit()
    kept = home / "state" / "frames.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    frames = json.loads(kept.read_text())
    of_numbers = json.dumps({key: [1, "x", 2, [], "", ""] for key in frames})
    kept.write_text(of_numbers if damage == "kinds" else damage)
    second = start("jtcse", JTCSE_HOME=str(home))
    second.until("Press Enter to choose a folder")
    assert TAKES_OVER in second.output
    assert "Traceback" not in second.text
    assert second.quit()[0] == 0


def test_a_few_frames_are_kept_the_latest(state):
    memory = Memory(state)
    for number in range(FRAMES + 2):
        memory.keep_frame(f"key {number}", ["text", number])
    memory.keep_frame("key 3", ["text", "new"])
    kept = [number for number in range(FRAMES + 2) if memory.frame(f"key {number}")]
    assert kept == [2, 3, 4, 5]
    assert memory.frame("key 3") == ["text", "new"]
