"""What training changed of a base, kept small: the layers that differ, in half precision.

An encoder folder may hold `layers.safetensors` beside its int8 graph. Together with the pinned
base it gives back the whole checkpoint, as a folder that sentence-transformers loads, so that
an encoder can be trained further without carrying its embeddings a second time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jtcse_core.errors import ConfigError, EncoderDamaged, EncoderNotFound, OutputError
from jtcse_core.export.base import BASE_NAME, BASE_SHA256, find_base

if TYPE_CHECKING:
    from torch import Tensor

    from jtcse_core.card import EncoderCard

LAYERS_FILE = "layers.safetensors"
LAYERS = "layers"
"""The entry of a card's `export` that describes the file."""
WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True)
class Layers:
    """Weights that differ from the pinned base.

    Attributes:
        tensors: How many.
        bytes: Size of the file.
        sha256: Its checksum.
        base_sha256: Checksum of the base's weights that they replace a part of.
    """

    tensors: int
    bytes: int
    sha256: str
    base_sha256: str


def write_layers(checkpoint: Path, folder: Path) -> Layers:
    """Write what a checkpoint changed of the pinned base into an encoder folder.

    Raises:
        ConfigError: The checkpoint changed its embeddings, or is not of the base's shape.
        MissingDependency: The base is not installed.
        OutputError: The file cannot be written.
    """
    from safetensors.torch import load_file, save

    base = load_file(find_base(BASE_NAME) / WEIGHTS_FILE)
    changed = _changed(load_file(checkpoint / WEIGHTS_FILE), base)
    path = folder / LAYERS_FILE
    halves = {name: tensor.half().contiguous() for name, tensor in changed.items()}
    try:
        path.write_bytes(save(halves))  # `save_file` leaves a file that others cannot read
    except OSError as error:
        raise OutputError.of(folder, error) from error
    return Layers(len(changed), path.stat().st_size, _sha256(path), BASE_SHA256)


def _changed(trained: dict[str, Tensor], base: dict[str, Tensor]) -> dict[str, Tensor]:
    import torch

    if set(trained) - set(base) or any(trained[k].shape != base[k].shape for k in trained):
        raise ConfigError(
            "the checkpoint is not a retrained all-MiniLM-L6-v2: its weights have other shapes",
            "export it without --with-layers",
        )
    changed = {k: v for k, v in trained.items() if not torch.equal(v, base[k])}
    if any(name.startswith("embeddings.") for name in changed):
        raise ConfigError(
            "the checkpoint's embeddings were trained too; half of it would not be small",
            "train with freeze_embeddings, or export it without --with-layers",
        )
    return changed


def check_layers(folder: Path, card: EncoderCard) -> None:
    """Refuse layers that are not those that the card describes, or belong to another base.

    Raises:
        EncoderNotFound: The folder carries none.
        EncoderDamaged: They differ.
    """
    if not (folder / LAYERS_FILE).is_file():
        raise EncoderNotFound(
            f"{folder} carries no weights for training ({LAYERS_FILE})",
            "give the checkpoint that it was exported from",
        )
    said = card.export.get(LAYERS, {})
    found = _sha256(folder / LAYERS_FILE)
    if said.get("sha256") != found:
        raise EncoderDamaged(
            f"{folder / LAYERS_FILE} has SHA-256 {found}, the card says {said.get('sha256')}",
            "install jtcse again",
        )
    if said.get("base_sha256") != BASE_SHA256:
        raise EncoderDamaged(
            f"the layers in {folder} belong to another base than the one pinned here",
            "use the version of jtcse that they came with",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
