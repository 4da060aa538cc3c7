"""The command line as a real process: streams, signals, locks, locales, terminals."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

WORDS = "amber birch cedar dune ember fjord grove harbour island juniper kelp lagoon".split()


@pytest.fixture(autouse=True)
def _small_encoder(tiny_encoder, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))


@pytest.fixture
def many_docs(tmp_path):
    """Return a folder that takes seconds to index: every passage is another one."""
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(600):
        words = " ".join(f"{WORDS[(i * k) % 12]}{i * k}" for k in range(1, 60))
        (folder / f"{i:04}.txt").write_text(f"Note {i}. {words}.\n")
    return folder


def test_a_thread_that_waits_gets_its_turn_soon():
    code = (
        "import sys; from app.cli import process; process.prepare(); print(sys.getswitchinterval())"
    )
    shown = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT)
    assert float(shown) <= 0.001


def wait_until(condition, seconds=30.0):
    """Poll: the moment is another process's, which offers nothing to wait on."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        select.select([], [], [], 0.01)


def documents(cli, name="default"):
    """Count the documents committed so far; 0 before the collection can be read."""
    ended = cli("collections", "show", name, "--json")
    return ended.json()["documents"] if ended.code == 0 else 0


def indexing(jtcse_process, *arguments):
    return jtcse_process("index", *arguments, "--threads", 1)


# Interruption


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_stopped_run_keeps_what_it_committed_and_the_next_resumes(
    cli, jtcse_process, many_docs, number, code
):
    process = indexing(jtcse_process, many_docs)
    wait_until(lambda: documents(cli) > 0)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in err
    kept = documents(cli)
    assert 0 < kept < 600
    assert cli("search", "amber0", "--json").code == 0
    assert cli("verify").code == 0
    report = cli("index", "--json").json()
    assert report["added"] == 600 - kept
    assert report["unchanged"] == kept
    assert documents(cli) == 600


def test_interrupt_says_that_nothing_is_lost(cli, jtcse_process, many_docs):
    process = indexing(jtcse_process, many_docs)
    wait_until(lambda: documents(cli) > 0)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert out == b""
    assert err.count(b"\n") == 1
    assert b"interrupted" in err
    assert b"kept" in err


INTERRUPTED_AT_NUMPY = """
import os, signal, sys
from app.cli import main

# A run in the background has interrupts ignored, and would pass that on.
signal.signal(signal.SIGINT, signal.default_int_handler)

def interrupt(event, arguments):
    if event == "import" and arguments[0] == "numpy":
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(interrupt)
main(["search", "moon"])
"""


def test_interrupt_while_a_search_gets_ready_is_no_traceback():
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT_NUMPY], capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == 130
    assert b"Traceback" not in ended.stderr


def test_unfinished_run_is_a_note_and_not_damage(cli, jtcse_process, many_docs):
    process = indexing(jtcse_process, many_docs)
    wait_until(lambda: documents(cli) > 0)
    process.kill()
    process.communicate(timeout=30)
    ended = cli("verify")
    assert ended.code == 0
    assert "note: an index run did not finish (jtcse index -c default resumes it)" in ended.out


def test_unfinished_run_is_told_where_the_collection_is(cli, jtcse_process, many_docs):
    process = indexing(jtcse_process, many_docs)
    wait_until(lambda: documents(cli) > 0)
    assert cli("collections", "show", "default", "--json").json()["unfinished"] is False
    process.kill()
    process.communicate(timeout=30)
    told = "an index run did not finish; go on: jtcse index -c default"
    assert told in cli("status").out
    assert told in cli("collections", "show", "default").out
    assert cli("status", "--json").json()["collections"][0]["unfinished"] is True
    cli("index")
    assert told not in cli("status").out
    assert cli("collections", "show", "default", "--json").json()["unfinished"] is False
    assert cli("index").code == 0
    assert documents(cli) == 600


# Two at once


