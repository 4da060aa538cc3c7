"""What happens beside the steps: measuring, keeping the best, marking checkpoints, telling."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from jtcse_core.config import RunConfig
from jtcse_core.errors import DataError
from jtcse_core.evaluation.geometry import Geometry
from jtcse_core.evaluation.sts import StsPair, measure_sts_pairs
from jtcse_core.events import CheckpointSaved, DevScored, OnEvent, StepsDone
from jtcse_core.replacing import write_whole
from jtcse_core.torch_encoder import TorchEncoder
from jtcse_core.training.resuming import PREFIX, mark_complete

BEST_FILE = "best.json"


class Marking(TrainerCallback):  # type: ignore[misc]
    """Marks each checkpoint complete once all of it is written."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Mark the checkpoint that was just written."""
        if state.is_world_process_zero:
            mark_complete(Path(args.output_dir) / f"{PREFIX}{state.global_step}")
            self._on_event(CheckpointSaved(state.global_step))


class Telling(TrainerCallback):  # type: ignore[misc]
    """Turns the trainer's reports into events."""

    def __init__(self, config: RunConfig, on_event: OnEvent) -> None:
        self._sentences = config.batch_size * config.accumulation
        self._on_event = on_event
        self._since = (0, time.perf_counter())

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Start the clock."""
        self._since = (state.global_step, time.perf_counter())

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Tell the steps since the last report."""
        if not state.is_world_process_zero or not logs or "loss" not in logs:
            return
        step, then = self._since
        now = time.perf_counter()
        self._since = (state.global_step, now)
        prefix = "term/"
        self._on_event(
            StepsDone(
                state.global_step,
                state.max_steps,
                float(logs["loss"]),
                {k.removeprefix(prefix): v for k, v in logs.items() if k.startswith(prefix)},
                float(logs["learning_rate"]),
                (state.global_step - step) * self._sentences / max(now - then, 1e-9),
            )
        )


class Measuring(TrainerCallback):  # type: ignore[misc]
    """Measures the encoder on the dev pairs, and keeps the best one.

    Args:
        encoder: The encoder in training.
        pairs: Graded pairs.
        keep: Called to write the encoder as the best so far.
        best: File of the best score, which a resumed run goes on from.
        log: Where figures are logged too.
        every: Steps between two measurements.
        on_event: Told each of them.
    """

    def __init__(
        self,
        encoder: TorchEncoder,
        pairs: list[StsPair],
        keep: Callable[[], None],
        best: Path,
        log: Callable[[dict[str, float]], None],
        every: int,
        on_event: OnEvent,
    ) -> None:
        self._encoder = encoder
        self._pairs = pairs
        self._keep = keep
        self._best = best
        self._log = log
        self._every = every
        self._on_event = on_event

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Measure what the run starts from; it is told, and never kept as the best."""
        if state.is_world_process_zero and state.global_step == 0:
            self._on_event(self._measure(0))

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Measure, and keep the encoder when none before was as good, or none had a score."""
        due = state.global_step % self._every == 0 or state.global_step == state.max_steps
        if not (due and state.is_world_process_zero):
            return
        scored = self._measure(state.global_step)
        known = read_best(self._best)
        if known is None or scored.spearman > known["spearman"]:
            self._keep()
            if math.isfinite(scored.spearman):  # else what is kept waits for any that has a score
                values = {"step": scored.step, "spearman": scored.spearman}
                write_whole(self._best, json.dumps(values) + "\n")
                scored = replace(scored, best=True)
        # The trainer takes any report for the one that is due, and only this process makes ours:
        # it would pass over the loss of this step, while the others wait to add theirs.
        due_to_log = control.should_log
        self._log(
            {
                "dev/spearman": scored.spearman,
                "dev/alignment": scored.alignment,
                "dev/uniformity": scored.uniformity,
            }
        )
        control.should_log = due_to_log
        self._on_event(scored)

    def _measure(self, step: int) -> DevScored:
        score, geometry = score_dev(self._encoder, self._pairs)
        return DevScored(step, score, geometry.alignment, geometry.uniformity, best=False)


def score_dev(encoder: TorchEncoder, pairs: list[StsPair]) -> tuple[float, Geometry]:
    """Return Spearman × 100 and the geometry on graded pairs.

    Raises:
        DataError: The grades are all the same.
    """
    if len({pair.score for pair in pairs}) == 1:
        raise DataError("the dev file's grades are all the same", "give graded pairs")
    measured = measure_sts_pairs(encoder, pairs)
    return measured.spearman, measured.geometry


def read_best(path: Path) -> dict[str, float] | None:
    """Return the best step and score so far; None when no step had a score."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        best = {"step": float(value["step"]), "spearman": float(value["spearman"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return best if math.isfinite(best["spearman"]) else None
