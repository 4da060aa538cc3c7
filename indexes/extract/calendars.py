"""Calendars (iCalendar): events and tasks, with their times, places and descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from indexes.extract.plain import extract_plain
from indexes.extract.writer import Writer, one_line
from indexes.types import Extracted

_PROPERTY = re.compile(r'([A-Za-z0-9-]+)((?:;[^=;:]+=(?:"[^"]*"|[^";:]*))*):(.*)', re.DOTALL)
_NAME = re.compile(r';CN=(?:"([^"]*)"|([^";:]*))', re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?")
_ITEMS = frozenset(("VEVENT", "VTODO", "VJOURNAL"))
_SHOWN = {
    "DTSTART": "Start", "DTEND": "End", "DUE": "Due", "LOCATION": "Location",
    "ORGANIZER": "Organizer", "ATTENDEE": "Attendee", "CATEGORIES": "Categories", "URL": "Link",
}  # fmt: skip


class _Property(NamedTuple):
    name: str
    parameters: str
    value: str
    line: int


def extract_calendar(text: str) -> Extracted:
    """Read a calendar; the page of a passage is the number of its event."""
    writer = Writer()
    name = ""
    within: list[str] = []
    item: list[_Property] = []
    summaries: list[str] = []
    for one in _properties(text):
        if one.name == "BEGIN":
            within.append(one.value.upper())
        elif one.name == "END":
            ended = within.pop() if within else ""
            if ended in _ITEMS:
                summaries.append(_write(item, len(summaries) + 1, writer))
                item = []
        elif within and within[-1] in _ITEMS:
            item.append(one)
        elif one.name == "X-WR-CALNAME":
            name = one.value
    if not writer.blocks:
        return extract_plain(text)
    return writer.finish(summaries[0] if len(summaries) == 1 else name)


def _properties(text: str) -> Iterator[_Property]:
    """Yield the properties; a line that begins with a space goes on with the one before."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        first = at
        at += 1
        while at < len(lines) and lines[at][:1] in (" ", "\t"):
            at += 1
        whole = lines[first] + "".join(line[1:] for line in lines[first + 1 : at])
        if found := _PROPERTY.fullmatch(whole):
            name, parameters, value = found.groups()
            yield _Property(name.upper(), parameters, _ESCAPED.sub(_unescaped, value), first + 1)


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match.group(1) in "nN" else match.group(1)


def _write(item: list[_Property], number: int, writer: Writer) -> str:
    """Write an event; return what it is called."""
    summary = next((one for one in item if one.name == "SUMMARY"), None)
    if summary is not None:
        writer.add(one_line(summary.value), "heading", level=1, page=number, line=summary.line)
    fields = [one for one in item if one.name in _SHOWN and one.value.strip()]
    if fields:
        said = "\n".join(f"{_SHOWN[one.name]}: {_value(one)}" for one in fields)
        writer.add(said, page=number, line=fields[0].line)
    for one in item:
        if one.name in ("DESCRIPTION", "COMMENT"):
            writer.add(one.value, page=number, line=one.line)
    return one_line(summary.value) if summary is not None else ""


def _value(one: _Property) -> str:
    value = one_line(one.value)
    if time := _TIME.fullmatch(value):
        year, month, day, hour, minute, utc = time.groups()
        clock = f" {hour}:{minute}{' UTC' if utc else ''}" if hour else ""
        return f"{year}-{month}-{day}{clock}"
    named = _NAME.search(one.parameters)
    mail = re.sub("^mailto:", "", value, flags=re.IGNORECASE)
    return f"{named[1] or named[2]} {mail}" if named else mail
