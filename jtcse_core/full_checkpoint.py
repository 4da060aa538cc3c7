"""The other way out: a folder that sentence-transformers loads, to use or to train further."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jtcse_core.card import CARD_FILE, read_card
from jtcse_core.errors import ConfigError, EncoderDamaged, MissingDependency
from jtcse_core.export.base import BASE_NAME, find_base
from jtcse_core.export.layers import LAYERS_FILE, check_layers
from jtcse_core.locations import default_encoder_folder
from jtcse_core.replacing import put_back

DEFAULT_NAME = "default"
_CHECKPOINT_FILE = "modules.json"


def export_checkpoint(
    base: str,
    out: Path,
    *,
    pooling: str | None = None,
    max_length: int | None = None,
    overwrite: bool = False,
    allow_download: bool = False,
) -> Path:
    """Write a checkpoint, in float32, in the layout of sentence-transformers.

    Args:
        base: `default` or an encoder folder that carries its layers, or whatever `find_base`
            takes.
        out: The folder to make. It appears whole or not at all.
        pooling: `mean` or `cls`; by default what the checkpoint says.
        max_length: Tokens to read; by default what the checkpoint says.
        overwrite: Replace such a folder at `out`.
        allow_download: Whether a hub id may be fetched.

    Raises:
        ConfigError: `out` is taken, or a setting does not fit.
        EncoderNotFound: There is no such checkpoint, or the encoder carries no layers.
        EncoderDamaged: It cannot be read.
        MissingDependency: torch, transformers or the base is missing.
        OutputError: `out` cannot be written.
    """
    if find_spec("torch") is None or find_spec("transformers") is None:
        raise MissingDependency("weights need torch and transformers", "pip install 'jtcse[train]'")
    from jtcse_core.checkpoints import load_tokenizer, save_tower
    from jtcse_core.towers import load_tower

    put_back(out)
    _refuse_taken(out, overwrite)
    encoder = default_encoder_folder() if base == DEFAULT_NAME else Path(base).expanduser()
    if base == DEFAULT_NAME or (encoder / CARD_FILE).is_file():
        if pooling or max_length:
            raise ConfigError("an encoder keeps its pooling and max length", "leave both out")
        return _restore(encoder, out)
    folder = find_base(base, allow_download=allow_download)
    tower = load_tower(folder, pooling, max_length)
    save_tower(tower, load_tokenizer(folder), out)
    return out


def _restore(folder: Path, out: Path) -> Path:
    from jtcse_core.checkpoints import load_tokenizer, save_tower
    from jtcse_core.towers import load_tower

    card = read_card(folder)
    check_layers(folder, card)
    base = find_base(BASE_NAME)
    tower = load_tower(base, card.pooling, card.max_length)
    _replace(tower.model, folder / LAYERS_FILE)
    save_tower(tower, load_tokenizer(base), out, card.recipe)
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


def _refuse_taken(out: Path, overwrite: bool) -> None:
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / _CHECKPOINT_FILE).is_file():
        raise ConfigError(f"{out} exists and is not such a folder", "choose another folder")
    if not overwrite:
        raise ConfigError(f"{out} already holds a checkpoint", "add --force to replace it")
