"""What training changed of a base, kept small: the layers that differ, in half precision.

An encoder folder may hold `layers.safetensors` beside its int8 graph. Together with the pinned
base it gives back the whole checkpoint, as a folder that sentence-transformers loads, so that
an encoder can be trained further without carrying its embeddings a second time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jtcse_core.card import EncoderCard, read_card
from jtcse_core.errors import ConfigError, EncoderDamaged, EncoderNotFound, OutputError
from jtcse_core.export.base import BASE_NAME, BASE_SHA256, find_base

if TYPE_CHECKING:
    from torch import Tensor

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
    from safetensors.torch import load_file, save_file

    base = load_file(find_base(BASE_NAME) / WEIGHTS_FILE)
    changed = _changed(load_file(checkpoint / WEIGHTS_FILE), base)
    path = folder / LAYERS_FILE
    try:
        save_file({name: tensor.half().contiguous() for name, tensor in changed.items()}, path)
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


def holds_layers(folder: Path) -> bool:
    """Whether an encoder folder can give back its checkpoint."""
    return (folder / LAYERS_FILE).is_file()


def write_checkpoint(folder: Path, out: Path) -> Path:
    """Put base and layers of an encoder together as a sentence-transformers folder.

    Args:
        folder: An encoder folder with `layers.safetensors`.
        out: The folder to make; it appears whole or not at all.

    Raises:
        EncoderNotFound: The folder carries no layers.
        EncoderDamaged: They are not those that its card describes.
        MissingDependency: The base, or what reads it, is not installed.
        OutputError: `out` cannot be written.
    """
    from jtcse_core.checkpoints import load_tokenizer, save_tower
    from jtcse_core.towers import load_tower

    card = read_card(folder)
    if not holds_layers(folder):
        raise EncoderNotFound(
            f"{folder} carries no weights for training ({LAYERS_FILE})",
            "give the checkpoint that it was exported from",
        )
    _check_layers(folder, card)
    base = find_base(BASE_NAME)
    tower = load_tower(base, card.pooling, card.max_length)
    _replace(tower.model, folder / LAYERS_FILE)
    save_tower(tower, load_tokenizer(base), out)
    return out


def _replace(model: Any, path: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        _, unknown = model.load_state_dict(
            {name: tensor.float() for name, tensor in load_file(path).items()}, strict=False
        )
    except (OSError, SafetensorError, RuntimeError) as error:
        raise EncoderDamaged(
            f"{path} cannot be read: {str(error).splitlines()[0]}", "install jtcse again"
        ) from error
    if unknown:
        raise EncoderDamaged(f"{path} holds weights of another model: {unknown[0]}", "")


def _check_layers(folder: Path, card: EncoderCard) -> None:
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
