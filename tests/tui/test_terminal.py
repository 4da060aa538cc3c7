"""The interface in a real terminal: bytes in, bytes out, exit code."""

import os
import re
import select
import signal
import time

import pytest

from tests.tui.launch import NASTY
from tests.tui.terminal import F3, assert_harmless, paste


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}], ids=["colour", "no colour"])
def test_start_type_result_quit(start, environment):
    terminal = start("plain", **environment)
    terminal.until("Search")
    terminal.send(b"jam")
    terminal.until("Preserving fruit 1")
    terminal.until("3 documents in 7 ms")
    terminal.until("Fill the jars")
    assert terminal.quit()[0] == 0
    assert b"\x1b[?1049l" in terminal.output
    painted = re.findall(rb"\x1b\[([0-9;]*)m", terminal.output)
    colours = [
        style for style in painted if re.search(rb"(^|;)([34]8|[349][0-7]|10[0-7])(;|$)", style)
    ]
    assert bool(colours) == (not environment)


@pytest.mark.parametrize("kind", ["plain", "jtcse"])
def test_standard_error_can_be_led_to_a_file(start, tmp_path, kind):
    with (tmp_path / "errors").open("wb") as errors:
        terminal = start(kind, errors, HOME=str(tmp_path), JTCSE_HOME=str(tmp_path / "home"))
        terminal.until("F1")
        assert terminal.quit()[0] == 0
    assert not (tmp_path / "errors").read_bytes()


def test_keys_that_come_at_once_go_where_each_belongs(start):
    terminal = start("plain")
    terminal.until("ready")
    terminal.send(b"jam")
    terminal.until("3 documents in 7 ms")
    terminal.send(b"\x1bOR")
    terminal.until("First text")
    terminal.send(b"same\tsame")
    terminal.until("Similarity 1.0000")
    assert terminal.quit()[0] == 0


@pytest.mark.parametrize("stop", [signal.SIGTSTP, signal.SIGSTOP])
def test_all_is_painted_anew_when_it_goes_on_after_a_stop(start, stop):
    terminal = start("plain")
    terminal.until("ready")
    terminal.send(b"jam")
    terminal.until("3 documents in 7 ms")
    terminal.process.send_signal(stop)
    while os.waitpid(terminal.process.pid, os.WUNTRACED | os.WNOHANG) == (0, 0):
        terminal.read()
    while terminal.read() and select.select([terminal.master], [], [], 0.2)[0]:
        pass
    terminal.output = b""
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("Preserving fruit 1")
    terminal.until("F1 Help")
    assert terminal.quit()[0] == 0


def test_documents_cannot_act_on_the_terminal(start):
    terminal = start("nasty")
    terminal.until("ready")
    terminal.send(b"plums")
    terminal.until("1 document in")
    terminal.until("after")
    terminal.send(b"\r\x1b[19~")  # to the list; F8, the explanation
    terminal.until("carried by")
    terminal.send(b"\x1b[17~")  # F6, the collections
    terminal.until("cannot be opened")
    terminal.send(b"v")
    terminal.until("DAMAGED")
    terminal.send(b"s")
    terminal.until("not searchable")
    code, _ = terminal.quit()
    assert code == 0
    assert "[red]x[/red]" in terminal.text
    assert_harmless(terminal)


PASTED = "plums [red]x[/red]"
"""Terminals leave escapes out of what is pasted; the interface's own cleaning is tested apart."""


def test_what_is_compared_cannot_act_on_the_terminal(start, tmp_path):
    (tmp_path / "a.md").write_text(f"# {NASTY}\n\nSome {NASTY} here.\n")
    (tmp_path / "b.txt").write_text(f"Some {NASTY} here.\n")
    (tmp_path / "pairs.tsv").write_text(
        "".join(f"{NASTY} {n}\tab{'c' * n}\t{n % 4}\n" for n in range(9))
    )
    terminal = start("nasty")
    terminal.until("ready")
    paste(terminal, PASTED)  # into the query
    terminal.until("1 document in")
    terminal.send(F3)
    terminal.until("First text")
    paste(terminal, PASTED)
    terminal.send(b"\t")
    paste(terminal, PASTED)
    terminal.until("Similarity 1.0000")
    terminal.send(F3)
    terminal.until("Columns (or none)")
    paste(terminal, f"{PASTED}\rother")
    terminal.until("2 × 2")
    terminal.send(F3)
    terminal.until("Which two documents")
    paste(terminal, f"/nowhere/{PASTED}")
    terminal.send(b"\r")
    paste(terminal, str(tmp_path / "b.txt"))
    terminal.send(b"\r")
    terminal.until("check the path")
    terminal.send(b"\x1b[Z")
    time.sleep(0.5)
    terminal.send(b"\x15")
    paste(terminal, str(tmp_path / "a.md"))
    terminal.send(b"\r")
    terminal.until(" matched, ")
    terminal.send(F3)
    terminal.until("Which file?")
    paste(terminal, str(tmp_path / "pairs.tsv"))
    terminal.send(b"\r")
    terminal.until("9 pairs, Spearman")
    assert terminal.quit()[0] == 0
    assert "[red]x[/red]" in terminal.text
    assert_harmless(terminal)
