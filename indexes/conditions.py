"""Filters as conditions in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from indexes.types import Filters

_WHEN = (
    "coalesce((SELECT dated FROM facts WHERE document_id = documents.id), documents.mtime_ns / 1e9)"
)
"""When a document is from: when it was sent, else when its file was changed."""


def conditions_of(filters: Filters) -> tuple[list[str], list[object]]:
    """Return the conditions that a row of `documents` must meet, and their values."""
    conditions: list[str] = []
    values: list[object] = []
    if filters.path:
        if any(mark in filters.path for mark in "*?["):
            conditions.append("path GLOB ?")
            pattern = filters.path if filters.path.startswith(("/", "*")) else f"*{filters.path}"
            values.append(pattern)
        else:
            conditions.append("instr(path, ?) > 0")
            values.append(filters.path)
    if filters.types:
        conditions.append(f"type IN ({_marks(filters.types)})")
        values.extend(filters.types)
    if filters.since is not None:
        conditions.append(f"{_WHEN} >= ?")
        values.append(filters.since)
    if filters.before is not None:
        conditions.append(f"{_WHEN} < ?")
        values.append(filters.before)
    if filters.languages:
        conditions.append(
            f"id IN (SELECT document_id FROM facts WHERE language IN ({_marks(filters.languages)}))"
        )
        values.extend(filters.languages)
    for tag in filters.tags:
        conditions.append(
            "id IN (SELECT document_id FROM facts, json_each(facts.tags) WHERE value = ?)"
        )
        values.append(tag.casefold())
    return conditions, values


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
