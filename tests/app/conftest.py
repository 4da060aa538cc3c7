"""Documents with known facts, encoders, and the command line run in both ways."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jtcse_core.card import CARD_FILE, EncoderCard, compute_fingerprint, read_card, write_card
from jtcse_core.locations import MAKE_DEFAULT_COMMAND
from jtcse_core.packaged import packaged_encoder_folder
from tests.app.documents import write_documents
from tests.app.tiny_encoder import write_tiny_encoder
from tests.conftest import ROOT


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Ended]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the command line inside this process: `cli("search", "moon")`."""
    from app.cli import run

    def call(*arguments: object) -> Ended:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return call


@pytest.fixture
def jtcse_process() -> Callable[..., subprocess.Popen[bytes]]:
    """Start `jtcse` as a process of its own, with pipes to all its streams."""

    def start(
        *arguments: object,
        environment: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
        **options: Any,
    ) -> subprocess.Popen[bytes]:
        command = [*before, sys.executable, "-m", "app", *map(str, arguments)]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        process: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            # A run in the background has interrupts ignored, and would pass that on.
            preexec_fn=_heed_interrupts,
            **{**pipes, **options},
        )
        return process

    return start


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def jtcse(jtcse_process: Callable[..., subprocess.Popen[bytes]]) -> Cli:
    """Run the command line as a process of its own: `jtcse("search", "moon")`."""

    def call(*arguments: object, stdin: bytes = b"", **options: Any) -> Ended:
        with jtcse_process(*arguments, **options) as process:
            out, err = process.communicate(stdin, timeout=60)
        return Ended(
            process.returncode,
            (out or b"").decode("utf-8", "surrogateescape"),
            (err or b"").decode("utf-8", "surrogateescape"),
        )

    return call


@pytest.fixture(scope="session")
def default_encoder() -> Path:
    """Return the real encoder's folder; a test that needs it fails without it."""
    folder = packaged_encoder_folder()
    if not (folder / CARD_FILE).is_file():
        pytest.fail(f"the default encoder is missing; make it with: {MAKE_DEFAULT_COMMAND}")
    return folder


@pytest.fixture(scope="session")
def other_encoder(default_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the real encoder with another length limit: another fingerprint, that is."""
    folder = tmp_path_factory.mktemp("encoders") / "shortsighted"
    shutil.copytree(default_encoder, folder, copy_function=os.symlink)
    (folder / CARD_FILE).unlink()
    card = read_card(default_encoder)
    changed = {**vars(card), "name": "shortsighted", "max_length": 32}
    changed["fingerprint"] = compute_fingerprint(folder, pooling=card.pooling, max_length=32)
    write_card(folder, EncoderCard(**changed))
    return folder


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an encoder of 50 kB that knows words but no meaning."""
    return write_tiny_encoder(tmp_path_factory.mktemp("tiny") / "tiny")


@pytest.fixture
def sample_docs(tmp_path: Path) -> Path:
    """Return a folder of small documents with known facts, free to be changed."""
    return write_documents(tmp_path / "docs")


@dataclass(frozen=True)
class Library:
    """A home with an indexed collection, for tests that only read."""

    home: Path
    docs: Path


@pytest.fixture(scope="session")
def shelf(default_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    from app.paths import find_paths
    from app.session import Session
    from app.settings import Settings
    from indexes.types import Root

    base = tmp_path_factory.mktemp("library")
    docs = write_documents(base / "docs")
    recipes = base / "recipes"
    recipes.mkdir()
    (recipes / "soup.md").write_text("# Leek soup\n\nSimmer leeks and potatoes in stock.\n")
    session = Session(find_paths(base / "home"), Settings())
    session.index([Root(docs)])
    session.index([Root(recipes)], "recipes")
    session.close()
    return Library(base / "home", docs)


@pytest.fixture
def library(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Return an indexed library, shared and therefore only to be read, as this test's home."""
    monkeypatch.setenv("JTCSE_HOME", str(shelf.home))
    return shelf
