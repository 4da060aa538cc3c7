"""Checks of the keys that a user gives to actions, as far as they can be known beforehand."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from app.errors import SettingError
from app.keys import ACTIONS, SIGNS, Action, normal, remapped

_NAMED = {
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *("escape", "enter", "tab", "space", "backspace"),
    *(f"f{number}" for number in range(1, 25)),
}
_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}

_TYPED_IN = {"search", "score", "pair", "matrix", "align", "pairs", "chooser"}
"""Scopes in which a field has the focus, most of the time."""

_ALONE = {"help", "chooser"}
"""Scopes of what keeps all other keys away."""


def check_keys(keys: Mapping[str, str], origin: str) -> dict[str, str]:
    """Return the keys of actions, by the actions' ids, as Textual names keys.

    Args:
        keys: Keys by id, several separated by commas.
        origin: Where they stand, for messages.

    Raises:
        SettingError: An action or a key is none, or a key cannot do what it should.
    """
    known = {action.id: action for action in ACTIONS}
    checked = {}
    for id_, given in keys.items():
        if id_ not in known:
            close = get_close_matches(id_, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "jtcse tui shows all with F1"
            raise SettingError(f"{origin}: tui.keys: there is no action {id_!r}", hint)
        names = [normal(key) for key in _split(given)]
        for key in names:
            _check_key(known[id_], key, origin)
        checked[id_] = ",".join(names)
    _check_clashes(checked, origin)
    return checked


def _split(given: str) -> Iterable[str]:
    # A comma alone is the key.
    return [","] if given == "," else [key.strip() for key in given.split(",")]


def _check_key(action: Action, key: str, origin: str) -> None:
    *modifiers, base = key.split("+")
    letter = len(base) == 1 and base.isalnum()
    if not (letter or base in _NAMED or base in SIGNS) or not set(modifiers) <= _MODIFIERS:
        names = [*_NAMED, *SIGNS, *(f"ctrl+{char}" for char in string.ascii_lowercase)]
        close = get_close_matches(key.lower(), names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else 'such as "ctrl+g", "f9" or "x"'
        raise SettingError(f"{origin}: tui.keys: {action.id}: no key is called {key!r}", hint)
    text = not modifiers and (letter or base in SIGNS or base == "space")
    if text and (action.scope in _TYPED_IN or (action.scope == "app" and action.priority)):
        raise SettingError(
            f"{origin}: tui.keys: {action.id}: {key!r} is typed as text there",
            'give it a key such as "ctrl+g", "alt+g" or "f9"',
        )


def _check_clashes(keys: Mapping[str, str], origin: str) -> None:
    actions = remapped(keys)
    for action in actions:
        if action.id not in keys:
            continue
        for other in actions:
            shared = set(action.keys.split(",")) & set(other.keys.split(","))
            if other.id != action.id and shared and _meet(action, other):
                raise SettingError(
                    f"{origin}: tui.keys: {min(shared)} would do both {action.id} and {other.id}",
                    "give one of them another key",
                )


def _meet(one: Action, other: Action) -> bool:
    """Whether both are there at once, and are not the same."""
    if one.does.removeprefix("app.") == other.does.removeprefix("app."):
        return False
    scopes = {one.scope, other.scope}
    return len(scopes) == 1 or ("app" in scopes and not scopes & _ALONE)
