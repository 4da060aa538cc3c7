"""What a person sees: the command line on a pseudo-terminal."""

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl

import pytest

from tests.conftest import ROOT

STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def terminal():
    """Run the command line on a terminal: `terminal("search", "moon", width=60)`."""

    def run(*arguments, width=80, keys=b"", after=b"", environment=None):
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        base = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
        with subprocess.Popen(
            [sys.executable, "-m", "app", *map(str, arguments)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**base, **(environment or {})},
            start_new_session=True,
        ) as process:
            os.close(theirs)
            begun = _read_until(ours, after)
            os.write(ours, keys)
            shown = _read_all(ours, begun)
            code = process.wait(timeout=30)
        os.close(ours)
        return code, shown

    return run


def _read_until(terminal, words):
    shown, end = b"", time.monotonic() + 60
    while words not in shown and time.monotonic() < end:
        shown += os.read(terminal, 65536)
    return shown


def _read_all(terminal, begun=b""):
    shown = begun
    end = time.monotonic() + 60
    while time.monotonic() < end and select.select([terminal], [], [], 60)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            break
        if not data:
            break
        shown += data
    return shown.decode().replace("\r\n", "\n")


def test_matches_and_titles_are_bold(terminal, library):
    code, shown = terminal("search", "moon", "-k", 1)
    assert code == 0
    assert "\x1b[1mTides\x1b[0m" in shown
    assert "The \x1b[1mmoon\x1b[0m pulls" in shown


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_style_where_none_is_wanted(terminal, library, environment):
    _, shown = terminal("search", "moon", environment=environment)
    assert "Tides" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("width", [40, 80])
def test_passages_are_wrapped_between_words(terminal, library, width):
    _, shown = terminal("search", "water", width=width)
    passages = [
        line for line in STYLE.sub("", shown).splitlines()
        if line.startswith("    ") and str(library.docs) not in line
    ]  # fmt: skip
    assert passages
    assert max(map(len, passages)) <= width
    assert "    forty minutes." in passages or any(p.endswith("forty minutes.") for p in passages)


def test_progress_is_drawn_and_wiped(terminal, tmp_path, tiny_encoder):
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(300):
        (folder / f"{i}.txt").write_text(f"Note {i}. " + "words and words. " * 40)
    encoder = {"JTCSE_DEFAULT_ENCODER": str(tiny_encoder)}
    code, shown = terminal("index", folder, environment=encoder)
    assert code == 0
    assert "/300 files" in shown
    assert "left" in shown
    last = shown.rstrip("\n").rpartition("\x1b[K")[2]
    assert last.startswith("default: 300 added")


@pytest.mark.parametrize("width", [40, 120])
def test_progress_within_a_long_document_is_drawn_on_one_line(
    terminal, tmp_path, tiny_encoder, width
):
    parts = (f"Note {i}. " + f"words{i} and words. " * 40 for i in range(2000))
    (tmp_path / "long.txt").write_text("\n\n".join(parts))
    encoder = {"JTCSE_DEFAULT_ENCODER": str(tiny_encoder)}
    code, shown = terminal("index", tmp_path / "long.txt", environment=encoder, width=width)
    assert code == 0
    drawn = [line for line in shown.rpartition("default: ")[0].split("\r\x1b[K") if line]
    assert all(len(line) < width for line in drawn)
    if width > 100:
        assert any(re.search(r"0/1 files, \d+/[\d,]+ passages of the last", one) for one in drawn)


@pytest.fixture
def notes(cli, sample_docs, tiny_encoder, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))
    cli("index", sample_docs, "-c", "notes")


def test_removing_asks_first(terminal, cli, notes):
    code, shown = terminal("collections", "remove", "notes", keys=b"n\n")
    assert "Remove notes (5 documents)? [y/N]" in shown
    assert code == 1
    assert cli("collections", "show", "notes").code == 0


def test_removing_with_consent(terminal, cli, notes):
    code, _ = terminal("collections", "remove", "notes", keys=b"y\n")
    assert code == 0
    assert cli("collections", "show", "notes").code == 3


def test_matrix_is_a_table_on_a_terminal(terminal, tmp_path, tiny_encoder):
    (tmp_path / "f").write_text("abc\nxyz\n")
    _, shown = terminal("score", "--matrix", tmp_path / "f", "--model", tiny_encoder)
    assert "\x1b[38;5;16;48;5;226m 1.00 " in shown
    words = STYLE.sub("", shown).splitlines()[1].split()
    assert words[:3] == ["1", "abc", "1.00"]


@pytest.mark.parametrize("options", [(), ("--threads", "1")])
def test_the_name_alone_opens_the_interface(terminal, tmp_path, options):
    code, _ = terminal(
        *options,
        after=b"a question, or a few words",
        keys=b"\x11",
        environment={"JTCSE_HOME": str(tmp_path)},
    )
    assert code == 0


def test_the_name_alone_ends_as_other_commands_do(terminal, tmp_path):
    (tmp_path / "config.toml").write_text("[tui]\ntheme = 5\n")
    code, shown = terminal(environment={"JTCSE_HOME": str(tmp_path)})
    assert code == 2
    # What stood there meanwhile is gone, and the message on the screen that stays.
    assert shown.rpartition("\x1b[?1049l\x1b[?25h")[2].startswith("jtcse: ")
    assert "Traceback" not in shown


def test_the_name_alone_needs_no_parser():
    code = "import sys, app.cli, app.cli.calling, app.cli.interface; print('typer' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
