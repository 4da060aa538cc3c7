"""What a user typed, as words and phrases; nothing typed is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_QUERY_CHARS = 4000
"""Well past the encoder's reach; the rest of a longer query is cut."""

MAX_WORDS = 64

_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”')
_WORD = re.compile(r"\w+")

STOP_WORDS = frozenset(
    "a about above after again all also am an and any are as at be because been before being "
    "below between both but by can could did do does doing down during each few for from further "
    "had has have having he her here hers him his how i if in into is it its itself just me more "
    "most my no nor not now of off on once only or other our out over own same she should so some "
    "such than that the their them then there these they this those through to too under until up "
    "very was we were what when where which while who whom why will with would you your".split()
)  # fmt: skip


@dataclass(frozen=True)
class Query:
    """A parsed query.

    Attributes:
        text: What the encoder reads: the query without its quotation marks.
        words: Distinct words that the lexical side looks for.
        phrases: Phrases that must stand in a passage as they are.
    """

    text: str
    words: tuple[str, ...]
    phrases: tuple[str, ...]

    def match(self) -> str:
        """Return the query for SQLite's full-text index; empty when there is no word."""
        return " OR ".join(quote(word) for word in self.words)

    def phrase_match(self) -> str:
        """Return the full-text query that every phrase satisfies."""
        return " AND ".join(quote(phrase) for phrase in self.phrases)


def parse(text: str) -> Query:
    """Parse what a user typed; lone quotation marks are literal."""
    text = text[:MAX_QUERY_CHARS].strip()
    phrases = tuple(
        phrase.strip() for pair in _QUOTED.findall(text) for phrase in pair if _WORD.search(phrase)
    )
    words = tuple(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))
    telling = tuple(word for word in words if word not in STOP_WORDS)
    plain = re.sub(r'["“”]', " ", text) if phrases else text
    return Query(" ".join(plain.split()), (telling or words)[:MAX_WORDS], phrases)


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text, but for case and white space."""
    return _folded(phrase) in _folded(text)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def quote(word: str) -> str:
    """Return a word or phrase as the full-text index takes it literally."""
    return '"' + word.replace('"', '""') + '"'
