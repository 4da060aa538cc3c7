"""Installed encoders: which there are, which is used, and what another one would cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.settings import DEFAULT_ENCODER, store_setting
from jtcse_core.card import CARD_FILE, EncoderCard, read_card
from jtcse_core.corpus import Corpus, build_corpus
from jtcse_core.errors import CoreError
from jtcse_core.locations import default_encoder_folder, resolve_encoder

if TYPE_CHECKING:
    from app.paths import Paths
    from app.session import Session
    from app.settings import Settings


class Settled(Protocol):
    """What tells where encoders stand and which one is used; a `Session` does."""

    @property
    def paths(self) -> Paths:
        """Where things are kept."""
        ...

    @property
    def settings(self) -> Settings:
        """What the user set."""
        ...


@dataclass(frozen=True)
class Installed:
    """An encoder that can be used by name.

    Attributes:
        name: What `--model` and `models use` call it.
        folder: Where it stands.
        card: What it says of itself; None when it is damaged.
        problem: Why it cannot be used; empty when it can.
        current: Whether new collections are made with it.
    """

    name: str
    folder: Path
    card: EncoderCard | None
    problem: str
    current: bool


@dataclass(frozen=True)
class ReencodingCost:
    """What it takes to move a collection to another encoder.

    Attributes:
        collection: Its name.
        passages: Passages to encode.
        seconds: Estimate, from the speed of the encoder on this machine now.
    """

    collection: str
    passages: int
    seconds: float


def list_encoders(session: Settled) -> list[Installed]:
    """Return the default encoder and all installed ones."""
    current = session.settings.encoder
    folders = [(DEFAULT_ENCODER, default_encoder_folder())]
    installed = session.paths.encoders
    if installed.is_dir():
        folders += [(p.name, p) for p in sorted(installed.iterdir()) if (p / CARD_FILE).is_file()]
    known = [_describe(name, folder, name == current) for name, folder in folders]
    if not any(encoder.current for encoder in known):
        known.append(_describe(current, Path(current).expanduser(), True))
    return known


def _describe(name: str, folder: Path, current: bool) -> Installed:
    try:
        return Installed(name, folder, read_card(folder), "", current)
    except CoreError as error:
        return Installed(name, folder, None, error.message, current)


def show_encoder(session: Session, name: str) -> Installed:
    """Return one encoder by name or path.

    Raises:
        EncoderNotFound: There is none.
        EncoderDamaged: It cannot be read.
    """
    folder = resolve_encoder(name, session.paths.encoders)
    return Installed(name, folder, read_card(folder), "", name == session.settings.encoder)


def use_encoder(session: Session, name: str) -> None:
    """Make new collections with an encoder from now on; existing ones keep theirs.

    Raises:
        EncoderNotFound: There is none.
        EncoderDamaged: It cannot be read.
    """
    encoder = show_encoder(session, name)
    is_name = name == DEFAULT_ENCODER or encoder.folder.parent == session.paths.encoders
    store_setting(
        session.paths.config, "encoder", name if is_name else str(encoder.folder.resolve())
    )


def reencoding_costs(session: Session, name: str) -> list[ReencodingCost]:
    """Return what moving each collection of another encoder to this one would take."""
    encoder = show_encoder(session, name)
    assert encoder.card is not None
    others = [
        info
        for info in map(session.describe, session.catalog.names())
        if info.passages and info.fingerprint != encoder.card.fingerprint
    ]
    if not others:
        return []
    rate = _passages_per_second(session, str(encoder.folder))
    return [ReencodingCost(info.name, info.passages, info.passages / rate) for info in others]


def _passages_per_second(session: Session, location: str) -> float:
    """Time the encoder on passages of a usual length, about 100 words."""
    from jtcse_core.export.parity import parity_sentences

    sentences = parity_sentences()
    passages = [" ".join(sentences[i : i + 8]) for i in range(0, min(len(sentences), 48), 8)]
    encoder = session.encoder(location)
    encoder.encode(passages[:2])
    began = time.perf_counter()
    encoder.encode(passages)
    return len(passages) / max(time.perf_counter() - began, 1e-6)


def collection_corpus(session: Session, names: list[str]) -> Corpus:
    """Return the sentences of collections as a corpus to train on, a source each.

    Raises:
        CollectionNotFound: A name is none.
        DataError: They hold no sentence.
    """
    return build_corpus((name, _sentences(session, name)) for name in names)


def _sentences(session: Session, name: str) -> Iterator[str]:
    from indexes.sentences import sentence_spans

    for text in session.view(name).reader.texts():
        for start, end in sentence_spans(text):
            yield text[start:end]
