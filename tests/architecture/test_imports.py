"""What a command loads, and who may know whom."""

import importlib
import os
import subprocess
import sys

import pytest

from tests.app.documents import write_documents
from tests.app.tiny_encoder import write_tiny_encoder
from tests.conftest import ROOT

HEAVY = {"torch", "transformers", "sentence_transformers", "scipy", "sklearn", "pandas"}
NOT_FOR_HELP = {"numpy", "textual", "sqlite_utils", "onnxruntime", "tokenizers", "rich", "hnswlib"}

# Runs the command as the console script does, and tells on its way out what was loaded.
PROBE = """
import atexit, sys
from app.cli import main
def tell():
    with open(sys.argv.pop(), "w") as stream:
        stream.write(" ".join(sys.modules))
atexit.register(tell)
main(sys.argv[1:-1])
"""


@pytest.fixture
def loaded_by(tmp_path):
    """Return a function that runs a command and returns the modules it loaded."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JTCSE_DEFAULT_ENCODER": str(write_tiny_encoder(tmp_path / "encoder")),
    }

    def run(*arguments, code=0):
        told = tmp_path / "modules"
        told.unlink(missing_ok=True)
        ended = subprocess.run(
            [sys.executable, "-c", PROBE, *map(str, arguments), str(told)],
            env=environment,
            capture_output=True,
            check=False,
        )
        assert ended.returncode == code, ended.stderr
        return set(told.read_text().split())

    return run


def test_a_command_loads_no_other(tmp_path):
    code = (
        "import sys; from app.cli import run; run(['--home', sys.argv[1], 'status']); "
        "print(*[name for name in sys.modules if name.startswith('app.cli.')])"
    )
    output = subprocess.check_output(
        [sys.executable, "-c", code, str(tmp_path)], text=True, cwd=ROOT
    )
    modules = output.splitlines()[-1].split()
    assert "app.cli.state" in modules
    assert not {"app.cli.training", "app.cli.query", "app.cli.scoring"} & set(modules)


def test_daily_commands_never_load_training_libraries(loaded_by, tmp_path):
    docs = write_documents(tmp_path / "docs")
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("one\ttwo\t1\nthree\tfour\t2\nfive\tsix\t3\n")
    commands = (["--help"], ["status"], ["index", docs], ["index"], ["search", "owl"],
                ["score", "one", "two"], ["score", "--file", pairs, "--json"],
                ["score", "--matrix", pairs], ["align", docs / "circle.py", docs / "circle.py"],
                ["verify"], ["collections", "list"])  # fmt: skip
    for command in commands:
        assert not loaded_by(*command) & HEAVY, command


def test_a_search_does_without_what_numpy_would_load_for_it(loaded_by, tmp_path):
    loaded_by("index", write_documents(tmp_path / "docs"))
    assert not loaded_by("search", "owl and moon") & {"numpy.ma", "random"}


def test_interface_never_loads_training_libraries(loaded_by):
    assert not loaded_by("tui", code=2) & HEAVY
    pytest.importorskip("app.tui.app")
    modules = "import app.tui.app, sys; print(*{m.partition('.')[0] for m in sys.modules})"
    ended = subprocess.run(
        [sys.executable, "-c", modules],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(ended.stdout.split())
    assert "textual" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("command", [["--help"], ["search", "--help"], ["--version"]])
def test_help_loads_next_to_nothing(loaded_by, command):
    assert not loaded_by(*command) & (HEAVY | NOT_FOR_HELP)


def test_search_loads_neither_the_interface_nor_the_writer(loaded_by, tmp_path):
    loaded_by("index", write_documents(tmp_path / "docs"))
    assert not loaded_by("search", "owl") & {"textual", "rich", "sqlite_utils", "markdown_it"}


def test_lexical_search_loads_no_encoder(loaded_by, tmp_path):
    loaded_by("index", write_documents(tmp_path / "docs"))
    loaded = loaded_by("search", "owl", "--mode", "lexical")
    assert not loaded & {"onnxruntime", "tokenizers"}


def test_contracts_between_the_rooms_hold():
    ended = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()",
         "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("package", ["app", "indexes", "jtcse_core"])
def test_public_names_resolve(package):
    module = importlib.import_module(package)
    for name in getattr(module, "__all__", ()):
        assert getattr(module, name) is not None, name


def test_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        importlib.import_module("jtcse_core").no_such_name  # noqa: B018
