"""Name several encoders as one: a weighted sum of their vectors.

JTCSE sums two towers; its UC variant is `0.3*tower1 + 0.3*tower2 + 0.7*third`. What is summed
are the pooled vectors as the towers give them, not scaled to unit length. An ensemble is a
folder with `ensemble.json`, or written out on the spot.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jtcse_core.errors import ConfigError, EncoderDamaged

ENSEMBLE_FILE = "ensemble.json"
_MEMBER = re.compile(r"^(?:(?P<weight>[0-9]*\.?[0-9]+)\s*\*)?\s*(?P<path>.+)$")


@dataclass(frozen=True)
class Member:
    """One encoder of an ensemble.

    Attributes:
        path: A checkpoint folder, `base`, or a hub id.
        weight: What its vectors are multiplied with.
    """

    path: str
    weight: float = 1.0


def parse_members(text: str) -> tuple[Member, ...]:
    """Read `PATH`, `PATH + PATH` or `0.3*PATH + 0.3*PATH + 0.7*PATH`.

    A path that exists is taken whole, whatever characters it holds; a folder that holds
    `ensemble.json` stands for its members.

    Raises:
        ConfigError: A part is empty.
        EncoderDamaged: An `ensemble.json` cannot be read.
    """
    members: list[Member] = []
    parts = [text] if Path(text).expanduser().exists() else text.split("+")
    for part in parts:
        match = _MEMBER.match(part.strip())
        if match is None:
            raise ConfigError(f"{text!r} names an empty encoder", "write A + B, or 0.3*A + 0.7*B")
        weight = float(match["weight"] or 1.0)
        members += [
            Member(inner.path, weight * inner.weight) for inner in _expand(match["path"].strip())
        ]
    return tuple(members)


def _expand(path: str) -> tuple[Member, ...]:
    folder = Path(path).expanduser()
    return read_ensemble(folder) if (folder / ENSEMBLE_FILE).is_file() else (Member(path),)


def write_ensemble(folder: Path, members: Sequence[Member]) -> None:
    """Write `ensemble.json`; members below the folder are named relative to it."""
    rows = [{"path": member.path, "weight": member.weight} for member in members]
    text = json.dumps({"members": rows}, indent=2) + "\n"
    (folder / ENSEMBLE_FILE).write_text(text, encoding="utf-8")


def read_ensemble(folder: Path) -> tuple[Member, ...]:
    """Read a folder's members.

    Raises:
        EncoderDamaged: `ensemble.json` cannot be read.
    """
    path = folder / ENSEMBLE_FILE
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["members"]
        members = tuple(
            Member(str(folder / row["path"]), float(row.get("weight", 1.0))) for row in rows
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderDamaged(f"{path} cannot be read: {error}", "train it again") from error
    if not members:
        raise EncoderDamaged(f"{path} names no members", "train it again")
    return members
