"""The encoder in a process of its own is the same encoder, and nobody notices when it is gone."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jtcse_core.loading import load_encoder
from tests.app.tiny_encoder import write_tiny_encoder
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forked on Linux alone")

TEXTS = ["the moon rises", "a pump and its gear", "Übermut\nin Überzahl", ""]

# Forked where there is one thread, as at the start of a command, and not among those of the tests.
BEGIN = """
import json, os, signal, sys, time
from pathlib import Path
from app.forked import ForkedLoader
loader = ForkedLoader.begin()
def load(name="default"):
    return loader.load(name, encoders=Path("/nowhere"), threads=2, before_batch=lambda: None)
def alive():
    return os.waitpid(loader._process, os.WNOHANG) == (0, 0)
texts = json.loads(sys.argv[1])
"""


@pytest.fixture(autouse=True)
def encoder(tmp_path, monkeypatch):
    folder = write_tiny_encoder(tmp_path / "encoder")
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(folder))
    return folder


def told(code, **environment):
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code, json.dumps(TEXTS)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, env={**os.environ, **environment},
    )  # fmt: skip
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def test_it_gives_the_same_vectors(encoder):
    found = told("print(json.dumps(load().encode(texts).tolist()))")
    assert found == load_encoder(encoder).encode(TEXTS).tolist()


def test_it_describes_the_encoder_without_loading_it_here(encoder):
    found = told("""
one = load()
print(json.dumps([one.name, one.dim, one.max_length, one.fingerprint, list(one.languages),
                  "onnxruntime" in sys.modules]))
""")
    own = load_encoder(encoder)
    described = [own.name, own.dim, own.max_length, own.fingerprint, list(own.languages)]
    assert found == [*described, False]


def test_another_encoder_than_the_default_is_loaded_when_it_is_named(tmp_path):
    other = write_tiny_encoder(tmp_path / "other", seed=1)
    found = told(f"print(json.dumps(load({str(other)!r}).encode(texts).tolist()))")
    assert found == load_encoder(other).encode(TEXTS).tolist()


def test_when_the_process_is_gone_the_encoder_is_opened_here(encoder):
    found = told("""
one = load()
loader.end()
while alive(): time.sleep(.01)
print(json.dumps(one.encode(texts).tolist()))
""")
    assert found == load_encoder(encoder).encode(TEXTS).tolist()


def test_a_damaged_encoder_is_told_as_ever(encoder):
    model = encoder / "model.onnx"
    model.write_bytes(bytes(len(model.read_bytes())))
    found = told("""
from jtcse_core.errors import EncoderDamaged
try:
    load().encode(texts)
except EncoderDamaged as error:
    print(json.dumps(error.message))
""")
    assert found.startswith(f"{model} cannot be loaded")


def test_a_missing_encoder_is_told_as_ever():
    assert told("""
from jtcse_core.errors import EncoderNotFound
try:
    load("nothing")
except EncoderNotFound as error:
    print(json.dumps(error.message))
""").startswith("no encoder named 'nothing'")


def test_closing_leaves_no_process_behind():
    assert (
        told("""
load()
loader.close()
try:
    os.waitpid(loader._process, 0)
except ChildProcessError:
    print(json.dumps("gone"))
""")
        == "gone"
    )


def test_it_ends_with_the_process_that_was_killed():
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN + "print(loader._process, flush=True); time.sleep(60)", "[]"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as parent:  # fmt: skip
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        end = time.monotonic() + 20
        while runs(child):
            assert time.monotonic() < end
            time.sleep(0.02)


def runs(process):
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_with_one_core_nothing_is_forked():
    core = min(os.sched_getaffinity(0))
    done = subprocess.run(
        [sys.executable, "-c", f"import os; os.sched_setaffinity(0, {{{core}}})\n"
         "from app.forked import ForkedLoader; print(ForkedLoader.begin())"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == "None\n"


def test_where_no_process_can_be_had_nothing_is_forked():
    code = """
import os
def refuse():
    raise BlockingIOError(11, "Resource temporarily unavailable")
os.fork = refuse
before = len(os.listdir("/proc/self/fd"))
from app.forked import ForkedLoader
print(ForkedLoader.begin(), len(os.listdir("/proc/self/fd")) - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "None 0\n", done.stderr


@pytest.mark.parametrize("options", [["--explain"], ["--json"], ["--mode", "dense"], []])
def test_a_search_tells_the_same_with_it_and_without(jtcse, tmp_path, options):
    notes = tmp_path / "notes"
    notes.mkdir()
    for number, words in enumerate(("plum jam and jars", "a gear of a pump", "owls at night")):
        (notes / f"{number}.md").write_text(f"# About {words}\n\nThis is about {words}. Or not.\n")
    assert jtcse("index", notes).code == 0
    core = min(os.sched_getaffinity(0))
    alone = [
        sys.executable, "-c",
        f"import os; os.sched_setaffinity(0, {{{core}}}); from app.cli import main; main()",
    ]  # fmt: skip
    both = [
        subprocess.run(
            [*command, "search", "owls in the night", *options],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
        ).stdout
        for command in ([sys.executable, "-m", "app"], alone)
    ]  # fmt: skip
    assert without_times(both[0]) == without_times(both[1])
    assert "2.md" in both[0]


def without_times(out):
    return re.sub(r'"took_ms": [\d.]+', "", out)
