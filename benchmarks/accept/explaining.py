"""Is an explanation true to the score? It adds up, and what it names is what counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.accept.claim import Claim, at_least
from jtcse_core import load_encoder
from jtcse_core.attribution import WordPart, attribute
from jtcse_core.evaluation.beir import read_beir
from jtcse_core.onnx_encoder import OnnxEncoder

REMOVED = 3
TRIPLES = 10
LEAST_WORDS = 12
CASES = 100
COLLECTIONS = ("scifact", "xquad-en", "cranfield")
TOLERANCE = 1e-4
FAITHFUL = 0.85


def faithfulness(
    encoder: OnnxEncoder, cases: Iterable[tuple[str, str]], seed: int = 0
) -> tuple[float, float]:
    """Take the three words with the greatest parts out of each text, and others at random.

    Args:
        encoder: Pools by mean.
        cases: Queries with texts; those of few words are passed over.
        seed: Of the random triples.

    Returns:
        The greatest gap between a cosine and the sum of its parts, and the share of cases in
        which the named words cost more than the mean of ten random triples.
    """
    rng = np.random.default_rng(seed)
    gap, won = 0.0, []
    for query, text in cases:
        direction, vector = encoder.encode([query, text])
        found = attribute(encoder, text, direction)
        total = sum(word.part for word in found.words) + found.rest
        gap = max(gap, abs(total - float(direction @ vector)))
        words = [word for word in found.words if text[word.start].isalnum()]
        if len(words) < LEAST_WORDS:
            continue
        best = sorted(words, key=lambda word: -word.part)[:REMOVED]
        drawn = [rng.choice(len(words), REMOVED, replace=False) for _ in range(TRIPLES)]
        others = [[words[i] for i in triple] for triple in drawn]
        left = encoder.encode([without(text, triple) for triple in (best, *others)]) @ direction
        won.append(bool(left[0] < left[1:].mean()))
    return gap, sum(won) / len(won)


def without(text: str, words: Sequence[WordPart]) -> str:
    """Return a text with some of its words taken out."""
    for word in sorted(words, key=lambda word: -word.start):
        text = text[: word.start] + text[word.end :]
    return text


def explanations(data: Path, scratch: Path) -> Iterator[Claim]:
    """Explain the relevant documents of public queries."""
    encoder = load_encoder()
    cases = [case for name in COLLECTIONS for case in _cases(data / "retrieval" / name)]
    gap, share = faithfulness(encoder, cases)
    what = f"of {len(cases)} explained documents,"
    yield Claim(
        f"{what} the greatest gap between the cosine and the sum of its parts",
        f"{gap:.1e}",
        f"<= {TOLERANCE:g}",
        gap <= TOLERANCE,
    )
    yield at_least(
        f"{what} those where the three words named first count more than random ones",
        round(share, 3),
        FAITHFUL,
    )


def _cases(folder: Path) -> Iterator[tuple[str, str]]:
    beir = read_beir(folder)
    texts = {document.id: document.text for document in beir.documents}
    for query_id, query in list(beir.queries.items())[:CASES]:
        grades = beir.relevance[query_id]
        best = max(grades, key=lambda document: grades[document])
        if query.strip() and texts.get(best):
            yield query, texts[best]
