"""What a user typed, as words and phrases; nothing typed is an error."""

from __future__ import annotations

import re
from typing import NamedTuple

from indexes.dates import parse_when
from indexes.types import Filters
from indexes.words import MARK, distinct, has_word, key, outline, words_of

MAX_QUERY_CHARS = 4000
"""Well past the encoder's reach; the rest of a longer query is cut."""

MAX_WORDS = 64

NO_FILTERS = Filters()

_PART = re.compile(
    r'(?<!\S)(?P<name>path|type|since|before|tag|lang):(?P<value>"[^"]+"|[^\s"]+)'
    # One letter is an option of some program.
    rf"|(?<!\S)-(?P<excluded>\w{MARK}*[\w'’.-][\w{MARK}'’.-]*)"
    r'|(?<!\S)-"(?P<unwanted>[^"]+)"'
    r'|"(?P<phrase>[^"]+)"|“(?P<curly>[^”]+)”',
    re.IGNORECASE,
)
"""All that is not plain text, in the order in which it is typed."""

_UNTYPEABLE = re.compile("[\x00\ud800-\udfff]")
"""What SQLite takes for the end of a text, or does not take at all."""

STOP_WORDS = frozenset(
    "a about above after again all also am an and any are as at be because been before being "
    "below between both but by can could did do does doing down during each few for from further "
    "had has have having he her here hers him his how i if in into is it its itself just me more "
    "most my no nor not now of off on once only or other our out over own same she should so some "
    "such than that the their them then there these they this those through to too under until up "
    "very was we were what when where which while who whom why will with would you your".split()
)  # fmt: skip


class Query(NamedTuple):
    """A parsed query.

    Attributes:
        text: What the encoder reads: the query without its quotation marks.
        words: Distinct words that the lexical side looks for, as `indexes.words` has them.
        phrases: Phrases that must stand in a passage as they are.
        excluded: Words, and phrases by their words in a row, none of which may be in the document.
        filters: Conditions that were typed as `field:value`.
    """

    text: str
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    filters: Filters = NO_FILTERS


class _Parts:
    """What a query is made of, read from left to right.

    Args:
        text: What was typed.
        literally: Whether only quotation marks mean anything.
    """

    def __init__(self, text: str, *, literally: bool = False) -> None:
        self.plain = ""
        self.phrases: list[str] = []
        self.excluded: list[str] = []
        self.filters = NO_FILTERS
        outlined, at, done = outline(text), 0, 0
        while (match := _PART.search(outlined, at)) is not None:
            at = match.end()
            start, end = match.span(match.lastgroup or 0)
            taken = self._take(match.lastgroup, match["name"], text[start:end], literally)
            if taken is None:  # the value may be a phrase
                at = start if match.lastgroup == "value" else at
                continue
            self.plain += f"{text[done : match.start()]} {taken} "
            done = at
        self.plain += text[done:]

    def _take(
        self, group: str | None, name: str | None, inside: str, literally: bool
    ) -> str | None:
        """Take a part in; return the text that it leaves, None where it is all text."""
        if group in ("phrase", "curly"):
            if not has_word(inside):
                return None
            self.phrases.append(inside.strip())
            return inside
        if literally:
            return None
        if group in ("excluded", "unwanted"):
            if not has_word(inside):
                return None
            self.excluded.append(inside.strip())
            return ""
        filters = _with_field(self.filters, (name or "").casefold(), inside.strip('"'))
        self.filters = filters or self.filters
        return None if filters is None else ""


def parse(text: str) -> Query:
    """Parse what a user typed. Nothing is an error.

    `"a phrase"`, `-word`, `-"a phrase"` and `field:value` mean what they say; what stands in
    quotation marks, lone ones, other fields, and values that make no sense are literal text, and
    so is everything when nothing else was typed.
    """
    text = _UNTYPEABLE.sub("\N{REPLACEMENT CHARACTER}", text[:MAX_QUERY_CHARS]).strip()
    parts = _Parts(text)
    if not has_word(parts.plain):
        parts = _Parts(text, literally=True)
    words = distinct(words_of(parts.plain))
    telling = tuple(word for word in words if key(word) not in STOP_WORDS)
    return Query(
        " ".join(parts.plain.split()),
        (telling or words)[:MAX_WORDS],
        tuple(parts.phrases),
        distinct(parts.excluded),
        parts.filters,
    )


def listed(value: str) -> tuple[str, ...]:
    """Return file extensions, or languages, of one value: with or without dots, between commas."""
    parts = (part.strip().lower().lstrip(".") for part in value.split(","))
    return tuple(part for part in parts if part)


def _with_field(filters: Filters, name: str, value: str) -> Filters | None:
    if name == "path":
        return filters._replace(path=value)
    if name == "type":
        return filters._replace(types=(*filters.types, *listed(value)))
    if name == "tag":
        return filters._replace(tags=(*filters.tags, value))
    if name == "lang":
        return filters._replace(languages=(*filters.languages, *listed(value)))
    when = parse_when(value)
    if when is None:
        return None
    return filters._replace(since=when) if name == "since" else filters._replace(before=when)


def combined(given: Filters, typed: Filters) -> Filters:
    """Return the filters given as options with those typed in the query, which go first."""
    return Filters(
        path=typed.path or given.path,
        types=typed.types or given.types,
        since=given.since if typed.since is None else typed.since,
        before=given.before if typed.before is None else typed.before,
        tags=(*given.tags, *typed.tags),
        languages=typed.languages or given.languages,
    )
