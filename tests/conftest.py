"""What holds for every test: a home of its own, no settings of the developer's, no network."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.register_profile(
    "deep", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(autouse=True)
def hermetic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point everything that a program may remember to a place that only this test knows."""
    for name in [*os.environ]:
        if name.startswith("JTCSE_"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "PYTHONUTF8", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)
    user = tmp_path / "user"  # not made: what is needed must make it
    monkeypatch.setenv("HOME", str(user))
    monkeypatch.setenv("XDG_DATA_HOME", str(user / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(user / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(user / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(user / "cache"))
    monkeypatch.setenv("JTCSE_HOME", str(user / "jtcse"))
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection but those inside the machine, and fail the test that tried."""
    tried: list[str] = []

    def refuse(what: object) -> NoReturn:
        tried.append(str(what))
        raise OSError(f"tests have no network: {what}")

    for method in ("connect", "connect_ex", "sendto"):
        original = getattr(socket.socket, method)

        def guarded(self: socket.socket, *args: Any, _original: Any = original) -> Any:
            if self.family != socket.AF_UNIX:
                refuse(args[-1])
            return _original(self, *args)

        monkeypatch.setattr(socket.socket, method, guarded)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: refuse(host))
    yield
    assert not tried, f"the network was touched: {', '.join(tried)}"
