"""Bindings of the registry's actions, for screens and widgets to declare."""

from __future__ import annotations

from textual.binding import Binding

from app.keys import ACTIONS, Scope


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
