"""Which of a run's encoders is kept, by what the dev file says of them."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jtcse_core.evaluation.sts import StsPair
from jtcse_core.events import DevScored, Event
from jtcse_core.training.callbacks import Measuring, read_best
from tests.jtcse_core.disk import no_room_on_the_disk

pytestmark = pytest.mark.torch

PAIRS = [StsPair(float(grade), f"left {grade}", f"right {grade}") for grade in range(4)]
RIGHT, NEARLY, CONSTANT = [0.1, 0.3, 0.5, 0.9], [0.1, 0.5, 0.3, 0.9], [1.0, 1.0, 1.0, 1.0]


class InTraining:
    """An encoder that gives its pairs other cosines at each step."""

    def __init__(self, steps: Sequence[list[float]]) -> None:
        self._steps = iter(steps)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        cosines = np.array(next(self._steps))
        right = np.stack([cosines, np.sqrt(1 - cosines**2)], axis=1)
        left = np.tile([1.0, 0.0], (len(cosines), 1))
        return np.concatenate([left, right]).astype(np.float32)


def run(folder: Path, *steps: list[float]) -> tuple[list[int], list[int]]:
    """Measure after each step; return the steps that were kept, and those told as the best."""
    kept: list[int] = []
    events: list[Event] = []
    state = SimpleNamespace(global_step=0, max_steps=len(steps), is_world_process_zero=True)
    encoder: Any = InTraining(steps)
    measuring = Measuring(
        encoder,
        PAIRS,
        lambda: kept.append(state.global_step),
        folder / "best.json",
        lambda figures: None,
        1,
        events.append,
    )
    for step in range(1, len(steps) + 1):
        state.global_step = step
        measuring.on_step_end(None, state, SimpleNamespace(should_log=False))
    return kept, [e.step for e in events if isinstance(e, DevScored) and e.best]


def test_what_none_was_better_than_is_kept(tmp_path: Path) -> None:
    assert run(tmp_path, NEARLY, RIGHT, RIGHT, NEARLY) == ([1, 2], [1, 2])


def test_a_best_score_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    run(tmp_path, NEARLY)
    before = read_best(tmp_path / "best.json")
    with no_room_on_the_disk(), pytest.raises(OSError, match="too large"):
        run(tmp_path, RIGHT)
    assert before is not None
    assert read_best(tmp_path / "best.json") == before


def test_a_step_without_a_correlation_gives_way_to_any_that_has_one(tmp_path: Path) -> None:
    assert run(tmp_path, CONSTANT, NEARLY, CONSTANT, RIGHT) == ([1, 2, 4], [2, 4])
    best = read_best(tmp_path / "best.json")
    assert best is not None
    assert best["step"] == 4
    assert best["spearman"] == pytest.approx(100)


def test_without_any_correlation_the_last_step_is_kept(tmp_path: Path) -> None:
    assert run(tmp_path, CONSTANT, CONSTANT) == ([1, 2], [])
    assert read_best(tmp_path / "best.json") is None


def test_a_best_score_that_is_not_a_number_is_none(tmp_path: Path) -> None:
    (tmp_path / "best.json").write_text('{"step": 1, "spearman": NaN}\n')
    assert run(tmp_path, NEARLY) == ([1], [1])
