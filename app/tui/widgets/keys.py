"""The last row: the keys that matter here, as many as there is room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events

    from app.keys import Action, Scope
    from app.tui.app import SearchApp

LAST = "quit"


class Keys(Widget):
    """Keys with a word each; a click does what the key does.

    Args:
        scopes: Whose keys come first, after help.
    """

    def __init__(self, *scopes: Scope) -> None:
        super().__init__()
        self._scopes = scopes
        self._without: tuple[str, ...] = ()
        self._labels: dict[str, str] = {}
        self._places: list[tuple[int, int, Action]] = []

    def offer(self, *scopes: Scope) -> None:
        """Let the keys of other scopes come first."""
        if scopes != self._scopes:
            self._scopes = scopes
            self.refresh()

    def label(self, id_: str, label: str) -> None:
        """Say in other words what an action does from now on; an empty one leaves it out."""
        if self._labels.get(id_) != label:
            self._labels[id_] = label
            self.refresh()

    def withhold(self, *ids: str) -> None:
        """Leave out actions, by their ids, that have nothing to do now."""
        if ids != self._without:
            self._without = ids
            self.refresh()

    def render(self) -> Content:
        """Fit the keys into the width; help and quitting always stand there."""
        actions = cast("SearchApp", self.app).actions
        alone = isinstance(self.screen, ModalScreen)
        offered = [
            replace(one, label=self._labels.get(one.id, one.label))
            for one in actions
            if one.id not in self._without
        ]
        chosen = fitting(_ordered(offered, self._scopes, alone=alone), self.size.width)
        content = Content()
        self._places = []
        for action in chosen:
            start = content.cell_length
            content += Content.assemble((_key(action), "bold"), f" {action.label}  ")
            self._places.append((start, content.cell_length - 2, action))
        return content

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the pointer does."""
        at = event.get_content_offset_capture(self).x
        for start, end, action in self._places:
            if start <= at < end:
                focused = self.screen.focused
                own = focused is not None and action.id in {
                    binding.id for _, binding in focused._bindings
                }
                target = self.app if action.scope == "app" else focused if own else self.screen
                await self.app.run_action(action.does, target)


def _key(action: Action) -> str:
    return action.shown.partition(" or ")[0]


def _ordered(actions: Iterable[Action], scopes: Sequence[Scope], *, alone: bool) -> list[Action]:
    labelled = [action for action in actions if action.label]
    everywhere = [action for action in labelled if action.scope == "app"]
    # Whoever is here needs no key to come here.
    others = [a for a in everywhere if a.id not in ("help", LAST, *scopes)]
    ends = {action.id: action for action in everywhere}
    own = [action for scope in scopes for action in labelled if action.scope == scope]
    if alone:  # what stands over a screen keeps all other keys from it
        return [*own, ends[LAST]]
    return [ends["help"], *own, *others, ends[LAST]]


def fitting(actions: list[Action], width: int) -> list[Action]:
    """Leave out as many as the width demands, from the last but one on."""
    chosen = list(actions)
    while len(chosen) > 2 and sum(len(_key(a)) + len(a.label) + 3 for a in chosen) - 2 > width:
        del chosen[-2]
    return chosen
