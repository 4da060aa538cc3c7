"""Some lines to type or paste into."""

from __future__ import annotations

from textual.widgets import TextArea

from app.tui.widgets.everywhere import leave_keys
from app.visible import visible


class Texts(TextArea):
    """Lines of text. Tab leaves it.

    Args:
        list_: Whether each line is a text by itself.
    """

    def __init__(self, *, id: str, list_: bool = False) -> None:  # noqa: A002  as Textual has it
        super().__init__(
            id=id, compact=True, highlight_cursor_line=False, tab_behavior="focus",
            soft_wrap=not list_, show_line_numbers=list_,
        )  # fmt: skip

    def on_mount(self) -> None:
        """Leave the keys that would select here, but lead elsewhere, to the application."""
        leave_keys(self)

    def put(self, text: str) -> None:
        """Replace what stands here."""
        self.load_text(visible(text))

    @property
    def filled(self) -> tuple[str, ...]:
        """The lines that are not blank."""
        return tuple(line.strip() for line in self.text.split("\n") if line.strip())

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of those lines, as they stand beside them."""
        lines = enumerate(self.text.split("\n"), start=1)
        return tuple(number for number, line in lines if line.strip())
