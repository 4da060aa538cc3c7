"""What is read once: files, pipes that a shell makes, standard input; and what is refused."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.encoder

LINES = "the tide rises\nbread needs salt\n"
PAIRS = "the tide rises\tthe sea comes in\n"


@pytest.fixture(autouse=True)
def _small_encoder(tiny_encoder, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.md"
    path.write_text("The tide rises.\n\nBread needs salt.\n")
    return path


@pytest.fixture
def in_bash(monkeypatch):
    def run(arguments):
        return subprocess.run(
            ["bash", "-c", f"{sys.executable} -m app {arguments}"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.mark.parametrize(
    "command",
    ["align {note} {pipe}", "score --file {pipe}", "score --matrix {pipe}", "bench {pipe}",
     "eval pairs {pipe}"],
)  # fmt: skip
def test_a_named_pipe_that_nobody_writes_to_is_refused_at_once(jtcse, note, tmp_path, command):
    os.mkfifo(tmp_path / "pipe")
    jtcse("index", note)
    ended = jtcse(*command.format(note=note, pipe=tmp_path / "pipe").split())
    assert (ended.code, ended.out) == (2, "")
    assert "not a regular file; read a pipe as <(cat " in ended.err


def test_a_document_from_a_process_substitution_is_aligned(in_bash, note):
    ended = in_bash(f"align <(cat {note}) {note}")
    assert ended.returncode == 0, ended.stderr
    assert "2 sentences matched" in ended.stderr


def test_pairs_from_a_process_substitution_are_scored(in_bash):
    ended = in_bash(f"score --file <(printf '{PAIRS}')")
    assert (ended.returncode, ended.stdout.count("\n")) == (0, 1), ended.stderr


def test_lines_from_a_process_substitution_are_compared(in_bash):
    ended = in_bash(f"score --matrix <(printf '{LINES}')")
    assert (ended.returncode, ended.stdout.count("\n")) == (0, 3), ended.stderr


def test_a_matrix_reads_standard_input(jtcse):
    ended = jtcse("score", "--matrix", "-", "--json", stdin=LINES.encode())
    assert ended.json()["rows"] == LINES.splitlines()


def test_standard_input_is_not_taken_twice(jtcse):
    ended = jtcse("score", "--matrix", "-", "-", stdin=LINES.encode())
    assert ended.code == 2
    assert "standard input twice" in ended.err


def test_an_empty_standard_input_is_named_by_what_it_is(jtcse):
    ended = jtcse("score", "--matrix", "-")
    assert ended.code == 2
    assert "standard input holds no text" in ended.err


def test_queries_come_from_standard_input(jtcse, note):
    jtcse("index", note)
    ended = jtcse("bench", "-", "--json", stdin=b"tide\tnote.md\n")
    assert (ended.code, ended.json()["found"]) == (0, 1)
