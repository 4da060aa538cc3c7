"""The one registry of keys: bindings, footer and help are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

Scope = Literal["app", "search", "results", "preview", "score", "help"]


@dataclass(frozen=True)
class Action:
    """Something that a key does.

    Attributes:
        id: Stable name, by which a key can be given to it.
        keys: Keys, separated by commas.
        does: The action as Textual calls it.
        label: A word or two for the footer; empty to leave it out there.
        help: What it does, for the help screen.
        scope: Where it works.
        shown: The keys as the user reads them.
        priority: Whether it goes before what the focused widget would do. Keys that move the focus
            need it: a slow line brings several keys at once, and those that follow would go to
            the widget that had the focus before.
    """

    id: str
    keys: str
    does: str
    label: str
    help: str
    scope: Scope
    shown: str
    priority: bool = False


SCOPES: dict[Scope, str] = {
    "app": "Everywhere",
    "search": "Search",
    "results": "In the list of results",
    "preview": "In the preview",
    "score": "Score",
    "help": "In this help",
}
"""Scopes in the order of the help, with their headings."""

ACTIONS: tuple[Action, ...] = (
    Action("help", "f1", "help", "Help", "Show this help", "app", "F1"),
    Action("search", "f2", "show('search')", "Search", "Search documents", "app", "F2"),
    Action("score", "f3", "show('score')", "Score", "Compare two texts", "app", "F3"),
    Action(
        "quit", "ctrl+q", "quit", "Quit", "Quit, whatever is going on", "app", "^Q", priority=True
    ),
    Action(
        "search.mode",
        "f4,ctrl+t",
        "cycle_mode",
        "Mode",
        "Rank by meaning and words (hybrid), meaning alone (dense), words alone (lexical)",
        "search",
        "F4 or ^T",
    ),
    Action(
        "search.open",
        "ctrl+o",
        "open_hit",
        "Open",
        "Open the selected document in $VISUAL or $EDITOR, at the line",
        "search",
        "^O",
    ),
    Action("search.down", "down", "move(1)", "", "Select the next result", "search", "Down"),
    Action("search.up", "up", "move(-1)", "", "Select the result before", "search", "Up"),
    Action(
        "search.page_down", "pagedown", "move_page(1)", "", "A page of results on", "search", "PgDn"
    ),
    Action("search.page_up", "pageup", "move_page(-1)", "", "A page back", "search", "PgUp"),
    Action(
        "search.back",
        "escape",
        "back",
        "",
        "Back to the query; in the query, empty it",
        "search",
        "Esc",
        priority=True,
    ),
    Action(
        "search.next_pane",
        "tab",
        "app.focus_next",
        "",
        "From the query to the results to the preview",
        "search",
        "Tab",
        priority=True,
    ),
    Action(
        "search.previous_pane",
        "shift+tab",
        "app.focus_previous",
        "",
        "The same, backwards",
        "search",
        "Shift-Tab",
        priority=True,
    ),
    Action("results.open", "enter", "open", "", "Open in the editor", "results", "Enter"),
    Action("results.down", "j,down", "move(1)", "", "Next result", "results", "j or Down"),
    Action("results.up", "k,up", "move(-1)", "", "Result before", "results", "k or Up"),
    Action("results.page_down", "pagedown", "move_page(1)", "", "A page on", "results", "PgDn"),
    Action("results.page_up", "pageup", "move_page(-1)", "", "A page back", "results", "PgUp"),
    Action("results.first", "g,home", "first", "", "First result", "results", "g or Home"),
    Action("results.last", "G,end", "last", "", "Last result", "results", "G or End"),
    Action("results.query", "slash", "query", "", "Back to the query", "results", "/"),
    Action("results.help", "question_mark", "app.help", "", "Show this help", "results", "?"),
    Action("preview.down", "j,down", "scroll_down", "", "Scroll down", "preview", "j or Down"),
    Action("preview.up", "k,up", "scroll_up", "", "Scroll up", "preview", "k or Up"),
    Action("preview.page_down", "pagedown", "page_down", "", "A page down", "preview", "PgDn"),
    Action("preview.page_up", "pageup", "page_up", "", "A page up", "preview", "PgUp"),
    Action("preview.top", "g,home", "scroll_home", "", "To the beginning", "preview", "g or Home"),
    Action("preview.bottom", "G,end", "scroll_end", "", "To the end", "preview", "G or End"),
    Action("preview.hit", "h", "scroll_to_hit", "", "Back to the passage found", "preview", "h"),
    Action("preview.open", "enter", "open", "", "Open in the editor", "preview", "Enter"),
    Action("preview.query", "slash", "query", "", "Back to the query", "preview", "/"),
    Action("preview.help", "question_mark", "app.help", "", "Show this help", "preview", "?"),
    Action(
        "score.next",
        "down,enter",
        "app.focus_next",
        "",
        "To the other text",
        "score",
        "Down, Enter",
        priority=True,
    ),
    Action(
        "score.previous",
        "up",
        "app.focus_previous",
        "",
        "To the other text",
        "score",
        "Up",
        priority=True,
    ),
    Action("score.clear", "escape", "clear", "", "Empty the text; then both", "score", "Esc"),
    Action("help.close", "escape,f1,question_mark,q", "close", "Close", "Close", "help", "Esc"),
)


def bindings(scope: Scope) -> list[Binding]:
    """Return the bindings of a scope, for a class to declare."""
    return [
        Binding(
            action.keys,
            action.does,
            action.label or action.help,
            show=bool(action.label),
            key_display=action.shown.partition(" or ")[0],
            priority=action.priority,
            id=action.id,
        )
        for action in ACTIONS
        if action.scope == scope
    ]
