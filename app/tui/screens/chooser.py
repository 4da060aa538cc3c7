"""Small screens over the one at hand: a list to choose from, a question, a warning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from app.keys import key
from app.tui.actions import bindings
from app.tui.folders import Completing, PathSuggester, folder_problem, start_folder
from app.tui.widgets.field import Field
from app.tui.widgets.keys import Keys
from app.tui.widgets.lines import Lines
from app.visible import visible, visible_line

if TYPE_CHECKING:
    from textual.suggester import Suggester

    from app.tui.app import SearchApp


class Chooser(ModalScreen[tuple[int, ...] | None]):
    """A list that is narrowed by typing. Gives the places of what was chosen; None when closed.

    Args:
        title: What is chosen.
        lines: The choices; None while they are not known, `fill` then gives them.
        marked: Places that are marked at first.
        several: Whether several can be chosen.
        typed: Called with what was typed, when Enter finds nothing in the list.
        dropped: Called with the place of what the user wants to be forgotten.
        kept: Places of what cannot be forgotten.
        hint: What stands in the empty field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("chooser")]
    AUTO_FOCUS = "#narrow"

    def __init__(
        self,
        title: str,
        lines: Sequence[str] | None,
        marked: Sequence[int] = (),
        *,
        several: bool = False,
        typed: Callable[[str], None] | None = None,
        dropped: Callable[[int], None] | None = None,
        kept: Sequence[int] = (),
        hint: str = "type to narrow",
    ) -> None:
        super().__init__()
        self._title = title
        self._waiting = lines is None
        self.expecting = False
        """Whether Enter came before the choices did, so that other keys wait too."""
        self._all = list(enumerate(lines or ()))
        self._shown = list(self._all)
        self._marked = set(marked)
        self._marking = False
        self._several = several
        self._typed = typed
        self._dropped = dropped
        self._kept = kept
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Vertical(classes="popup"):
            names = cast("SearchApp", self.app).key_names
            marks = names.fill(f" ({key('chooser.mark')} marks several)")
            title = self._title + (marks if self._several else "")
            yield Static(Content(visible_line(title)), classes="popup-title", markup=False)
            yield Field(placeholder=self._hint, id="narrow", compact=True)
            yield Lines(id="choices")
        yield Keys("chooser")

    def on_mount(self) -> None:
        """Fill the list."""
        self._show()

    def fill(self, lines: Sequence[str], marked: Sequence[int] = (), title: str = "") -> None:
        """Give the choices that were not known at first."""
        self._all, self._marked, self._waiting = list(enumerate(lines)), set(marked), False
        if title:
            self.query_one(".popup-title", Static).update(Content(visible_line(title)))
        self._narrow()
        if self.expecting:
            self.expecting = False
            self.action_choose()

    @on(Input.Changed, "#narrow")
    def _narrow(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        self._shown = [
            (place, line)
            for place, line in self._all
            if all(word in line.casefold() for word in words)
        ]
        self._show()

    def _show(self, selected: int = 0) -> None:
        lines = self.query_one(Lines)
        lines.empty = "nothing here has these words" if self._all else "…" * self._waiting
        lines.marked = {i for i, (place, _) in enumerate(self._shown) if place in self._marked}
        lines.show([line for _, line in self._shown], selected)
        self._offer()

    @on(Lines.Selected)
    def _offer(self) -> None:
        can = {"chooser.mark": self._several, "chooser.drop": self._droppable}
        self.query_one(Keys).withhold(*(name for name, there in can.items() if not there))

    @property
    def _droppable(self) -> bool:
        """Whether the selected choice can be forgotten."""
        return self._dropped is not None and self._place not in (None, *self._kept)

    @property
    def _looked(self) -> bool:
        """Whether the user went for one choice, by typing or by moving."""
        return bool(self.query_one(Input).value.strip() or self.query_one(Lines).selected)

    @property
    def _place(self) -> int | None:
        index = self.query_one(Lines).selected
        return self._shown[index][0] if self._shown else None

    @on(Lines.Chosen)
    def action_choose(self) -> None:
        """Give what is marked, or else what is selected."""
        typed = self.query_one(Input).value.strip()
        if self._waiting:
            self.expecting = True
        elif self._several and self._marked and (self._marking or not self._looked):
            self.dismiss(tuple(sorted(self._marked)))
        elif self._place is not None:
            self.dismiss((self._place,))
        elif self._typed is not None and typed:
            self.dismiss(None)
            self._typed(typed)

    def action_mark(self) -> None:
        """Mark the selected choice, or unmark it."""
        if self._several and self._place is not None:
            self._marking = True
            self._marked ^= {self._place}
            selected = self.query_one(Lines).selected
            self._show(min(selected + 1, len(self._shown) - 1))

    def action_drop(self) -> None:
        """Have the selected choice forgotten."""
        place = self._place
        if self._dropped is not None and place is not None and self._droppable:
            self._dropped(place)
            self._all = [(at, line) for at, line in self._all if at != place]
            self._shown = [(at, line) for at, line in self._shown if at != place]
            self._show()

    def action_move(self, by: int) -> None:
        """Select another choice."""
        self.query_one(Lines).move(by)

    def action_move_page(self, direction: int) -> None:
        """Select a choice a page away."""
        self.query_one(Lines).move_page(direction)

    def action_close(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


class Ask(ModalScreen[str | None]):
    """A question with a line to answer it. Gives the answer; None when closed.

    Args:
        question: What is asked; several lines stand as such.
        value: What stands in the field at first.
        check: Says what is wrong with an answer; empty when nothing is.
        suggester: Completes what is typed; Tab takes it.
        does: What Enter does, in a word.
        anew: What begins another answer, typed or pasted right behind that value.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "close", "Close"),
        ("tab", "complete", "Complete"),
    ]
    AUTO_FOCUS = "#answer"

    def __init__(
        self,
        question: str,
        value: str = "",
        check: Callable[[str], str] = lambda answer: "",
        suggester: Suggester | None = None,
        *,
        does: str = "go",
        anew: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self._anew = anew
        self._question = question
        self._does = does
        self._value = value
        self._check = check
        self._suggester = suggester
        self._completing = Completing()

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Vertical(classes="popup -small"):
            yield Static(Content(visible(self._question)), classes="popup-title", markup=False)
            yield Field(
                self._value, id="answer", compact=True, select_on_focus=False,
                suggester=self._suggester,
            )  # fmt: skip
            yield Static(id="wrong", markup=False)
            completes = "" if self._suggester is None else "Tab or Right: complete   "
            hint = f"{completes}Enter: {self._does}   Esc: not now"
            yield Static(Content(hint), classes="popup-hint", markup=False)
        yield Keys()

    @on(Input.Submitted)
    def _answered(self, message: Input.Submitted) -> None:
        wrong = self._check(message.value.strip())
        if wrong:
            self.query_one("#wrong", Static).update(Content(visible_line(wrong)))
        else:
            self.dismiss(message.value.strip())

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        self.query_one("#wrong", Static).update(Content(""))
        behind = message.value.removeprefix(self._value)
        if behind != message.value and behind.startswith(self._anew):
            message.input.value = behind
            message.input.cursor_position = len(behind)

    async def action_complete(self) -> None:
        """Complete a path."""
        if self._suggester is not None:
            field = self.query_one(Input)
            field.value = await self._completing.complete(field.value)
            field.cursor_position = len(field.value)

    def action_close(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


FOLDER = (
    "Which folder of documents? It is read where it is, and nothing leaves this machine. "
    "What changes later is read again with an update."
)


def ask_folder(
    question: str = FOLDER,
    start: str = "",
    check: Callable[[str], str] = folder_problem,
    *,
    does: str = "index it",
) -> Ask:
    """Return a screen that asks for a folder, begun with what was typed or where the user is."""
    suggester = PathSuggester()
    return Ask(question, start_folder(start), check, suggester, does=does, anew=("/", "~"))


YES, NO = "y", "n"


class Confirm(ModalScreen[bool]):
    """A question to be answered by yes or no.

    Args:
        question: What is asked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        (YES, "answer(True)", "Yes"),
        (f"{NO},escape,enter", "answer(False)", "No"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Vertical(classes="popup -small"):
            yield Static(Content(visible(self._question)), classes="popup-title", markup=False)
            yield Static(Content(f"{YES}: yes   {NO}: no"), classes="popup-hint")
        yield Keys()

    def action_answer(self, answer: bool) -> None:
        """Give the answer."""
        self.dismiss(answer)
