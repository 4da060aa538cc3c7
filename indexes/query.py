"""What a user typed, as words and phrases; nothing typed is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from indexes.dates import parse_when
from indexes.types import Filters
from indexes.unsegmented import pieces

MAX_QUERY_CHARS = 4000
"""Well past the encoder's reach; the rest of a longer query is cut."""

MAX_WORDS = 64

NO_FILTERS = Filters()

_FIELD = re.compile(r'(?<!\S)(path|type|since|before|tag|lang):("[^"]+"|[^\s"]+)', re.IGNORECASE)
_EXCLUDED = re.compile(r"(?<!\S)-(\w[\w'’.-]+)")  # one letter is an option of some program
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”')
_UNTYPEABLE = re.compile("[\x00\ud800-\udfff]")
"""What SQLite takes for the end of a text, or does not take at all."""

_WORD = re.compile(r"\w+")

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
        words: Distinct words that the lexical side looks for.
        phrases: Phrases that must stand in a passage as they are.
        excluded: Words of which none may stand in the document.
        filters: Conditions that were typed as `field:value`.
    """

    text: str
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    filters: Filters = NO_FILTERS

    def match(self) -> str:
        """Return the query for SQLite's full-text index; empty when there is no word."""
        return " OR ".join(quote(word) for word in self.words)

    def excluded_match(self) -> str:
        """Return the full-text query of which no passage of a document may be a match."""
        return " OR ".join(quote(word) for word in self.excluded)

    def phrase_match(self) -> str:
        """Return the full-text query that every phrase satisfies."""
        return " AND ".join(quote(phrase) for phrase in self.phrases)


def parse(text: str) -> Query:
    """Parse what a user typed. Nothing is an error.

    `"a phrase"`, `-word` and `field:value` mean what they say; lone quotation marks, other
    fields, and values that make no sense are literal text, and so is everything when nothing
    else was typed.
    """
    text = _UNTYPEABLE.sub("\N{REPLACEMENT CHARACTER}", text[:MAX_QUERY_CHARS]).strip()
    rest, filters = _take_filters(text)
    excluded = tuple(dict.fromkeys(word.casefold() for word in _EXCLUDED.findall(rest)))
    rest = _EXCLUDED.sub(" ", rest)
    if not _WORD.search(rest):
        rest, filters, excluded = text, NO_FILTERS, ()
    phrases = tuple(
        phrase.strip() for pair in _QUOTED.findall(rest) for phrase in pair if _WORD.search(phrase)
    )
    words = tuple(dict.fromkeys(split_words(rest)))
    telling = tuple(word for word in words if word not in STOP_WORDS)
    plain = re.sub(r'["“”]', " ", rest) if phrases else rest
    return Query(
        " ".join(plain.split()), (telling or words)[:MAX_WORDS], phrases, excluded, filters
    )


def split_words(text: str) -> Iterator[str]:
    """Yield the words of a text as they are looked for, lower case."""
    for word in _WORD.findall(text):
        yield from pieces(word.casefold())


def _take_filters(text: str) -> tuple[str, Filters]:
    filters = NO_FILTERS

    def take(match: re.Match[str]) -> str:
        nonlocal filters
        added = _with_field(filters, match.group(1).lower(), match.group(2).strip('"'))
        filters = added or filters
        return " " if added else match.group()

    return _FIELD.sub(take, text), filters


def _with_field(filters: Filters, name: str, value: str) -> Filters | None:
    if name == "path":
        return filters._replace(path=value)
    if name == "type":
        return filters._replace(types=(*filters.types, value.lower().lstrip(".")))
    if name == "tag":
        return filters._replace(tags=(*filters.tags, value))
    if name == "lang":
        return filters._replace(languages=(*filters.languages, value.lower()))
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


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text, but for case and white space."""
    return _folded(phrase) in _folded(text)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def quote(word: str) -> str:
    """Return a word or phrase as the full-text index takes it literally."""
    return '"' + word.replace('"', '""') + '"'
