"""What long work tells its caller: frozen records, given to an `on_event` function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class StsTaskScored:
    """One STS file was evaluated.

    Attributes:
        task: The file's name without its suffix.
        spearman: Spearman's correlation × 100 over the whole file.
        done: Files evaluated so far.
        total: Files in all.
    """

    task: str
    spearman: float
    done: int
    total: int


@dataclass(frozen=True)
class TrainingStarted:
    """A run begins, or goes on.

    Attributes:
        sentences: Distinct sentences in the corpus.
        steps: Optimiser steps in all.
        resumed_from: Steps that were already done.
        parameters: Parameters that are trained.
        device: Where it runs.
    """

    sentences: int
    steps: int
    resumed_from: int
    parameters: int
    device: str


@dataclass(frozen=True)
class StepsDone:
    """Some steps were taken.

    Attributes:
        step: Steps done so far.
        steps: Steps in all.
        loss: Mean of the weighted loss since the last such event.
        terms: Mean of each unweighted term since then.
        learning_rate: The rate now.
        sentences_per_second: Sentences read since then, over the time that took.
    """

    step: int
    steps: int
    loss: float
    terms: Mapping[str, float]
    learning_rate: float
    sentences_per_second: float


@dataclass(frozen=True)
class DevScored:
    """The encoder in training was measured.

    Attributes:
        step: Steps done so far.
        spearman: Spearman × 100 on the dev file.
        alignment: Mean squared distance of positives (lower is better).
        uniformity: Log of the mean Gaussian potential (lower is better).
        best: Whether this is the best so far, and was kept.
    """

    step: int
    spearman: float
    alignment: float
    uniformity: float
    best: bool


@dataclass(frozen=True)
class CheckpointSaved:
    """The run can be resumed from here.

    Attributes:
        step: Steps done so far.
    """

    step: int


@dataclass(frozen=True)
class TeacherEncoded:
    """Some of the teacher's vectors are there.

    Attributes:
        done: Sentences encoded so far.
        total: Sentences in all.
        cached: Whether they were found on disk.
    """

    done: int
    total: int
    cached: bool


Event = StsTaskScored | TrainingStarted | StepsDone | DevScored | CheckpointSaved | TeacherEncoded
OnEvent = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Take an event and do nothing: the default of every `on_event`."""
