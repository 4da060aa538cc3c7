"""Read a sentence-transformers or transformers folder as the source of an export."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jtcse_core.errors import ConfigError, EncoderDamaged, EncoderNotFound, MissingDependency

if TYPE_CHECKING:
    from torch import Tensor, nn

POOLINGS = ("mean", "cls")
FAMILIES = ("bert", "roberta")
"""Model types whose traced graph fuses as `bert` in onnxruntime's optimiser."""

FALLBACK_MAX_LENGTH = 512


@dataclass(frozen=True)
class Source:
    """A checkpoint with everything that decides its vectors.

    Attributes:
        folder: Where it stands.
        family: transformers' model type.
        pooling: `mean` or `cls`.
        max_length: Tokens read, special tokens included.
        positions: Tokens that could be read at most: those that have a position.
        layers: Transformer layers.
        heads: Attention heads of a layer.
        hidden: Components of a vector.
    """

    folder: Path
    family: str
    pooling: str
    max_length: int
    positions: int
    layers: int
    heads: int
    hidden: int


def read_source(folder: Path, pooling: str | None = None, max_length: int | None = None) -> Source:
    """Read a checkpoint's configuration.

    Args:
        folder: A sentence-transformers or transformers folder.
        pooling: Overrides what the folder says; a plain transformers folder says nothing and
            is read as `mean`.
        max_length: Overrides what the folder says.

    Raises:
        EncoderNotFound: The folder holds no checkpoint.
        EncoderDamaged: Its configuration cannot be read.
        ConfigError: It is of a family, or pools in a way, that is not supported.
    """
    config = _read_json(folder / "config.json")
    if config is None:
        raise EncoderNotFound(
            f"{folder} holds no checkpoint: it has no config.json",
            "give a transformers or sentence-transformers folder",
        )
    family = str(config.get("model_type"))
    if family not in FAMILIES:
        raise ConfigError(
            f"{folder} is a {family} model; supported: {', '.join(FAMILIES)}",
            "give a BERT or RoBERTa checkpoint",
        )
    _refuse_unknown_modules(folder)
    try:
        positions = _positions(config)
        return Source(
            folder=folder,
            family=family,
            pooling=pooling or _pooling(folder),
            max_length=_max_length(folder, positions, max_length),
            positions=positions,
            layers=int(config["num_hidden_layers"]),
            heads=int(config["num_attention_heads"]),
            hidden=int(config["hidden_size"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EncoderDamaged(
            f"{folder}/config.json lacks or garbles {error}", "fetch the checkpoint again"
        ) from error


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EncoderDamaged(f"{path} cannot be read: {error}", "fetch it again") from error
    return value if isinstance(value, dict) else {}


def _refuse_unknown_modules(folder: Path) -> None:
    path = folder / "modules.json"
    if not path.is_file():
        return
    try:
        kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in json.loads(path.read_text())]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderDamaged(f"{path} cannot be read: {error}", "fetch it again") from error
    unknown = [kind for kind in kinds if kind not in ("Transformer", "Pooling", "Normalize")]
    if unknown:
        raise ConfigError(
            f"{folder} uses modules that are not supported: {', '.join(unknown)}",
            "give an encoder of transformer, pooling and normalisation alone",
        )


def _pooling(folder: Path) -> str:
    config = _read_json(folder / "1_Pooling" / "config.json")
    if config is None:
        return "mean"
    modes = _pooling_modes(config)
    if len(modes) != 1 or modes[0] not in POOLINGS:
        # sentence-transformers lays the vectors of several modes side by side.
        raise ConfigError(
            f"{folder} pools by {' and '.join(modes) or 'nothing'}; "
            f"supported: {', '.join(POOLINGS)}, one of them",
            "give an encoder that pools one way, or say which pooling to take",
        )
    return modes[0]


def _pooling_modes(config: dict[str, Any]) -> list[str]:
    """Name the modes that are on, in the layout of today or the one of before."""
    stated = config.get("pooling_mode")
    if stated is not None:
        return [str(mode) for mode in stated] if isinstance(stated, list) else [str(stated)]
    prefix = "pooling_mode_"
    on = [k.removeprefix(prefix) for k, v in config.items() if k.startswith(prefix) and v]
    return [mode.removesuffix("_tokens").removesuffix("_token") for mode in on]


def _positions(config: dict[str, Any]) -> int:
    positions = int(config.get("max_position_embeddings", FALLBACK_MAX_LENGTH))
    # RoBERTa counts positions from padding_idx + 1
    return positions - 2 if config["model_type"] == "roberta" else positions


def _max_length(folder: Path, positions: int, override: int | None) -> int:
    if override is not None:
        if not 3 <= override <= positions:
            raise ConfigError(f"max length {override} is not between 3 and {positions}", "")
        return override
    st_config = _read_json(folder / "sentence_bert_config.json") or {}
    tokenizer_config = _read_json(folder / "tokenizer_config.json") or {}
    stated = st_config.get("max_seq_length") or tokenizer_config.get("model_max_length")
    return min(int(stated), positions) if stated else positions


def load_pooled(source: Source) -> nn.Module:
    """Load the checkpoint in torch with pooling and normalisation on top.

    Returns:
        A module from (input_ids, attention_mask, token_type_ids), each int64 of shape
        (batch, tokens), to (token states (batch, tokens, hidden), unit vectors (batch, hidden)).
        Attention is eager: only that graph fuses.
    """
    try:
        import torch
        from transformers import AutoModel
    except ImportError as error:
        raise MissingDependency(
            "an export needs torch and transformers", "pip install 'jtcse[train]'"
        ) from error

    silence_transformers()

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = AutoModel.from_pretrained(
                source.folder, attn_implementation="eager", add_pooling_layer=False
            ).eval()

        def forward(
            self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
        ) -> tuple[Tensor, Tensor]:
            extra = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
            states = self.model(
                input_ids=input_ids, attention_mask=attention_mask, **extra
            ).last_hidden_state
            if source.pooling == "cls":
                pooled = states[:, 0]
            else:
                mask = attention_mask.unsqueeze(-1).to(states.dtype)
                pooled = (states * mask).sum(1) / mask.sum(1)
            return states, torch.nn.functional.normalize(pooled, dim=-1)

    # Not only the inner model: the exporter restores the mode that the outermost module was in.
    return Pooled().eval()


def silence_transformers() -> None:
    """Keep transformers' progress bars and load reports off the terminal."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
