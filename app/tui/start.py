"""Start the interface, its engine first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.memory import names_to_open
from app.tui.remote import Processes

if TYPE_CHECKING:
    from app.memory import Memory
    from app.paths import Paths
    from app.settings import Settings


def start(names: Sequence[str], paths: Paths, settings: Settings, memory: Memory) -> int:
    """Show the interface until the user quits, and return the exit code.

    Args:
        names: The collections to search; empty for those of the last time.
        paths: Where things are kept.
        settings: What the user set.
        memory: What is remembered from one run to the next.

    Raises:
        SettingError: A setting of the interface is wrong.
    """
    crew = Processes(paths, settings, memory)
    names = names_to_open(names, memory.state())
    crew.begin(names)
    # Imported while the engine loads: either takes longer than the first paint should.
    from app.tui.app import run

    return run(crew, names, settings, memory)
