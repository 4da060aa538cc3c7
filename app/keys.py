"""The one registry of keys: bindings, footer, palette, help and documentation are made from it.

It stands here, and knows no terminal, because the configuration is checked against it.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

Scope = Literal[
    "app",
    "search",
    "results",
    "preview",
    "score",
    "pair",
    "matrix",
    "heat",
    "align",
    "sentences",
    "pairs",
    "lines",
    "collections",
    "encoders",
    "chooser",
    "help",
]


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
    shown: str
    label: str
    help: str
    scope: Scope
    priority: bool = False


SCOPES: dict[Scope, str] = {
    "app": "Everywhere",
    "search": "Search",
    "results": "In the list of results",
    "preview": "In the preview",
    "score": "Score",
    "pair": "Score: two texts",
    "matrix": "Score: the texts of a matrix",
    "heat": "Score: in the matrix",
    "align": "Score: two documents",
    "pairs": "Score: a file of pairs",
    "sentences": "Score: in one of two documents",
    "lines": "In a list",
    "collections": "Collections",
    "encoders": "Encoders",
    "chooser": "In a list to choose from",
    "help": "In this help",
}
"""Scopes in the order of the help, with their headings."""

FIRST = True
"""Goes before what the focused widget would do."""


def _scope(scope: Scope, *rows: tuple[str, str, str, str, str, str, bool]) -> Iterable[Action]:
    for id_, keys, does, shown, label, help_, priority in rows:
        name = id_ if scope == "app" else f"{scope}.{id_}"
        yield Action(name, keys, does, shown, label, help_, scope, priority)


# fmt: off
_SCROLLING = (
    ("down", "j,down", "scroll_down", "j or Down", "", "Scroll down", False),
    ("up", "k,up", "scroll_up", "k or Up", "", "Scroll up", False),
    ("page_down", "pagedown", "page_down", "PgDn", "", "A page down", False),
    ("page_up", "pageup", "page_up", "PgUp", "", "A page up", False),
    ("top", "g,home", "scroll_home", "g or Home", "", "To the beginning", False),
    ("bottom", "G,end", "scroll_end", "G or End", "", "To the end", False),
)
"""Keys of what is read by scrolling."""

ACTIONS: tuple[Action, ...] = (
    *_scope(
        "app",
        ("help", "f1", "help", "F1", "Help", "Show this help", False),
        ("search", "f2", "show('search')", "F2", "Search", "Search documents", False),
        ("score", "f3", "compare", "F3", "Score",
         "Compare texts; once more, the next way to do so", False),
        ("collections", "f6", "show('collections')", "F6", "Collections",
         "What is indexed: add, update, check, remove", False),
        ("encoders", "f7", "show('encoders')", "F7", "Encoders",
         "Encoders at hand, and training to follow", False),
        ("palette", "ctrl+p", "command_palette", "^P", "",
         "Find any action by its name", False),
        ("pause", "ctrl+z", "pause_work", "^Z", "",
         "Pause indexing, or go on with it", False),
        ("quit", "ctrl+q", "quit", "^Q", "Quit", "Quit, whatever is going on", FIRST),
    ),
    *_scope(
        "search",
        ("mode", "f4,ctrl+t", "cycle_mode", "F4 or ^T", "Mode",
         "Rank by meaning and words (hybrid), meaning (dense), words (lexical)", False),
        ("filter", "f5,ctrl+f", "filter", "F5 or ^F", "Filter",
         "Filter by type, date, path, collection", FIRST),
        ("why", "f8", "why", "F8", "Why", "Explain the selected result", False),
        ("open", "ctrl+o", "open_hit", "^O", "Open",
         "Open the document in $VISUAL or $EDITOR, at the line", False),
        ("copy_path", "ctrl+y", "copy('path')", "^Y", "", "Copy the path", False),
        ("history", "ctrl+r", "history", "^R", "",
         "Earlier searches; also by going up in an empty query", False),
        ("saved", "ctrl+s", "saved", "^S", "", "Saved searches; save this one", False),
        ("where", "ctrl+l", "where", "^L", "", "Choose the collections to search", False),
        ("enter", "enter", "enter", "Enter", "", "From the query to the results", FIRST),
        ("down", "down", "move(1)", "Down", "", "Select the next result", False),
        ("up", "up", "move(-1)", "Up", "", "Select the result before", False),
        ("page_down", "pagedown", "move_page(1)", "PgDn", "", "A page of results on", False),
        ("page_up", "pageup", "move_page(-1)", "PgUp", "", "A page back", False),
        ("back", "escape", "back", "Esc", "",
         "Back to the query; in the query, empty it", FIRST),
        ("next_pane", "tab", "app.focus_next", "Tab", "",
         "From the query to the results to the preview", FIRST),
        ("previous_pane", "shift+tab", "app.focus_previous", "Shift-Tab", "",
         "The same, backwards", FIRST),
    ),
    *_scope(
        "results",
        ("open", "enter", "open", "Enter", "Open", "Open in the editor", False),
        ("down", "j,down", "move(1)", "j or Down", "", "Next result", False),
        ("up", "k,up", "move(-1)", "k or Up", "", "Result before", False),
        ("page_down", "pagedown", "move_page(1)", "PgDn", "", "A page on", False),
        ("page_up", "pageup", "move_page(-1)", "PgUp", "", "A page back", False),
        ("first", "g,home", "first", "g or Home", "", "First result", False),
        ("last", "G,end", "last", "G or End", "",
         "Last result so far; more are fetched", False),
        ("mark", "space", "mark", "Space", "Mark",
         "Mark the result, for copying and exporting several", False),
        ("system", "o", "screen.open_with_system", "o", "",
         "Open with the system's program for it", False),
        ("copy_path", "y", "screen.copy('path')", "y", "Copy path", "Copy the path", False),
        ("copy_place", "Y", "screen.copy('place')", "Y", "", "Copy the path with its line or page",
         False),
        ("copy_text", "c", "screen.copy('text')", "c", "", "Copy the passage", False),
        ("copy_citation", "C", "screen.copy('citation')", "C", "",
         "Copy passage, title and place", False),
        ("export", "e", "screen.export", "e", "Export",
         "Write the marked results, or all, to a file", False),
        ("like", "m", "screen.more_like_this", "m", "More like it", "More like this", False),
        ("why", "w", "screen.why", "w", "", "Explain the result", False),
        ("raw", "r", "screen.raw", "r", "", "Markdown rendered, or as in the file", False),
        ("query", "slash", "query", "/", "", "Back to the query", False),
        ("help", "question_mark", "app.help", "?", "", "Show this help", False),
    ),
    *_scope(
        "preview",
        *_SCROLLING,
        ("hit", "h", "scroll_to_hit", "h", "To the passage", "Back to the passage found", False),
        ("raw", "r", "screen.raw", "r", "As in the file", "Markdown rendered, or as in the file",
         False),
        ("open", "enter", "open", "Enter", "Open", "Open in the editor", False),
        ("system", "o", "screen.open_with_system", "o", "",
         "Open with the system's program for it", False),
        ("query", "slash", "query", "/", "", "Back to the query", False),
        ("help", "question_mark", "app.help", "?", "", "Show this help", False),
    ),
    *_scope(
        "score",
        ("next", "tab", "app.focus_next", "Tab", "Next field", "To the next text or list", FIRST),
        ("previous", "shift+tab", "app.focus_previous", "Shift-Tab", "", "To the one before",
         FIRST),
        ("clear", "escape", "clear", "Esc", "", "Empty the text at hand; then all", False),
    ),
    *_scope(
        "pair",
        ("swap", "ctrl+t", "swap", "^T", "Swap", "Exchange the two texts", FIRST),
    ),
    *_scope(
        "matrix",
        ("read", "ctrl+o", "read", "^O", "Read file", "Fill a list from a file, one text a line",
         FIRST),
        ("export", "ctrl+s", "export", "^S", "Export",
         "Write the matrix to a .csv, .json, .png, .svg or .pdf file", FIRST),
        ("by_value", "ctrl+l", "by_value", "^L", "Closest", "List the pairs, the closest first",
         FIRST),
    ),
    *_scope(
        "heat",
        ("down", "down,j", "move(1, 0)", "Down or j", "", "A row down", False),
        ("up", "up,k", "move(-1, 0)", "Up or k", "", "A row up", False),
        ("right", "right,l", "move(0, 1)", "Right or l", "", "A column on", False),
        ("left", "left,h", "move(0, -1)", "Left or h", "", "A column back", False),
        ("page_down", "pagedown", "move_page(1, 0)", "PgDn", "", "A page of rows down", False),
        ("page_up", "pageup", "move_page(-1, 0)", "PgUp", "", "A page of rows up", False),
        ("page_right", "ctrl+right", "move_page(0, 1)", "Ctrl-Right", "", "A page of columns on",
         False),
        ("page_left", "ctrl+left", "move_page(0, -1)", "Ctrl-Left", "", "A page of columns back",
         False),
        ("first_row", "g", "end(-1, 0)", "g", "", "To the first row", False),
        ("last_row", "G", "end(1, 0)", "G", "", "To the last row", False),
        ("first_column", "home", "end(0, -1)", "Home", "", "To the first column", False),
        ("last_column", "end", "end(0, 1)", "End", "", "To the last column", False),
        ("sort_rows", "r", "sort('rows')", "r", "Sort rows",
         "Sort the rows by the column at the cursor", False),
        ("sort_columns", "c", "sort('columns')", "c", "Sort columns",
         "Sort the columns by the row at the cursor", False),
        ("unsort", "o", "sort('given')", "o", "", "Rows and columns in their own order", False),
        ("by_value", "v", "screen.by_value", "v", "", "List the pairs, the closest first", False),
        ("export", "e", "screen.export", "e", "", "Write the matrix to a file", False),
        ("leave", "escape,slash", "leave", "Esc", "", "Back to the texts", False),
        ("help", "question_mark", "app.help", "?", "", "Show this help", False),
    ),
    *_scope(
        "align",
        ("enter", "enter", "enter", "Enter", "Compare", "Compare the two documents", False),
    ),
    *_scope(
        "pairs",
        ("enter", "enter", "enter", "Enter", "Score it", "Score the file", False),
    ),
    *_scope(
        "sentences",
        ("down", "down,j", "move(1)", "Down or j", "", "Next sentence; the other side follows",
         False),
        ("up", "up,k", "move(-1)", "Up or k", "", "Sentence before", False),
        ("page_down", "pagedown", "move_page(1)", "PgDn", "", "A page on", False),
        ("page_up", "pageup", "move_page(-1)", "PgUp", "", "A page back", False),
        ("first", "g,home", "end(0)", "g or Home", "", "First sentence", False),
        ("last", "G,end", "end(1)", "G or End", "", "Last sentence", False),
        ("next_single", "n", "single(1)", "n", "Next unmatched",
         "Next sentence that only this document has", False),
        ("previous_single", "N", "single(-1)", "N", "", "The one before", False),
        ("leave", "escape,slash", "leave", "Esc", "", "Back to the paths", False),
        ("help", "question_mark", "app.help", "?", "", "Show this help", False),
    ),
    *_scope(
        "lines",
        ("down", "j,down", "move(1)", "j or Down", "", "Next line", False),
        ("up", "k,up", "move(-1)", "k or Up", "", "Line before", False),
        ("page_down", "pagedown", "move_page(1)", "PgDn", "", "A page on", False),
        ("page_up", "pageup", "move_page(-1)", "PgUp", "", "A page back", False),
        ("first", "g,home", "end(-1)", "g or Home", "", "First line", False),
        ("last", "G,end", "end(1)", "G or End", "", "Last line", False),
    ),
    *_scope(
        "collections",
        ("add", "a,insert", "add", "a", "Add folder", "Index a folder, here or anew", False),
        ("update", "u", "update", "u", "Update", "Bring the collection up to date", False),
        ("watch", "w", "watch", "w", "Watch",
         "Keep it up to date with its folders while this runs; or no more", False),
        ("search", "enter", "search", "Enter", "Search it", "Search this collection", False),
        ("verify", "v", "verify(False)", "v", "Verify", "Check every row and vector", False),
        ("repair", "r", "verify(True)", "r", "", "Mend what can be mended, then check", False),
        ("encoder", "e", "move", "e", "", "Encode it anew, with another encoder", False),
        ("skips", "s", "skips", "s", "Skipped", "Files that are not searchable, and why", False),
        ("pause", "p", "app.pause_work", "p", "", "Pause the work, or go on with it", False),
        ("cancel", "x", "app.cancel_work", "x", "",
         "Stop the work at hand; what is done is kept, and what waits goes on", False),
        ("forget", "f", "forget", "f", "", "Forget one of its folders", False),
        ("remove", "d,delete", "remove", "d", "", "Remove the collection", False),
        ("back", "escape", "app.show('search')", "Esc", "", "Back to the search", False),
        ("help", "question_mark", "app.help", "?", "", "Show this help", False),
    ),
    *_scope(
        "encoders",
        ("follow", "f", "follow", "f", "Follow", "Follow a training run by its folder", False),
        ("back", "escape", "app.show('search')", "Esc", "", "Back to the search", False),
        ("help", "question_mark", "app.help", "?", "", "Show this help", False),
    ),
    *_scope(
        "chooser",
        ("choose", "enter", "choose", "Enter", "Choose", "Choose this", FIRST),
        ("down", "down", "move(1)", "Down", "", "Next", FIRST),
        ("up", "up", "move(-1)", "Up", "", "The one before", FIRST),
        ("page_down", "pagedown", "move_page(1)", "PgDn", "", "A page on", FIRST),
        ("page_up", "pageup", "move_page(-1)", "PgUp", "", "A page back", FIRST),
        ("mark", "tab", "mark", "Tab", "Mark", "Mark one of several", FIRST),
        ("drop", "ctrl+d", "drop", "^D", "Forget", "Forget a saved search", FIRST),
        ("close", "escape", "close", "Esc", "Close", "Close", FIRST),
    ),
    *_scope(
        "help",
        *_SCROLLING,
        ("close", "escape,f1,question_mark,q", "close", "Esc", "Close", "Close", False),
    ),
)
# fmt: on

_SHORTER = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def normal(key: str) -> str:
    """Return a key's name as Textual has it: a sign by its name, all else as it is."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return _SHORTER.get(name, name)


