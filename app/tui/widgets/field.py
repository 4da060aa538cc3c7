"""A line to type into."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class Field(Input):
    """A line whose place does not depend on what is typed: a key lays out nothing anew."""

    virtual_size = Reactive(Size(0, 0))
