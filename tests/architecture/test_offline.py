"""No command touches the network or leaves traces outside its home."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.app.documents import write_documents
from tests.app.tiny_encoder import write_tiny_encoder
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def environment(tmp_path):
    """Name a real home and an encoder, and drop what would hide a library's own habits."""
    write_documents(tmp_path / "docs")
    quiet = ("ORT_DISABLE_TELEMETRY", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "CI")
    inherited = {name: value for name, value in os.environ.items() if name not in quiet}
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "JTCSE_HOME": str(tmp_path / "home"),
        "JTCSE_DEFAULT_ENCODER": str(write_tiny_encoder(tmp_path / "encoder")),
    }


def commands(tmp_path):
    return [
        ["index", tmp_path / "docs"],
        ["search", "barn owl"],
        ["score", "one text", "another"],
        ["status"],
        ["verify"],
    ]


def run(before, arguments, environment):
    command = [*before, sys.executable, "-m", "app", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_everything_works_where_there_is_no_network(tmp_path, environment):
    cut_off = ["unshare", "-rn"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*cut_off, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("a process cannot be cut off from the network here")
    for arguments in commands(tmp_path):
        ended = run(cut_off, arguments, environment)
        assert ended.returncode == 0, ended.stderr


def test_no_socket_is_opened(tmp_path, environment):
    trace = tmp_path / "trace"
    watch = ["strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(trace)]
    if (
        shutil.which("strace") is None
        or subprocess.run([*watch, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("system calls cannot be watched here")
    for arguments in commands(tmp_path)[:3]:
        assert run(watch, arguments, environment).returncode == 0, arguments
        opened = re.findall(r"(?:socket|connect)\(.*AF_INET.*", trace.read_text())
        assert opened == [], arguments


def test_nothing_is_written_outside_the_home(tmp_path, environment):
    for arguments in commands(tmp_path):
        assert run([], arguments, environment).returncode == 0
    assert not (tmp_path / "user").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"docs", "home", "encoder"}
