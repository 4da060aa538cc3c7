"""The training backend of the encoder: one tower or a weighted sum of several, in torch.

Slower to start and heavier than `onnx_encoder`, and exact: float32, any checkpoint, a GPU when
there is one. It measures what is trained and teaches what is distilled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from jtcse_core.checkpoints import load_tokenizer
from jtcse_core.ensemble import Member, parse_members
from jtcse_core.errors import ConfigError
from jtcse_core.export.base import find_base
from jtcse_core.towers import Tokens, Tower, load_tower

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOKENS_A_BATCH = 4096
"""Padded tokens encoded at once: short texts run in large batches, long ones in small."""


@dataclass(frozen=True)
class TowerMember:
    """A tower in an ensemble.

    Attributes:
        tower: The tower, in evaluation mode.
        tokenizer: Its tokenizer.
        weight: What its vectors are multiplied with.
    """

    tower: Tower
    tokenizer: Any
    weight: float = 1.0


class TorchEncoder:
    """Encodes with one tower, or with the weighted sum of several.

    Args:
        members: The towers; each reads texts through its own tokenizer.
        name: What the encoder is called.
        device: Where to compute; by default a GPU when there is one.

    Raises:
        ConfigError: There is no member, or their dimensions differ.
    """

    def __init__(
        self,
        members: Sequence[TowerMember],
        name: str,
        device: torch.device | str | None = None,
    ) -> None:
        dims = {member.tower.dim for member in members}
        if len(dims) != 1:
            raise ConfigError(
                f"the encoders do not match: dimensions {sorted(dims)}",
                "an ensemble is made of encoders of one dimension",
            )
        self.name = name
        self.dim = dims.pop()
        self.device = torch.device(device) if device else default_device()
        self._members = list(members)
        for member in members:
            member.tower.to(self.device)

    @property
    def max_length(self) -> int:
        """Tokens read from a text by every member, special tokens included."""
        return min(member.tower.max_length for member in self._members)

    @property
    def fingerprint(self) -> str:
        """Hash over weights, tokenizers, weights of the sum and encoding settings."""
        digest = hashlib.blake2b(digest_size=16)
        for member in self._members:
            settings = (member.weight, member.tower.pooling, member.tower.max_length)
            digest.update(repr(settings).encode())
            digest.update(_tokenizer_bytes(member.tokenizer))
            for key, value in sorted(member.tower.model.state_dict().items()):
                digest.update(key.encode())
                digest.update(value.detach().cpu().contiguous().view(torch.uint8).numpy().data)
        return digest.hexdigest()

    def encode(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode n texts into unit rows, float32 of shape (n, dim).

        Args:
            texts: What is encoded.
            reached: Told after each batch how many texts are done; what it raises ends this.
        """
        raw = torch.from_numpy(self.encode_raw(texts, reached))
        unit: NDArray[np.float32] = functional.normalize(raw, dim=-1).numpy()
        return unit

    def encode_raw(
        self, texts: Sequence[str], reached: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode n texts into the weighted sum of pooled vectors, not normalised, (n, dim)."""
        total = np.zeros((len(texts), self.dim), dtype=np.float32)
        done = 0
        for member in self._members:
            for rows, vectors in self._run(member, list(texts)):
                total[rows] += member.weight * vectors
                done += len(rows)
                if reached:
                    reached(done // len(self._members))
        return total

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens, uncut and without special tokens, by the first tokenizer."""
        tokenizer = self._members[0].tokenizer
        ids = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
        return [len(row) for row in ids]

    def _run(
        self, member: TowerMember, texts: list[str]
    ) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        if not texts:
            return
        tower, tokenizer = member.tower, member.tokenizer
        encoded = tokenizer(texts, truncation=True, max_length=tower.max_length)["input_ids"]
        was_training = tower.training
        tower.eval()
        with torch.inference_mode():
            for rows in length_batches([len(ids) for ids in encoded]):
                tokens = pad([encoded[i] for i in rows], tokenizer.pad_token_id, self.device)
                yield rows, tower(tokens).embedding.float().cpu().numpy()
        tower.train(was_training)


def _tokenizer_bytes(tokenizer: Any) -> bytes:
    """Describe a tokenizer without the truncation and padding that its last call left in it."""
    state = json.loads(tokenizer.backend_tokenizer.to_str())
    return json.dumps({**state, "truncation": None, "padding": None}).encode()


def default_device() -> torch.device:
    """Return a GPU when torch sees one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def length_batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group indices by length, so that little is padded: longest first."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        size = max(1, TOKENS_A_BATCH // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size


def pad(rows: Sequence[Sequence[int]], padding: int, device: torch.device | None = None) -> Tokens:
    """Pad rows of token ids to the longest."""
    width = max(len(row) for row in rows)
    ids = torch.full((len(rows), width), padding, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return Tokens(ids.to(device), mask.to(device))


def load_torch_encoder(
    spec: str | Sequence[Member],
    *,
    pooling: str | None = None,
    max_length: int | None = None,
    allow_download: bool = False,
    device: torch.device | str | None = None,
) -> TorchEncoder:
    """Load a checkpoint, or several as one.

    Args:
        spec: `base`, a checkpoint folder, a folder with `ensemble.json`, a hub id, or a sum of
            such (see `parse_members`); or the members themselves.
        pooling: Overrides what the folders say. Plain transformers folders say nothing and
            are read as `mean`; the JTCSE authors' checkpoints want `cls`.
        max_length: Overrides what the folders say.
        allow_download: Whether a hub id may be fetched.
        device: Where to compute.

    Raises:
        EncoderNotFound: One of them is not there.
        EncoderDamaged: One cannot be read.
        ConfigError: They do not fit together.
    """
    members = []
    for member in parse_members(spec) if isinstance(spec, str) else spec:
        folder = find_base(member.path, allow_download=allow_download)
        tower = load_tower(folder, pooling, max_length)
        members.append(TowerMember(tower, load_tokenizer(folder), member.weight))
    return TorchEncoder(members, _name(spec), device)


def _name(spec: str | Sequence[Member]) -> str:
    if not isinstance(spec, str):
        return " + ".join(f"{m.weight:g}*{Path(m.path).name}" for m in spec)
    return Path(spec).name if Path(spec).expanduser().exists() else spec