def test_second_writer_is_told_who_writes(cli, jtcse_process, many_docs, sample_docs):
    process = indexing(jtcse_process, many_docs)
    wait_until(lambda: documents(cli) > 0)
    process.send_signal(signal.SIGSTOP)
    try:
        for command in (["index", sample_docs], ["verify", "--repair"],
                        ["collections", "rename", "default", "other"],
                        ["collections", "forget", "default", many_docs],
                        ["collections", "remove", "default", "--yes"]):  # fmt: skip
            ended = cli(*command)
            assert (ended.code, ended.out) == (5, ""), command
            assert f"process {process.pid} " in ended.err
            assert "index" in ended.err
            assert ended.err.count("\n") == 1
        assert cli("search", "amber0").code == 0
    finally:
        process.send_signal(signal.SIGCONT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert documents(cli) == 600


def test_other_collection_is_not_held_up(cli, jtcse_process, many_docs, sample_docs):
    process = indexing(jtcse_process, many_docs)
    wait_until(lambda: documents(cli) > 0)
    assert cli("index", sample_docs, "-c", "other").code == 0
    process.kill()
    process.communicate(timeout=30)


def test_of_two_runs_at_once_one_works_and_one_is_busy_or_late(jtcse_process, cli, sample_docs):
    processes = [jtcse_process("index", sample_docs) for _ in range(2)]
    for process in processes:
        process.communicate(timeout=60)
    codes = sorted(process.returncode for process in processes)
    assert codes in ([0, 0], [0, 5])
    assert documents(cli) == 5
    assert cli("verify").code == 0


# Streams


@pytest.fixture
def indexed(cli, sample_docs):
    assert cli("index", sample_docs).code == 0
    return sample_docs


@pytest.mark.parametrize(
    "arguments", [["search", "water", "--json"], ["search", "water"], ["status"], ["--help"]]
)
def test_closed_pipe_is_quiet(jtcse_process, indexed, arguments):
    process = jtcse_process(*arguments)
    process.stdout.close()
    err = process.stderr.read()
    process.wait(timeout=30)
    process.stderr.close()
    process.stdin.close()
    assert (process.returncode, err) == (0, b"")


def test_first_line_of_a_long_answer(indexed, jtcse):
    for i in range(400):
        (indexed / f"{i}.txt").write_text(f"Water level {i}. " + "drip " * 100)
    assert jtcse("index").code == 0
    first = ["sh", "-c", '"$@" | head -1', "sh"]
    pipeline = jtcse("search", "water", "-k", "400", "--json", before=first)
    assert (pipeline.code, pipeline.out) == (0, "{\n")
    assert not re.search("Error|Traceback|pipe", pipeline.err)


@pytest.mark.parametrize("arguments", [["search", "water"], ["--help"], ["status", "--json"]])
def test_full_disk_under_the_output_is_one_line(jtcse, indexed, arguments):
    with Path("/dev/full").open("wb") as full:
        ended = jtcse(*arguments, stdout=full)
    assert ended.code == 1
    assert ended.err.count("\n") == 1
    assert "No space left" in ended.err


@pytest.mark.parametrize("closed", ["0", "1", "2", "0 1 2"])
def test_closed_standard_streams_harm_nothing(jtcse, cli, indexed, closed):
    redirect = " ".join(f"{number}>&-" for number in closed.split())
    ended = jtcse("index", "--json", before=["sh", "-c", f'exec "$@" {redirect}', "sh"])
    assert ended.code == 0
    assert cli("verify").code == 0


def test_standard_error_carries_the_narration(jtcse, indexed):
    (indexed / "x.bin").write_bytes(b"\0")
    ended = jtcse("index")
    assert ended.out.count("\n") == 1
    assert ended.err == f"skipped {indexed}/x.bin: binary file\n"


# Locale and untrusted text


def test_ascii_locale(jtcse, indexed):
    (indexed / "café.md").write_text("# Müsli\n\nGrüße aus Köln über Äpfel.\n", encoding="utf-8")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert jtcse("index", environment=ascii_only).code == 0
    plain = jtcse("search", "Äpfel", environment=ascii_only)
    assert (plain.code, plain.err) == (0, "")
    assert plain.out.isascii()
    in_ascii = jtcse("search", "Äpfel", "--json", environment=ascii_only).json()
    in_utf8 = jtcse("search", "Äpfel", "--json").json()
    assert in_ascii["query"] == in_utf8["query"] == "Äpfel"
    assert in_ascii["hits"] == in_utf8["hits"]
    assert in_utf8["hits"][0]["path"] == str(indexed / "café.md")


def test_names_are_the_same_in_every_locale(jtcse, indexed):
    (indexed / "café.md").write_text("# Breakfast\n")
    assert jtcse("index").code == 0
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    report = jtcse("index", "--json", environment=ascii_only).json()
    assert (report["added"], report["unchanged"], report["removed"]) == (0, 6, 0)


def test_query_that_is_not_utf8(jtcse, indexed):
    ended = jtcse("search", os.fsdecode(b"caf\xe9 owl"), "--json")
    assert ended.code == 0
    assert ended.json()["query"] == "caf� owl"


HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\x08\x7f\u202eevil"


@pytest.fixture
def hostile(indexed, cli):
    """Documents and names that would act on a terminal if they were let."""
    text = f"# Title {HOSTILE}\n\nThe zebra {HOSTILE} crosses." + " It is a long way home." * 20
    path = indexed / os.fsdecode(b"\x1b[31mred\n\xff\x9b.md")
    path.write_text(text, encoding="utf-8")
    (indexed / "\x1b[2J.bin").write_bytes(b"\0")
    return cli("index")


@pytest.mark.parametrize(
    "form", [[], ["--explain"], ["--files"], ["--md"], ["--csv"], ["--json"], ["--jsonl"]]
)
def test_nothing_in_a_document_or_a_name_acts(hostile, cli, form):
    ended = cli("search", "zebra", *form)
    assert ended.code == 0
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", ended.out)


def test_nothing_in_a_skipped_name_acts(hostile):
    assert "skipped" in hostile.err
    assert "\x1b" not in hostile.out + hostile.err


def test_hit_with_a_line_feed_in_its_name_stays_on_its_lines(hostile, cli):
    assert len(cli("search", "zebra", "-k", "1").out.splitlines()) == 3
    assert len(cli("search", "zebra", "-k", "1", "--files").out.splitlines()) == 1


def test_message_about_a_hostile_argument_does_not_act(jtcse):
    ended = jtcse("index", "/absent\x1b[2J\n")
    assert ended.code == 2
    assert "\x1b" not in ended.err
    assert ended.err.count("\n") == 1


def test_piped_files_can_be_opened(jtcse, indexed):
    path = indexed / os.fsdecode(b"caf\xe9.md")
    path.write_text("A heron waits.\n")
    assert jtcse("index").code == 0
    out = jtcse("search", "heron", "--files", "-k", "1").out
    assert out == f"{path}\n"


def test_json_of_a_document_keeps_its_text(hostile, cli):
    hit = cli("search", "zebra", "--json").json()["hits"][0]
    assert HOSTILE in hit["text"]
