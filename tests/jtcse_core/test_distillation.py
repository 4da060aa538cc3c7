"""An ensemble's vectors are computed once, and a single tower learns them."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from jtcse_core.config import DistillConfig
from jtcse_core.corpus import Corpus, build_corpus, read_corpus
from jtcse_core.errors import ConfigError, OutputError, TrainingError
from jtcse_core.events import Event, StepsDone, TeacherEncoded
from jtcse_core.recipes import read_recipe
from jtcse_core.teaching import BLOCK, teacher_vectors
from jtcse_core.torch_encoder import load_torch_encoder
from jtcse_core.towers import load_tower
from jtcse_core.training.distillation import distill
from jtcse_core.training.losses import distillation_terms
from tests.jtcse_core.tiny import SENTENCES, MakeCheckpoint

pytestmark = pytest.mark.torch

SMALL: dict[str, Any] = {
    "steps": 40,
    "batch_size": 8,
    "max_length": 12,
    "learning_rate": 3e-3,
    "eval_every": 20,
    "save_every": 20,
    "log_every": 1,
}


def config(**changes: Any) -> DistillConfig:
    return replace(DistillConfig(), **{**SMALL, **changes})


def agreement(student: Path, teacher: str) -> float:
    """Return the mean cosine between a student's vectors and a teacher's."""
    one, two = (load_torch_encoder(e).encode(SENTENCES) for e in (str(student), teacher))
    return float((one * two).sum(axis=1).mean())


@pytest.mark.parametrize("objective", ["embedding", "mse", "similarity", "both"])
def test_the_loss_of_a_student_falls(
    checkpoint: Path, other_checkpoint: Path, corpus: Path, tmp_path: Path, objective: str
) -> None:
    events: list[Event] = []
    distill(
        config(objective=objective, steps=120),
        [str(checkpoint), str(other_checkpoint)],
        read_corpus([corpus]),
        tmp_path / "out",
        tmp_path / "cache",
        on_event=events.append,
    )
    losses = [e.loss for e in events if isinstance(e, StepsDone)]
    assert np.mean(losses[-20:]) < 0.9 * np.mean(losses[:20])


def test_a_student_comes_nearer_to_the_ensemble_than_its_first_tower_was(
    checkpoint: Path, other_checkpoint: Path, corpus: Path, tmp_path: Path
) -> None:
    spec = f"{checkpoint} + {other_checkpoint}"
    distill(config(), [spec], read_corpus([corpus]), tmp_path / "out", tmp_path / "cache")
    assert agreement(tmp_path / "out", spec) > agreement(checkpoint, spec)


def test_a_student_may_have_fewer_layers(
    checkpoint: Path, other_checkpoint: Path, corpus: Path, dev: Path, tmp_path: Path
) -> None:
    distill(
        config(layers=(0, 3)),
        [f"0.3*{checkpoint} + 0.7*{other_checkpoint}"],
        read_corpus([corpus]),
        tmp_path / "out",
        tmp_path / "cache",
        dev=dev,
    )
    assert load_tower(tmp_path / "out").depth == 2


def test_a_student_of_another_width_learns_similarities_alone(
    checkpoint: Path, make_checkpoint: MakeCheckpoint, corpus: Path, tmp_path: Path
) -> None:
    small = make_checkpoint(6, hidden=8)
    run: Any = ([str(checkpoint)], read_corpus([corpus]), tmp_path / "out", tmp_path / "cache")
    with pytest.raises(ConfigError, match="8 dimensions, the teacher 16"):
        distill(config(base=str(small)), *run)
    distill(config(base=str(small), objective="similarity", steps=3), *run)
    assert load_tower(tmp_path / "out").dim == 8


def test_a_student_that_cannot_read_so_far_is_refused(
    checkpoint: Path, make_checkpoint: MakeCheckpoint, corpus: Path, tmp_path: Path
) -> None:
    student = make_checkpoint(0, "roberta")  # reads 38 tokens, the teacher 40
    with pytest.raises(ConfigError, match="max_length 40"):
        distill(
            config(base=str(student), max_length=40, steps=1),
            [str(checkpoint)],
            read_corpus([corpus]),
            tmp_path / "out",
            tmp_path / "cache",
        )


def test_the_recipe_names_the_teacher(checkpoint: Path, corpus: Path, tmp_path: Path) -> None:
    distill(
        config(steps=2),
        [f"0.5*{checkpoint}"],
        read_corpus([corpus]),
        tmp_path / "out",
        tmp_path / "cache",
    )
    (member,) = read_recipe(tmp_path / "out")["teacher"]["members"]
    assert (member["name"], member["weight"]) == (checkpoint.name, 0.5)


def unit(seed: int, n: int = 6, d: int = 5) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return functional.normalize(torch.randn(n, d, generator=generator, dtype=torch.float64), dim=-1)


@pytest.mark.parametrize("objective", ["embedding", "mse", "both"])
def test_a_student_that_agrees_costs_nothing(objective: str) -> None:
    x = unit(1)
    for term in distillation_terms(config(objective=objective), x, x).values():
        assert float(term.value) == pytest.approx(0.0, abs=1e-9)


def test_similarities_do_not_see_a_common_rotation() -> None:
    x = unit(1)
    turned = x @ torch.linalg.qr(torch.randn(5, 5, dtype=torch.float64)).Q
    (term,) = distillation_terms(config(objective="similarity"), turned, x).values()
    assert float(term.value) == pytest.approx(0.0, abs=1e-9)


def test_the_similarity_term_is_the_divergence_of_in_batch_distributions() -> None:
    student, teacher = unit(1), unit(2)
    (term,) = distillation_terms(
        config(objective="similarity", student_temperature=0.1, teacher_temperature=0.2),
        student,
        teacher,
    ).values()
    expected = 0.0
    for i in range(6):
        others = [j for j in range(6) if j != i]
        q = torch.softmax(torch.stack([student[i] @ student[j] for j in others]) / 0.1, 0)
        p = torch.softmax(torch.stack([teacher[i] @ teacher[j] for j in others]) / 0.2, 0)
        expected += float((p * (p / q).log()).sum()) / 6
    assert float(term.value) == pytest.approx(expected, rel=1e-9)


# The teacher's vectors on disk.


class CountingEncoder:
    """A real, deterministic encoder that counts the texts it was asked for."""

    dim = 4

    def __init__(self, name: str = "counting", fail_after: int | None = None) -> None:
        self.name = self.fingerprint = name
        self.asked = 0
        self._fail_after = fail_after

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._fail_after is not None and self.asked >= self._fail_after:
            raise KeyboardInterrupt
        self.asked += len(texts)
        rows = np.array([[len(t), ord(t[0]), ord(t[-1]), 1] for t in texts], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def numbers(n: int) -> Corpus:
    return build_corpus([("numbers", (f"sentence number {i}" for i in range(n)))])


def test_vectors_are_computed_once(tmp_path: Path) -> None:
    encoder, corpus = CountingEncoder(), numbers(10)
    events: list[Event] = []
    first = teacher_vectors(encoder, corpus, tmp_path)
    again = teacher_vectors(encoder, corpus, tmp_path, events.append)
    np.testing.assert_array_equal(first, encoder.encode(list(corpus.sentences)))
    np.testing.assert_array_equal(first, again)
    assert encoder.asked == 20  # ten for the cache, ten for the comparison here
    assert events == [TeacherEncoded(10, 10, cached=True)]


def test_another_teacher_or_corpus_has_vectors_of_its_own(tmp_path: Path) -> None:
    teacher_vectors(CountingEncoder("a"), numbers(10), tmp_path)
    teacher_vectors(CountingEncoder("b"), numbers(10), tmp_path)
    teacher_vectors(CountingEncoder("a"), numbers(11), tmp_path)
    assert len(list(tmp_path.glob("*.npy"))) == 3


def test_an_interrupted_teacher_goes_on_where_it_stopped(tmp_path: Path) -> None:
    corpus = numbers(3 * BLOCK)
    with pytest.raises(KeyboardInterrupt):
        teacher_vectors(CountingEncoder(fail_after=2 * BLOCK), corpus, tmp_path)
    again = CountingEncoder()
    vectors = teacher_vectors(again, corpus, tmp_path)
    assert again.asked == BLOCK
    np.testing.assert_array_equal(vectors, again.encode(list(corpus.sentences)))


def test_progress_of_vectors_that_are_gone_does_not_count(tmp_path: Path) -> None:
    corpus = numbers(2 * BLOCK)
    with pytest.raises(KeyboardInterrupt):
        teacher_vectors(CountingEncoder(fail_after=BLOCK), corpus, tmp_path)
    (partial,) = tmp_path.glob("*.npy")
    partial.unlink()
    with pytest.raises(KeyboardInterrupt):
        teacher_vectors(CountingEncoder(fail_after=0), corpus, tmp_path)
    encoder = CountingEncoder()
    vectors = teacher_vectors(encoder, corpus, tmp_path)
    np.testing.assert_array_equal(vectors, encoder.encode(list(corpus.sentences)))


def test_a_damaged_cache_is_computed_again(tmp_path: Path) -> None:
    corpus = numbers(10)
    teacher_vectors(CountingEncoder(), corpus, tmp_path)
    (cached,) = tmp_path.glob("*.npy")
    os.truncate(cached, 100)
    encoder = CountingEncoder()
    teacher_vectors(encoder, corpus, tmp_path)
    assert encoder.asked == 10


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        teacher_vectors(CountingEncoder(), numbers(3), tmp_path / "file" / "cache")


def test_a_teacher_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    class Broken(CountingEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.full((len(texts), self.dim), np.nan, dtype=np.float32)

    with pytest.raises(TrainingError, match="not finite"):
        teacher_vectors(Broken(), numbers(3), tmp_path)
    assert not [p for p in tmp_path.glob("*.npy") if "partial" not in p.name]
