"""Texts that an encoder does not read to their end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jtcse_core.encoding import IndexingEncoder

SPECIAL = 2
"""Tokens that an encoder adds to a text, and that count too."""


def long_texts(encoder: IndexingEncoder, texts: Sequence[str]) -> dict[int, int]:
    """Return those of some texts that are cut: their places, and how many tokens they have.

    A text has hardly ever more tokens than bytes, so that short ones cost nothing; those that come
    again are counted once.
    """
    room = encoder.max_length - SPECIAL
    places = [at for at, text in enumerate(texts) if len(text.encode(errors="replace")) > room]
    if not places:
        return {}
    distinct = list({texts[at] for at in places})
    counts = dict(zip(distinct, encoder.count_tokens(distinct), strict=True))
    return {at: count for at in places if (count := counts[texts[at]]) > room}


def note_of_pair(encoder: IndexingEncoder, a: str, b: str) -> str:
    """Say which of two texts are not read to their end; empty when both are."""
    cut = long_texts(encoder, (a, b))
    names = ("the first text", "the second text")
    read = encoder.max_length - SPECIAL
    told = [f"{names[at]} has {count:,} tokens" for at, count in sorted(cut.items())]
    if not told:
        return ""
    return f"{' and '.join(told)}; only the first {read:,} were read"


def note_of_texts(encoder: IndexingEncoder, count: int) -> str:
    """Say how many texts are not read to their end; empty when all are."""
    if not count:
        return ""
    which = "text is" if count == 1 else "texts are"
    read = encoder.max_length - SPECIAL
    return f"{count:,} {which} longer than {read:,} tokens; what follows those was not read"
