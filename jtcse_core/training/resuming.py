"""Checkpoints that can be trusted.

transformers writes a checkpoint straight into its final folder and resumes from the highest
number, half written or not. So a marker is written last, with the size of every file; a
checkpoint without it, or with other files, is not one.
"""

from __future__ import annotations

import json
from pathlib import Path

from jtcse_core.checkpoints import remove_folder
from jtcse_core.replacing import put_back, write_whole

MARKER = "complete.json"
PREFIX = "checkpoint-"
BEST = "best"


def mark_complete(checkpoint: Path) -> None:
    """Write the marker, and make it durable."""
    sizes = {
        path.name: path.stat().st_size for path in sorted(checkpoint.iterdir()) if path.is_file()
    }
    write_whole(checkpoint / MARKER, json.dumps(sizes))


def is_complete(checkpoint: Path) -> bool:
    """Tell whether every file of a checkpoint is there in full."""
    try:
        sizes = json.loads((checkpoint / MARKER).read_text(encoding="utf-8"))
        return all((checkpoint / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False


def checkpoints(run: Path) -> list[Path]:
    """Return all checkpoint folders, complete or not, by step."""
    found = [p for p in run.glob(f"{PREFIX}*") if p.name.removeprefix(PREFIX).isdigit()]
    return sorted(found, key=step_of)


def step_of(checkpoint: Path) -> int:
    """Return the step a checkpoint was taken at."""
    return int(checkpoint.name.removeprefix(PREFIX))


def last_complete(run: Path) -> Path | None:
    """Return the newest checkpoint that can be resumed from."""
    complete = [path for path in checkpoints(run) if is_complete(path)]
    return complete[-1] if complete else None


def drop_incomplete(run: Path) -> None:
    """Remove what a killed run left half written; the best encoder stays in its place."""
    for path in checkpoints(run):
        if not is_complete(path):
            remove_folder(path)
    put_back(run / BEST)
    for path in run.glob(f".{BEST}-*"):
        remove_folder(path)
