"""What each step reads: decided by seed and position alone.

Example k of a run is the same sentence, in the same views, whoever reads it and whenever: a
resumed run and a run over several processes read what one uninterrupted process reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from jtcse_core.augmentation import Augmentation, View, hidden_positions, make_view
from jtcse_core.corpus import Corpus
from jtcse_core.torch_encoder import pad


@dataclass(frozen=True)
class Example:
    """One reading of one sentence.

    Attributes:
        position: Its place in the run, which seeds its views.
        sentence: Its index in the corpus.
    """

    position: int
    sentence: int


class Schedule(Dataset[Example]):
    """The examples of a whole run: the corpus in a new random order each time around.

    Args:
        sentences: Size of the corpus.
        length: Examples in the run.
        seed: Of the orders.
    """

    def __init__(self, sentences: int, length: int, seed: int) -> None:
        self._sentences = sentences
        self._length = length
        self._seed = seed
        self._round = -1
        self._order = np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, position: int) -> Example:
        turn, place = divmod(position, self._sentences)
        if turn != self._round:
            self._order = np.random.default_rng([self._seed, turn]).permutation(self._sentences)
            self._round = turn
        return Example(position, int(self._order[place]))


@dataclass(frozen=True)
class Side:
    """How one tower reads.

    Attributes:
        tokenizer: Its tokenizer.
        augmentations: Ways to make its second view, one drawn for each sentence.
    """

    tokenizer: Any
    augmentations: tuple[Augmentation, ...]


class PairCollator:
    """Makes the two views of each sentence for each tower: first views, then second views.

    Gives `ids_1`, `mask_1` (and `ids_2`, `mask_2`), each int64 of shape (2B, T).
    """

    def __init__(self, corpus: Corpus, sides: Sequence[Side], max_length: int, seed: int) -> None:
        self._corpus = corpus
        self._sides = sides
        self._max_length = max_length
        self._seed = seed

    def __call__(self, examples: Sequence[Example]) -> dict[str, Tensor]:
        """Tokenise a batch."""
        batch: dict[str, Tensor] = {}
        plain = [View(self._corpus.sentences[example.sentence]) for example in examples]
        for number, side in enumerate(self._sides, start=1):
            rngs = [Random(f"{self._seed}:{e.position}:{number}") for e in examples]
            second = [
                draw_view(self._corpus, e.sentence, side.augmentations, rng)
                for e, rng in zip(examples, rngs, strict=True)
            ]
            ids, mask = tokenise(plain + second, side.tokenizer, self._max_length, rngs + rngs)
            batch |= {f"ids_{number}": ids, f"mask_{number}": mask}
        return batch


class TaughtCollator:
    """Makes one view of each sentence, with its index among the teacher's vectors.

    Gives `ids_1`, `mask_1`, int64 of shape (B, T), and `rows`, int64 of shape (B,).
    """

    def __init__(self, corpus: Corpus, side: Side, max_length: int, seed: int) -> None:
        self._corpus = corpus
        self._side = side
        self._max_length = max_length
        self._seed = seed

    def __call__(self, examples: Sequence[Example]) -> dict[str, Tensor]:
        """Tokenise a batch."""
        rngs = [Random(f"{self._seed}:{e.position}") for e in examples]
        views = [
            draw_view(self._corpus, e.sentence, self._side.augmentations, rng)
            for e, rng in zip(examples, rngs, strict=True)
        ]
        ids, mask = tokenise(views, self._side.tokenizer, self._max_length, rngs)
        rows = torch.tensor([example.sentence for example in examples])
        return {"ids_1": ids, "mask_1": mask, "rows": rows}


def draw_view(
    corpus: Corpus, sentence: int, augmentations: Sequence[Augmentation], rng: Random
) -> View:
    """Make a view of a sentence in one of the ways, drawn at random."""
    way = rng.choice(augmentations)
    neighbour = corpus.sentences[corpus.neighbour(sentence)]
    return make_view(corpus.sentences[sentence], neighbour, way, rng)


def tokenise(
    views: Sequence[View], tokenizer: Any, max_length: int, rngs: Sequence[Random]
) -> tuple[Tensor, Tensor]:
    """Turn views into ids and mask, each int64 (n, T); hidden tokens have mask 0."""
    rows = tokenizer(
        [view.text for view in views], truncation=True, max_length=max_length, verbose=False
    )["input_ids"]
    tokens = pad(rows, tokenizer.pad_token_id)
    for i, (view, rng) in enumerate(zip(views, rngs, strict=True)):
        if view.cutoff:
            tokens.mask[i, hidden_positions(len(rows[i]), view.cutoff, rng)] = 0
    return tokens.ids, tokens.mask
