"""One tower, and two towers that look at each other while they train.

A tower is a plain BERT or RoBERTa of transformers with pooling on top; what is saved of it is
that plain checkpoint. The twin tower adds no parameters: its cross-attention exists in
training alone.

The wiring of the cross-attention is our reading of JTCSE (arXiv 2505.02366), whose published
code does not show it. Next to each tower's own stream of hidden states runs a second stream.
At n equally spaced layers the second streams attend across: tower I's queries, projected by
tower I, meet the keys and values of tower II's second stream, projected by tower II, and the
reverse. Tower I's own output projection and feed-forward network follow. At all other layers
a second stream is an ordinary layer of its tower. Below the first crossing both streams are
one and are computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from jtcse_core.errors import ConfigError, EncoderDamaged
from jtcse_core.export.source import POOLINGS, Source, read_source, silence_transformers

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Tokens:
    """A padded batch of token ids.

    Attributes:
        ids: int64, (B, T).
        mask: int64, (B, T); 1 for a token that is read, 0 for padding.
    """

    ids: Tensor
    mask: Tensor


@dataclass(frozen=True)
class TowerOutput:
    """A tower's reading of a batch.

    Attributes:
        embedding: The pooled last hidden state, not normalised, (B, d).
        pooler: tanh of a linear map of the first token's state, (B, d).
        streams: Hidden states after the embeddings and after each layer, L + 1 of (B, T, d);
            empty unless asked for.
    """

    embedding: Tensor
    pooler: Tensor
    streams: tuple[Tensor, ...] = ()


@dataclass(frozen=True)
class TwinOutput:
    """Both towers' readings of a batch, and what each sees through the other.

    Attributes:
        first: Tower I.
        second: Tower II.
        cross_first: Tower I's pooled second stream, (B, d); None without cross-attention.
        cross_second: Tower II's.
    """

    first: TowerOutput
    second: TowerOutput
    cross_first: Tensor | None = None
    cross_second: Tensor | None = None


class Tower(nn.Module):
    """A BERT or RoBERTa encoder with pooling.

    Args:
        model: transformers' `BertModel` or `RobertaModel`, with its pooling layer.
        pooling: `mean` over the tokens that are read, or `cls`, the first token's state.
        max_length: Tokens an encoder made of this tower reads.
    """

    def __init__(self, model: PreTrainedModel, pooling: str, max_length: int) -> None:
        super().__init__()
        if pooling not in POOLINGS:
            raise ConfigError(f"unknown pooling {pooling!r}", f"one of: {', '.join(POOLINGS)}")
        self.model: Any = model
        self.pooling = pooling
        self.max_length = max_length

    @property
    def dim(self) -> int:
        """Components of an embedding."""
        return int(self.model.config.hidden_size)

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.model.encoder.layer)

    def forward(self, tokens: Tokens, *, keep_streams: bool = False) -> TowerOutput:
        """Read a batch."""
        out = self.model(
            input_ids=tokens.ids, attention_mask=tokens.mask, output_hidden_states=keep_streams
        )
        return TowerOutput(
            self.pool(out.last_hidden_state, tokens.mask),
            out.pooler_output,
            tuple(out.hidden_states) if keep_streams else (),
        )

    def pool(self, states: Tensor, mask: Tensor) -> Tensor:
        """Pool token states (B, T, d) into (B, d)."""
        if self.pooling == "cls":
            return states[:, 0]
        weights = mask.unsqueeze(-1).to(states.dtype)
        return (states * weights).sum(1) / weights.sum(1).clamp_min(1.0)

    def freeze_embeddings(self) -> None:
        """Train the transformer layers alone."""
        self.model.embeddings.requires_grad_(False)

    def keep_layers(self, kept: Sequence[int]) -> None:
        """Drop all layers but those named, in the order given; indices count from 0.

        Raises:
            ConfigError: None is named, or one is not there.
        """
        if not kept or not all(0 <= i < self.depth for i in kept):
            raise ConfigError(
                f"layers {list(kept)} cannot be kept of a model of {self.depth}",
                f"indices count from 0 to {self.depth - 1}",
            )
        layers = self.model.encoder.layer
        self.model.encoder.layer = nn.ModuleList([layers[i] for i in kept])
        self.model.config.num_hidden_layers = len(kept)


class TwinTower(nn.Module):
    """Two towers, with cross-attention between them at equally spaced layers.

    Args:
        first: Tower I.
        second: Tower II.
        cross_layers: How many layers attend across; 0 makes it two independent towers.

    Raises:
        ConfigError: The towers' shapes differ, or there are fewer layers than `cross_layers`.
    """

    def __init__(self, first: Tower, second: Tower, cross_layers: int) -> None:
        super().__init__()
        self.first = first
        self.second = second
        self.crossed = equally_spaced(cross_layers, first.depth)
        _refuse_mismatch(first, second)

    def forward(self, first: Tokens, second: Tokens) -> TwinOutput:
        """Read a batch: row i of `first` and of `second` is the same view of one sentence."""
        cross = bool(self.crossed)
        one = self.first(first, keep_streams=cross)
        two = self.second(second, keep_streams=cross)
        if not cross:
            return TwinOutput(one, two)
        x1, x2 = self._second_streams(one, two, first.mask, second.mask)
        return TwinOutput(
            one, two, self.first.pool(x1, first.mask), self.second.pool(x2, second.mask)
        )

    def _second_streams(
        self, one: TowerOutput, two: TowerOutput, mask1: Tensor, mask2: Tensor
    ) -> tuple[Tensor, Tensor]:
        fork = self.crossed[0]
        x1, x2 = one.streams[fork], two.streams[fork]
        layers1, layers2 = self.first.model.encoder.layer, self.second.model.encoder.layer
        for i in range(fork, self.first.depth):
            l1, l2 = layers1[i], layers2[i]
            if i in self.crossed:
                x1, x2 = attend(l1, l2, x1, x2, mask2), attend(l2, l1, x2, x1, mask1)
            else:
                x1, x2 = attend(l1, l1, x1, x1, mask1), attend(l2, l2, x2, x2, mask2)
        return x1, x2


def equally_spaced(n: int, depth: int) -> tuple[int, ...]:
    """Return n of `depth` layer indices at equal distances, the last layer among them.

    Raises:
        ConfigError: n is not between 0 and `depth`.
    """
    if not 0 <= n <= depth:
        raise ConfigError(f"{n} cross-attended layers of {depth}", f"from 0 to {depth}")
    return tuple((k + 1) * depth // n - 1 for k in range(n))


def attend(query_layer: Any, key_layer: Any, x: Tensor, y: Tensor, mask: Tensor) -> Tensor:
    """Run `query_layer` on x, its attention going to y through `key_layer`'s keys and values.

    With one layer and one stream in both places this is the layer itself.

    Args:
        query_layer: A transformers `BertLayer` or `RobertaLayer`: queries, output projection
            and feed-forward network are its own.
        key_layer: The layer whose key and value projections read y.
        x: (B, T, d).
        y: (B, U, d).
        mask: Which positions of y are read, (B, U).

    Returns:
        (B, T, d).
    """
    own, other = query_layer.attention.self, key_layer.attention.self

    def heads(projection: Any, states: Tensor) -> Tensor:
        projected: Tensor = projection(states)
        return projected.view(*states.shape[:2], -1, own.attention_head_size).transpose(1, 2)

    attended = functional.scaled_dot_product_attention(
        heads(own.query, x),
        heads(other.key, y),
        heads(other.value, y),
        attn_mask=mask[:, None, None, :].bool(),
        dropout_p=own.dropout.p if query_layer.training else 0.0,
    )
    states = query_layer.attention.output(attended.transpose(1, 2).flatten(2), x)
    out: Tensor = query_layer.feed_forward_chunk(states)
    return out


def load_tower(
    folder: Path,
    pooling: str | None = None,
    max_length: int | None = None,
    dropout: float | None = None,
) -> Tower:
    """Load a tower from a transformers or sentence-transformers folder.

    Args:
        folder: Where it stands.
        pooling: Overrides what the folder says.
        max_length: Overrides what the folder says.
        dropout: Rules in training instead of the checkpoint's own, which stays in its
            configuration and is what is saved.

    Raises:
        EncoderNotFound: The folder holds no checkpoint.
        EncoderDamaged: Its weights are missing, broken or those of another model.
        ConfigError: It is of a family, or pools in a way, that is not supported.
    """
    source = read_source(folder, pooling, max_length)
    model = _load_model(source)
    if dropout is not None:
        # Not in the configuration: whoever trains on from what is saved wants the checkpoint's.
        for module in model.modules():
            if isinstance(module, nn.Dropout):
                module.p = dropout
    return Tower(model, source.pooling, source.max_length)


def _load_model(source: Source) -> PreTrainedModel:
    from transformers import AutoModel

    silence_transformers()
    try:
        model, info = AutoModel.from_pretrained(
            source.folder,
            attn_implementation="sdpa",
            dtype=torch.float32,
            output_loading_info=True,
        )
    except Exception as error:  # transformers' and safetensors' errors share no root
        raise EncoderDamaged(
            f"the weights in {source.folder} cannot be loaded: {str(error).splitlines()[0]}",
            "fetch or train the checkpoint again",
        ) from error
    # A checkpoint may lack the pooler, which starts at random then; nothing else may.
    missing = [key for key in info["missing_keys"] if not key.startswith("pooler.")]
    if missing:
        raise EncoderDamaged(
            f"{source.folder} lacks {len(missing)} weights of the model, {missing[0]} among them",
            "give a checkpoint whose weights belong to its config.json",
        )
    return model.eval()


def _refuse_mismatch(first: Tower, second: Tower) -> None:
    for what in ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size"):
        one, two = (getattr(tower.model.config, what) for tower in (first, second))
        if one != two:
            raise ConfigError(
                f"the towers do not match: {what} is {one} in tower I and {two} in tower II",
                "give two towers of one architecture and one vocabulary",
            )
