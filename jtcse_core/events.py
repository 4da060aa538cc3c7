"""What long work tells its caller: frozen records, given to an `on_event` function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class StsTaskScored:
    """One STS file was evaluated.

    Attributes:
        task: The file's name without its suffix.
        spearman: Spearman's correlation × 100 over the whole file.
        done: Files evaluated so far.
        total: Files in all.
    """

    task: str
    spearman: float
    done: int
    total: int


Event = StsTaskScored
OnEvent = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Take an event and do nothing: the default of every `on_event`."""
