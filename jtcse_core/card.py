"""The encoder folder: what it holds, how it is described, and its fingerprint.

An encoder is a folder with `encoder.json` (this module's card), `tokenizer.json` and
`model.onnx`. The fingerprint is a hash over weights, tokenizer and encoding settings, so
that two encoders share one exactly when they give the same vectors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from jtcse_core.errors import EncoderDamaged, EncoderNotFound
from jtcse_core.packaged import renewal

CARD_FILE = "encoder.json"
TOKENIZER_FILE = "tokenizer.json"
MODEL_FILE = "model.onnx"

ENGLISH = ("en",)
"""What an encoder is taken to know whose card does not say."""

FORMAT_VERSION = 1
"""Version of the folder layout; a newer one is refused rather than misread."""


@dataclass(frozen=True)
class EncoderCard:
    """The contents of `encoder.json`.

    Attributes:
        name: What the encoder is called in messages and lists.
        base: The weights it was made from.
        pooling: `mean` or `cls`; already part of the graph in `model.onnx`.
        dim: Components of a vector.
        max_length: Tokens read from a text, special tokens included; the rest is cut.
        fingerprint: Hash over weights, tokenizer and encoding settings, as hex.
        licence: SPDX name of the licence of the weights.
        recipe: How it was trained; empty for a base that was only exported.
        scores: Measured scores by name.
        export: What the export measured when it verified itself.
        model_bytes: Size of `model.onnx`, tested when the folder is opened.
        background: Evenly spaced quantiles of the cosines between unrelated sentences (see
            `jtcse_core.background`); empty when they were not measured.
        languages: Languages that it was made for, two letters each; empty for every language.
    """

    name: str
    base: str
    pooling: str
    dim: int
    max_length: int
    fingerprint: str
    licence: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    export: Mapping[str, Any] = field(default_factory=dict)
    model_bytes: int = 0
    format_version: int = FORMAT_VERSION
    background: Sequence[float] = ()
    languages: Sequence[str] = ENGLISH


class Described:
    """An encoder, as its card describes it.

    Attributes:
        card: The card.
    """

    card: EncoderCard

    @property
    def name(self) -> str:
        """What the encoder is called in messages."""
        return self.card.name

    @property
    def dim(self) -> int:
        """Components of a vector."""
        return self.card.dim

    @property
    def max_length(self) -> int:
        """Tokens read from a text, special tokens included."""
        return self.card.max_length

    @property
    def fingerprint(self) -> str:
        """Hash over weights, tokenizer and encoding settings."""
        return self.card.fingerprint

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that it was made for; empty for every language."""
        return tuple(self.card.languages)


def compute_fingerprint(folder: Path, *, pooling: str, max_length: int) -> str:
    """Hash weights, tokenizer and encoding settings of an encoder folder.

    Returns:
        32 hexadecimal digits (BLAKE2b, 16 bytes).
    """
    from hashlib import blake2b

    digest = blake2b(digest_size=16)
    digest.update(json.dumps({"pooling": pooling, "max_length": max_length}).encode())
    for name in (TOKENIZER_FILE, MODEL_FILE):
        digest.update(name.encode())
        with (folder / name).open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def write_card(folder: Path, card: EncoderCard) -> None:
    """Write `encoder.json`, last of all files: a folder without it is not an encoder."""
    text = json.dumps(asdict(card), indent=2, ensure_ascii=False, default=dict)
    (folder / CARD_FILE).write_text(text + "\n", encoding="utf-8")


def read_card(folder: Path) -> EncoderCard:
    """Read `encoder.json` and check that the files it describes are there.

    Raises:
        EncoderNotFound: The folder, or the card in it, is missing.
        EncoderDamaged: The card cannot be read, has a field of another kind than ours, is newer
            than this program, or describes other files than those that stand beside it.
    """
    path = folder / CARD_FILE
    if not path.is_file():
        raise EncoderNotFound(
            f"{folder} is not an encoder: it has no {CARD_FILE}",
            _way_to_one(folder),
        )
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        known = {k: v for k, v in fields.items() if k in EncoderCard.__dataclass_fields__}
        card = EncoderCard(**known)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise EncoderDamaged(f"{path} cannot be read: {error}", renewal(folder)) from error
    for name, (kind, fits) in _KINDS.items():
        value = getattr(card, name)
        if not fits(value):
            raise EncoderDamaged(f"{path}: {name} is not {kind}: {value!r:.80}", renewal(folder))
        if name == "format_version" and value > FORMAT_VERSION:
            raise EncoderDamaged(
                f"{folder} was made by a newer jtcse (layout {value})", "upgrade jtcse"
            )
    _check_files(folder, card)
    return card


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _is_size(value: object) -> bool:
    return type(value) is int and 0 < value < 2**31


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _are_rising_numbers(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and all(type(one) in (int, float) for one in value)
        and all(a <= b for a, b in pairwise([-math.inf, *value, math.inf]))
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


_KINDS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "format_version": ("a version", _is_count),  # first: a newer one may have other kinds
    **dict.fromkeys(("name", "base", "pooling", "fingerprint", "licence"), ("a text", _is_text)),
    **dict.fromkeys(("dim", "max_length"), ("a positive whole number", _is_size)),
    **dict.fromkeys(("recipe", "scores", "export"), ("an object", _is_table)),
    "model_bytes": ("a number of bytes", _is_count),
    "background": ("a list of rising numbers", _are_rising_numbers),
    "languages": ("a list of texts", _are_texts),
}
"""What each field of a card must be, as messages say it, and its test."""


def _way_to_one(folder: Path) -> str:
    if (folder / "config.json").is_file() or (folder / "modules.json").is_file():
        return f"it may be the base of one: jtcse export {folder} OUT"
    return "jtcse models list names encoders; jtcse export BASE OUT makes one of a checkpoint"


def _check_files(folder: Path, card: EncoderCard) -> None:
    for name in (MODEL_FILE, TOKENIZER_FILE):
        if not (folder / name).is_file():
            raise EncoderDamaged(f"{folder} lacks {name}", renewal(folder))
    size = (folder / MODEL_FILE).stat().st_size
    if size != card.model_bytes:
        raise EncoderDamaged(
            f"{folder / MODEL_FILE} has {size} bytes, {CARD_FILE} says {card.model_bytes}",
            renewal(folder),
        )
