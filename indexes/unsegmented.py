"""Chinese and Japanese, which put no space between words.

The full-text index takes all that stands between two marks of punctuation for one term. So
what is looked for is cut into pairs of characters, and these are looked for inside terms.
Terms that begin with other letters are not looked into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

FIRST, LAST = "\u3040", "\U0003ffff"
"""Terms that begin so may hold what is looked for."""

_RUN = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+"
)


def runs(text: str) -> list[str]:
    """Return the stretches of a text that have no spaces between their words."""
    return _RUN.findall(text)


def is_run(word: str) -> bool:
    """Whether a word is wholly of such characters."""
    return _RUN.fullmatch(word) is not None


def pieces(word: str) -> Iterator[str]:
    """Yield what is to be looked for of a word: pairs of characters of its runs, and the rest."""
    at = 0
    for match in _RUN.finditer(word):
        if word[at : match.start()]:
            yield word[at : match.start()]
        run = match.group()
        yield from (run[i : i + 2] for i in range(max(len(run) - 1, 1)))
        at = match.end()
    if word[at:]:
        yield word[at:]


def spans_of(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Return where such words stand in a text, those that meet or overlap as one."""
    looked_for = [word for word in words if is_run(word)]
    if not looked_for:
        return []
    found = sorted(
        match.span() for word in looked_for for match in re.finditer(re.escape(word), text)
    )
    return merged(found)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that meet or overlap as one."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole
