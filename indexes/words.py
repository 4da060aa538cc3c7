"""A word as the full-text index has it: the one place where words of texts are told.

The index folds case, and takes marks off Latin letters, by itself, and has its own mind of both:
to it `Straße` is not `strasse`, and most letters with a mark are other letters than those whose
mark stands apart. So a word is handed over as it was typed, and in its other forms beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from indexes.unsegmented import pieces

MARK = "\u0301"
"""What stands for any combining mark in an outline."""

_WORD = re.compile(rf"\w[\w{MARK}]*")
_VOICED = re.compile("[\u3099\u309a]")
_REMEMBERED = 4096
_LEAST_REPLACED = "\u02b9"


class _Outlined(dict[int, int]):
    """Marks as `MARK`, all else as it is; filled as characters come."""

    def __missing__(self, code: int) -> int:
        from unicodedata import category  # what most searches do not need

        shown = ord(MARK) if category(chr(code))[0] == "M" else code
        if len(self) < _REMEMBERED:
            self[code] = shown
        return shown


_outlined = _Outlined()


def outline(text: str) -> str:
    r"""Return the text, as long as it is, with `MARK` for every combining mark.

    To regular expressions a mark is no part of a word: `\w` and `MARK` are.
    """
    return text if text.isascii() else text.translate(_outlined)


def to_its_marks(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return a span with the combining marks behind it, which the index has in no term."""
    start, end = span
    while end < len(text) and outline(text[end]) == MARK:
        end += 1
    return start, end


def has_word(text: str) -> bool:
    """Whether there is a word in a text."""
    return re.search(r"\w", text) is not None


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text as they are looked for."""
    if text.isascii():
        yield from _WORD.findall(text.lower())
        return
    for match in _WORD.finditer(outline(text)):
        word = text[match.start() : match.end()]
        if _VOICED.search(word):
            word = _normal("NFC", word)  # a pair of characters is cut from what is whole
        yield from pieces(word.lower() if word.isascii() else word)


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Return words in order, each once: two that differ in case alone are one."""
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(key(word), word)
    return tuple(found.values())


def key(word: str) -> str:
    """Return what words have in common that differ in case, or in how marks are written."""
    return word.lower() if word.isascii() else _normal("NFC", word).lower()


def forms(text: str) -> tuple[str, ...]:
    """Return the ways in which documents may have a word or phrase, as it was typed first."""
    return (text,) if text.isascii() else _forms(text)


@lru_cache(_REMEMBERED)
def _forms(text: str) -> tuple[str, ...]:
    whole, apart = _normal("NFC", text), _normal("NFD", text)
    folded_whole = _normal("NFC", whole.casefold())
    return tuple(dict.fromkeys((text, whole, apart, _joined(whole), folded_whole)))


def _joined(text: str) -> str:
    """Return a composed text with those letters whole that composing leaves apart, or replaces."""
    if max(text, default="") >= _LEAST_REPLACED:
        for composed, letter in _never_composed():
            text = text.replace(composed, letter)
    return text


@lru_cache(1)
def _never_composed() -> tuple[tuple[str, str], ...]:
    """Return what letters of Greek, Indic scripts and Hebrew become when composed, and them."""
    codes = (*range(0x370, 0x400), *range(0x900, 0x1000), *range(0x1F00, 0x2000))
    letters = map(chr, (*codes, *range(0xFB1D, 0xFB50)))
    pairs = [(_normal("NFC", letter), letter) for letter in letters]
    changed = [pair for pair in pairs if pair[0] != pair[1] and pair[1].isalpha()]
    return tuple(sorted(changed, key=lambda pair: -len(pair[0])))


def any_of(texts: Iterable[str]) -> str:
    """Return the full-text query that any of the words or phrases satisfies, in any form."""
    return " OR ".join(quote(form) for text in texts for form in forms(text))


def all_of(texts: Iterable[str]) -> str:
    """Return the full-text query that each of the words or phrases satisfies, in any form."""
    return " AND ".join(f"({any_of([text])})" for text in texts)


def quote(text: str) -> str:
    """Return a word or phrase as the full-text index takes it literally."""
    return '"' + text.replace('"', '""') + '"'


def folded(text: str) -> str:
    """Return a text but for case, white space, and how marks are written."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(_normal("NFC", _normal("NFC", text).casefold()).split())


def _normal(form: str, text: str) -> str:
    from unicodedata import normalize  # what most searches do not need

    return normalize(form, text)  # type: ignore[arg-type]
