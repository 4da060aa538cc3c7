"""What the shell completes: modes, and names of what stands in the home's folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from app.filters import ALL_MODES
from app.paths import Paths, find_paths
from indexes.types import MODES

DATABASE = "collection.db"
CARD = "encoder.json"


def collections(context: typer.Context, incomplete: str) -> list[str]:
    """Return the names of collections that begin so."""
    return _names(_paths(context).collections, DATABASE, incomplete)


def encoders(context: typer.Context, incomplete: str) -> list[str]:
    """Return the names of encoders that begin so."""
    names = ["default", *_names(_paths(context).encoders, CARD, incomplete)]
    return [name for name in names if name.startswith(incomplete)]


def modes(incomplete: str) -> list[str]:
    """Return the modes of search that begin so."""
    return [mode for mode in MODES if mode.startswith(incomplete)]


def modes_or_all(incomplete: str) -> list[str]:
    """Return the modes that begin so, where all of them may be asked for at once."""
    return [mode for mode in (*MODES, ALL_MODES) if mode.startswith(incomplete)]


def _paths(context: typer.Context) -> Paths:
    at: Any = context
    while at is not None:
        home = at.params.get("home")
        if home:
            return find_paths(Path(home))
        at = at.parent
    return find_paths(None)


def _names(folder: Path, holding: str, incomplete: str) -> list[str]:
    try:
        return sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.name.startswith(incomplete) and (entry / holding).is_file()
        )
    except OSError:
        return []
