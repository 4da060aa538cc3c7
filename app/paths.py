"""Where the user's things are kept. Nothing is created by asking."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HOME_VARIABLE = "JTCSE_HOME"


class Paths(NamedTuple):
    """Every place the program reads or writes, the installation aside.

    Attributes:
        data: Collections and encoders.
        config: The configuration file.
        state: What the interface remembers, and its log.
        cache: What can be made again.
    """

    data: Path
    config: Path
    state: Path
    cache: Path

    @property
    def collections(self) -> Path:
        """The folder that holds one folder a collection."""
        return self.data / "collections"

    @property
    def encoders(self) -> Path:
        """The folder that holds one folder an installed encoder."""
        return self.data / "encoders"


def find_paths(home: Path | None, environment: Mapping[str, str] | None = None) -> Paths:
    """Return the places under `home`, else under JTCSE_HOME, else where XDG puts them."""
    environment = os.environ if environment is None else environment
    if home is None and environment.get(HOME_VARIABLE):
        home = Path(environment[HOME_VARIABLE])
    if home is not None:
        home = home.expanduser().resolve()
        return Paths(home, home / "config.toml", home / "state", home / "cache")
    return Paths(
        _xdg(environment, "XDG_DATA_HOME", ".local/share"),
        _xdg(environment, "XDG_CONFIG_HOME", ".config") / "config.toml",
        _xdg(environment, "XDG_STATE_HOME", ".local/state"),
        _xdg(environment, "XDG_CACHE_HOME", ".cache"),
    )


def _xdg(environment: Mapping[str, str], variable: str, fallback: str) -> Path:
    base = environment.get(variable, "")
    folder = Path(base) if base.startswith("/") else Path.home() / fallback
    return folder / "jtcse"


def is_there(path: Path) -> bool:
    """Return whether something is there, as far as can be seen from here."""
    try:
        return path.exists()
    except (OSError, ValueError):  # no right to look, or no path at all
        return False
