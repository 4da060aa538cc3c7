"""Which letters beyond ASCII languages write: tells in what code page a text of theirs is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from indexes.language import language_of

SAMPLE_CHARS = 20_000

_LETTERS = {
    "en": "éèêëàâäáïíñöôóüúçæœøåß", "de": "äöüßéèàâêçñôë", "fr": "àâæçéèêëîïôœùûüÿ",
    "es": "áéíñóúüïç", "pt": "àáâãçéêíóôõúü", "gl": "áéíïñóúüç", "it": "àèéìíîòóùú",
    "ca": "àçèéíïòóúü", "oc": "àáçèéêíïòóôúüñ", "ro": "ăâîșțşţ", "nl": "éëïóöèüêáàâç",
    "sv": "åäöéàü", "da": "æøåéèáö", "no": "æøåéèòôóâ", "fi": "äåöšž", "et": "äõöüšž",
    "hu": "áéíóöőúüű", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž", "hr": "čćđšž", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "tr": "çğıöşüâîû",
    "eo": "ĉĝĥĵŝŭ", "is": "áðéíóúýþæö",
    "vi": "àáãạảăằắẵặẳâầấẫậẩđèéẽẹẻêềếễệểìíĩịỉòóõọỏôồốỗộổơờớỡợởùúũụủưừứữựửỳýỹỵỷ",
}  # fmt: skip
_SETS = {language: frozenset(letters) for language, letters in _LETTERS.items()}

_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_SIGNS = frozenset("’‘“”„‚–—…«»‹›•·§°€£©®™¿¡ªº½\xa0\xad")
_OPENING = frozenset("„‚¿¡")
_WITHIN_WORDS = frozenset("’·\xad")


def fit(text: str) -> float:
    """Return the share of a text's characters beyond ASCII that its language writes, 0 to 1.

    Where the language cannot be told, it is the one that fits best: a wrong code page mixes
    letters that no language has together.
    """
    sample = unicodedata.normalize("NFC", text[:SAMPLE_CHARS])
    letters: Counter[str] = Counter()
    good = 0
    for found in _BEYOND_ASCII.finditer(sample):
        char = found.group()
        if char.isalpha():
            letters[char.lower()] += 1
        elif _is_sign(sample, found.start()):
            good += 1
        else:
            letters[char] += 1
    total = letters.total() + good
    if not total:
        return 0.0
    told = _SETS.get(language_of(sample))
    known = max(_written(letters, alphabet) for alphabet in ([told] if told else _SETS.values()))
    return (good + known) / total


def _is_sign(text: str, i: int) -> bool:
    """Whether a sign stands where it may: within few words, and some not after one."""
    if text[i] in _WITHIN_WORDS or not text[i - 1 : i].isalpha():
        return text[i] in _SIGNS
    return text[i] in _SIGNS - _OPENING and not text[i + 1 : i + 2].isalpha()


def _written(letters: Counter[str], alphabet: frozenset[str]) -> int:
    return sum(count for letter, count in letters.items() if letter in alphabet)
