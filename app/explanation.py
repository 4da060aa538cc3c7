"""Why was this found? What meaning and words gave, and which words carry the meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexes.errors import Damaged

if TYPE_CHECKING:
    from app.session import Session
    from indexes.types import Example, Hit

TOP_WORDS = 8


@dataclass(frozen=True)
class Word:
    """A word of a passage, and what it gives to the cosine.

    Attributes:
        text: The word.
        part: Its share of the cosine, over all the places where it stands.
        spans: Those places, as spans into the passage; none where it stands in the headings.
    """

    text: str
    part: float
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Explanation:
    """What a hit's score is made of.

    Attributes:
        dense_part: Share of the score that meaning gave.
        lexical_part: Share of the score that words gave.
        cosine: Raw cosine with what was `compared`; None in lexical mode.
        terms: Words of the query that the passage, its headings or its file name have.
        words: The telling words that carry most of the cosine, the best first; empty where
            there is no cosine, or it cannot be taken apart.
        why_not: Why there are no words; empty where there are.
        rest: What all that is not named gives to the cosine; with the words' parts it adds up.
        bm25: Lexical score; None in dense mode.
        elsewhere: Those of `terms` that the text lacks, each with where it stands.
        compared: What the cosine is with, in words.
    """

    dense_part: float
    lexical_part: float
    cosine: float | None
    terms: tuple[str, ...]
    words: tuple[Word, ...] = ()
    why_not: str = ""
    rest: float = 0.0
    bm25: float | None = None
    elsewhere: tuple[tuple[str, str], ...] = ()
    compared: str = "the query"

    @property
    def found(self) -> tuple[str, ...]:
        """The terms as they are shown, those that the text lacks with where they stand."""
        places = dict(self.elsewhere)
        return tuple(
            f"{term} (in the {places[term]})" if term in places else term for term in self.terms
        )


def explain(session: Session, hit: Hit, query: str, like: Sequence[Example] = ()) -> Explanation:
    """Explain a hit of a search for `query`, or for what is like the examples.

    Raises:
        Damaged: The passage changed since the search.
    """
    from jtcse_core.errors import CoreError

    words: tuple[Word, ...] = ()
    why_not = "only words were compared" if hit.cosine is None else ""
    if hit.cosine is not None:
        try:
            words = _words(session, hit, query, like)
        except CoreError as error:
            why_not = error.message
    rest = (hit.cosine or 0.0) - sum(word.part for word in words)
    return Explanation(
        hit.dense_part,
        hit.lexical_part,
        hit.cosine,
        hit.terms,
        words,
        why_not,
        rest,
        hit.bm25,
        hit.elsewhere,
        _compared(query, like),
    )


def _compared(query: str, like: Sequence[Example]) -> str:
    from indexes.query import parse

    if parse(query).text or not like:
        return "the query"
    return "the examples" if len(like) > 1 else "the example"


def _words(session: Session, hit: Hit, query: str, like: Sequence[Example]) -> tuple[Word, ...]:
    from app.likeness import direction
    from indexes.cutting import encoded_text
    from indexes.query import STOP_WORDS
    from jtcse_core.attribution import attribute
    from jtcse_core.errors import ConfigError
    from jtcse_core.onnx_encoder import OnnxEncoder

    reader = session.view(hit.collection).reader
    with reader.consistent():
        document = reader.documents([hit.document_id]).get(hit.document_id)
        passage = reader.passages([hit.passage_id]).get(hit.passage_id)
    if document is None or passage is None:
        raise Damaged("the document changed since the search", "search again")
    encoder, sought = direction(session, hit.collection, query, like)
    if not isinstance(encoder.plain, OnnxEncoder):
        raise ConfigError(f"{encoder.name} does not show its token states", "")
    text = encoded_text(document.context, passage.heading, passage.text)
    lead = len(text) - len(passage.text)
    parts: dict[str, float] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    for word in attribute(encoder.plain, text, sought).words:
        shown = text[word.start : word.end]
        key = shown.casefold()
        if key in STOP_WORDS or not any(char.isalnum() for char in key):
            continue
        parts[key] = parts.get(key, 0.0) + word.part
        places = spans.setdefault(key, [])
        if word.start >= lead:
            places.append((word.start - lead, word.end - lead))
    best = sorted(parts, key=lambda key: -parts[key])[:TOP_WORDS]
    return tuple(Word(key, parts[key], tuple(spans[key])) for key in best if parts[key] > 0)
