"""What the shell completes, as the shell asks for it."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

HEAVY = "numpy sqlite3 textual onnxruntime tokenizers sqlite_utils torch"


def completed(*words, **environment):
    asked = {"_JTCSE_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words)}
    ended = subprocess.run(
        [sys.executable, "-m", "app"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **asked, "COMP_CWORD": str(len(words) - 1),
             **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.stderr == ""
    return ended.stdout.split()


@pytest.fixture
def home(tmp_path):
    for name in ("notes", "nothing", "papers"):
        folder = tmp_path / "collections" / name
        folder.mkdir(parents=True)
        (folder / "collection.db").touch()
    (tmp_path / "collections" / "no-collection").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["search", "-c", "no"],
        ["index", "--collection", "no"],
        ["verify", "-c", "no"],
        ["tui", "-c", "no"],
        ["score", "-c", "no"],
        ["collections", "show", "no"],
        ["collections", "remove", "no"],
    ],
    ids=" ".join,
)
def test_collections_are_completed_where_one_is_named(home, words):
    assert completed("jtcse", *words, JTCSE_HOME=str(home)) == ["notes", "nothing"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["search", "--mode", ""], ["hybrid", "dense", "lexical"]),
        (["search", "--mode", "le"], ["lexical"]),
        (["eval", "retrieval", "--mode", "a"], ["all"]),
        (["bench", "--mode", "d"], ["dense"]),
    ],
)
def test_modes_are_completed(words, found):
    assert completed("jtcse", *words) == found


def test_the_home_that_is_named_counts(home):
    assert completed("jtcse", "--home", str(home), "search", "-c", "pa") == ["papers"]
    assert completed("jtcse", "search", "--home", str(home), "-c", "pa") == ["papers"]


def test_without_a_home_there_is_nothing_to_complete(tmp_path):
    assert completed("jtcse", "search", "-c", "x", JTCSE_HOME=str(tmp_path / "none")) == []


def test_completing_loads_nothing_heavy(home):
    code = (
        "import sys, atexit\n"
        f"heavy = {HEAVY.split()!r}\n"
        "atexit.register(lambda: print('LOADED', *sorted(set(heavy) & set(sys.modules))))\n"
        "from app.cli import main\nmain([])"
    )
    asked = {"_JTCSE_COMPLETE": "complete_bash", "COMP_WORDS": "jtcse search -c p"}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "JTCSE_HOME": str(home), "COMP_CWORD": "3",
             **asked},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.stdout.split() == ["papers", "LOADED"]
