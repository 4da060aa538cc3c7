"""Second views of a sentence that need no second model.

An augmentation is named `NAME` or `NAME:RATE`. Each sentence draws one of those configured.

| name | what it does | source |
|---|---|---|
| `none` | leaves the sentence alone: dropout makes the view | SimCSE, arXiv 2104.08821 |
| `repeat` | repeats words, up to the rate of them | ESimCSE, arXiv 2109.04380 |
| `case` | switches the case of words' first letters; only cased tokenizers see it | CARDS, 2022 |
| `cutoff` | hides tokens from the encoder, which keep their positions | ConSERT, arXiv 2105.11741 |
| `crop` | keeps a run of words, at least the rate of them | DeCLUTR, arXiv 2006.03659 |
| `drop` | leaves out words | EDA, arXiv 1901.11196 |
| `adjacent` | takes the next sentence of the source | DeCLUTR, arXiv 2006.03659 |
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from jtcse_core.errors import ConfigError

TextChange = Callable[[list[str], float, Random], list[str]]


@dataclass(frozen=True)
class Augmentation:
    """One way to make a view.

    Attributes:
        name: Its name, see the module's table.
        rate: How much of a sentence it touches, from 0 to 1.
    """

    name: str
    rate: float


@dataclass(frozen=True)
class View:
    """A sentence as a tower is to read it.

    Attributes:
        text: The text.
        cutoff: Share of its tokens to hide.
    """

    text: str
    cutoff: float = 0.0


def repeat_words(words: list[str], rate: float, rng: Random) -> list[str]:
    """Repeat up to max(2, rate · n) randomly chosen words in place (ESimCSE equation 3)."""
    count = rng.randint(0, min(len(words), max(2, math.floor(rate * len(words)))))
    chosen = set(rng.sample(range(len(words)), count))
    return [word for i, word in enumerate(words) for _ in range(2 if i in chosen else 1)]


def switch_case(words: list[str], rate: float, rng: Random) -> list[str]:
    """Switch the case of each word's first letter with the probability of the rate."""
    return [w[:1].swapcase() + w[1:] if rng.random() < rate else w for w in words]


def crop_words(words: list[str], rate: float, rng: Random) -> list[str]:
    """Keep a random run of at least ⌈rate · n⌉ words."""
    least = max(1, math.ceil(rate * len(words)))
    size = rng.randint(least, len(words)) if least < len(words) else len(words)
    start = rng.randint(0, len(words) - size)
    return words[start : start + size]


def drop_words(words: list[str], rate: float, rng: Random) -> list[str]:
    """Leave out each word with the probability of the rate; one always stays."""
    kept = [word for word in words if rng.random() >= rate]
    return kept or [rng.choice(words)]


_CHANGES: dict[str, TextChange] = {
    "repeat": repeat_words,
    "case": switch_case,
    "crop": crop_words,
    "drop": drop_words,
}
_RATES = {
    "none": 0.0,
    "repeat": 0.2,
    "case": 0.15,
    "cutoff": 0.15,
    "crop": 0.6,
    "drop": 0.1,
    "adjacent": 1.0,
}


def parse_augmentations(specs: Sequence[str]) -> tuple[Augmentation, ...]:
    """Read `NAME` or `NAME:RATE` each.

    Raises:
        ConfigError: A name is unknown, or a rate is not between 0 and 1.
    """
    return tuple(_parse(spec) for spec in specs) or (Augmentation("none", 0.0),)


def _parse(spec: str) -> Augmentation:
    name, _, rate = spec.partition(":")
    if name not in _RATES:
        raise ConfigError(f"unknown augmentation {name!r}", f"one of: {', '.join(_RATES)}")
    try:
        value = float(rate) if rate else _RATES[name]
    except ValueError as error:
        raise ConfigError(f"{rate!r} is no rate", "write NAME:RATE, such as crop:0.6") from error
    if not 0.0 <= value <= 1.0:
        raise ConfigError(f"rate {value} of {name} is not between 0 and 1", "")
    return Augmentation(name, value)


def make_view(text: str, neighbour: str, augmentation: Augmentation, rng: Random) -> View:
    """Make a sentence's view.

    Args:
        text: The sentence.
        neighbour: The sentence beside it, which `adjacent` takes.
        augmentation: The way.
        rng: Where chance comes from; equal states give equal views.
    """
    if augmentation.name == "adjacent":
        return View(neighbour)
    if augmentation.name == "cutoff":
        return View(text, augmentation.rate)
    words = text.split()
    change = _CHANGES.get(augmentation.name)
    if change is None or not words:
        return View(text)
    return View(" ".join(change(words, augmentation.rate, rng)))


def hidden_positions(length: int, cutoff: float, rng: Random) -> list[int]:
    """Draw the token positions that a cut-off hides.

    Args:
        length: Tokens, the special first and last included; those are never hidden.
        cutoff: Share of the others to hide; at least one of them stays.
        rng: Where chance comes from.
    """
    inner = max(0, length - 2)
    count = min(math.floor(cutoff * inner + rng.random()), max(0, inner - 1))
    return [1 + i for i in rng.sample(range(inner), count)]
