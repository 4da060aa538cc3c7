"""Conditions on documents, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.errors import UsageError
from indexes.dates import parse_when
from indexes.query import listed
from indexes.types import MODES, Filters, Mode

_TERM = re.compile(r'(\w+):(?:"([^"]*)"?|(\S*))|"([^"]*)"?|(\S+)')

ALL_MODES = "all"

LANGUAGES_WANTED = "give its code of two letters: zh for Chinese"

WORDS = ("in", "type", "since", "path")
"""What a line of filters is made of: `in:papers type:md,pdf since:30d path:notes`."""


class FilterLine(NamedTuple):
    """What a line of filters says.

    Attributes:
        names: Collections to search; empty for those at hand.
        types: File extensions, lower case.
        since: A date or an age, as written.
        path: A glob, or a part of a path.
    """

    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: str = ""
    path: str = ""

    def filters(self) -> Filters:
        """Return the conditions, an age counted from now."""
        since = parse_since(self.since) if self.since else None
        return Filters(self.path or None, self.types, since)


def parse_types(values: Iterable[str]) -> tuple[str, ...]:
    """Return file extensions, given with or without dots, several in one with commas."""
    return tuple(part for value in values for part in listed(value))


def is_language(code: str) -> bool:
    """Whether this may be the code of a language: two letters."""
    return len(code) == 2 and code.isalpha()


def parse_languages(values: Iterable[str]) -> tuple[str, ...]:
    """Return codes of languages, several in one with commas.

    Raises:
        UsageError: One is no code.
    """
    codes = parse_types(values)
    for code in codes:
        if not is_language(code):
            raise UsageError(f"{code!r} is no language", LANGUAGES_WANTED)
    return codes


def parse_since(text: str) -> float:
    """Return the seconds since the epoch of an ISO date or an age such as `7d`.

    Raises:
        UsageError: It is neither.
    """
    when = parse_when(text)
    if when is None:
        raise UsageError(f"{text!r} is no date", "write 2026-01-31, or an age: 12h, 7d, 3w, 6m, 1y")
    return when


def parse_line(text: str) -> FilterLine:
    """Read a line of filters; a word without a name is part of a path.

    Raises:
        UsageError: It holds an unknown name, or a date that is none.
    """
    names: list[str] = []
    types: list[str] = []
    since = path = ""
    for match in _TERM.finditer(text):
        word, value = match.group(1), next(filter(None, match.groups()[1:]), "")
        match word:
            case "in":
                names += [name for name in value.split(",") if name]
            case "type":
                types += parse_types([value])
            case "since":
                since = value
            case "path" | None:
                path = value
            case _:
                raise UsageError(f"there is no filter {word!r}", f"use {', '.join(WORDS)}")
    if since:
        parse_since(since)
    return FilterLine(tuple(dict.fromkeys(names)), tuple(types), since, path)


def parse_modes(chosen: Sequence[str]) -> list[Mode]:
    """Return the modes meant, in the order in which they were named.

    Raises:
        UsageError: One is none.
    """
    modes: dict[Mode, None] = {}
    for name in chosen:
        if name != ALL_MODES and name not in MODES:
            raise UsageError(f"unknown mode {name!r}", f"one of: {', '.join(MODES)}, {ALL_MODES}")
        modes |= dict.fromkeys(m for m in MODES if name in (m, ALL_MODES))
    return list(modes)
