"""Counts tokens by words that were met before: documents repeat theirs, a tokenizer begins anew."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence

from tokenizers import Tokenizer
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

MOST_WORDS = 100_000
"""Words remembered, some 10 MB; then they are forgotten together."""

LONGEST = 64
"""Characters of a word that is remembered."""

_words: Callable[[str], list[str]] = re.compile(r"[^ \t\n\r]+").findall
"""Parts between what every BERT tokenizer takes for a space, before it looks at anything else."""


class TokenCounts:
    """Counts tokens, uncut and without special tokens, as the tokenizer does.

    Args:
        tokenizer: Does not cut. Where it splits at spaces first, as those of BERT do, a word has
            the same tokens wherever it stands, and is tokenized once; others count whole texts.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._by_words = _splits_at_spaces(tokenizer)
        self._known: dict[str, int] = {}
        self._lock = threading.Lock()

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens."""
        if not self._by_words:
            return self._count_whole(texts)
        parts = [_words(text) for text in texts]
        distinct = {word for words in parts for word in words}
        with self._lock:
            self._learn(distinct)
            known = self._known
            counts = [sum(map(known.__getitem__, words)) for words in parts]
            self._forget(distinct)
        return counts

    def _learn(self, words: set[str]) -> None:
        new = list(words.difference(self._known))
        self._known.update(zip(new, self._count_whole(new), strict=True))

    def _forget(self, words: set[str]) -> None:
        """Keep what is likely to come again, and not too much."""
        if len(self._known) > MOST_WORDS:
            self._known.clear()
        for word in words:
            if len(word) > LONGEST:
                self._known.pop(word, None)

    def _count_whole(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]


def _splits_at_spaces(tokenizer: Tokenizer) -> bool:
    """Whether what stands between two spaces is tokenized by itself."""
    added = tokenizer.get_added_tokens_decoder().values()
    return (
        isinstance(tokenizer.normalizer, BertNormalizer)
        and isinstance(tokenizer.pre_tokenizer, BertPreTokenizer)
        and all(token.content.split() == [token.content] for token in added)
    )