SIGNS = {normal(sign): sign for sign in string.punctuation}
"""Signs by the names of their keys."""

_NAMES = {**SIGNS, "pagedown": "PgDn", "pageup": "PgUp", "escape": "Esc", "space": "Space"}


def remapped(keymap: Mapping[str, str]) -> tuple[Action, ...]:
    """Return the registry with the keys that a user gave to some actions, by their ids."""
    return tuple(
        replace(action, keys=keymap[action.id], shown=_readable(keymap[action.id]))
        if action.id in keymap
        else action
        for action in ACTIONS
    )


def _readable(keys: str) -> str:
    return " or ".join(_readable_key(key.strip()) for key in keys.split(","))


def _readable_key(name: str) -> str:
    *modifiers, base = name.split("+")
    if modifiers == ["ctrl"] and len(base) == 1:
        return f"^{base.upper()}"
    base = _NAMES.get(base, base if len(base) == 1 else base.capitalize())
    return "-".join([*(modifier.capitalize() for modifier in modifiers), base])


def key(id_: str) -> str:
    """Return what stands in a text for the key of an action, whichever that is then."""
    return f"{{key:{id_}}}"


class KeyNames:
    """How the keys of actions are called.

    Args:
        actions: The registry, remapped.
    """

    def __init__(self, actions: Iterable[Action]) -> None:
        self._names = {action.id: action.shown.partition(" or ")[0] for action in actions}

    def fill(self, text: str) -> str:
        """Name the keys where `key` left places for them."""
        return re.sub(r"\{key:([a-z_.]+)\}", self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        return self._names.get(found[1], found[0])
