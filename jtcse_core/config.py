"""What decides a training run, in one frozen record that round-trips through a file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from jtcse_core.augmentation import parse_augmentations
from jtcse_core.errors import ConfigError

OBJECTIVES: Mapping[str, Mapping[str, float]] = {
    "simcse": {"info_nce": 1.0},
    "focal": {"focal_info_nce": 1.0},
    "jtcse": {"info_nce": 1.0, "icnce": 1.0, "icnce_cross": 1.0, "ictm": 1.0},
}
"""Each objective's terms and their weights; `jtcse` trains two towers, the others one."""

TERMS = ("info_nce", "focal_info_nce", "icnce", "icnce_cross", "ictm")
TWIN_TERMS = ("icnce", "icnce_cross", "ictm")
PRECISIONS = ("fp32", "bf16", "fp16")
SCHEDULES = ("linear", "cosine", "constant", "constant_with_warmup")


@dataclass(frozen=True)
class TrainConfig:
    """A run of stage 1 (`simcse`, `focal`: one tower) or stage 2 (`jtcse`: two towers).

    Attributes:
        base: Where tower I starts: `base`, a checkpoint folder or a hub id.
        second_base: Where tower II starts; empty for the same as tower I.
        objective: `simcse`, `focal` or `jtcse`.
        weights: Weights of single terms that differ from the objective's own (see `TERMS`);
            0 leaves a term out.
        pooling: `mean` or `cls`; empty for what the base says.
        second_pooling: The same for tower II.
        augmentations: How tower I's second view is made (see `jtcse_core.augmentation`).
        second_augmentations: The same for tower II.
        temperature: τ of the contrastive terms.
        margin: m of Focal-InfoNCE.
        cross_layers: Layers with cross-attention; -1 for half of them.
        dropout: Dropout in training; negative for the base's own.
        freeze_embeddings: Leave the embedding layer as the base has it, so that what training
            changed is the transformer layers alone.
        steps: Optimiser steps.
        batch_size: Sentences contrasted with each other, over all processes.
        accumulation: Batches to a step, which takes the mean of their gradients.
        max_length: Tokens read of a sentence in training.
        learning_rate: Peak learning rate of AdamW.
        warmup: Share of the steps over which the learning rate rises.
        schedule: How it falls then: `linear`, `cosine`, `constant`, `constant_with_warmup`.
        weight_decay: AdamW's.
        max_grad_norm: Where the gradient's norm is cut.
        precision: `fp32`, `bf16` or `fp16`.
        seed: Of everything drawn by chance.
        eval_every: Steps between two measurements on the dev file.
        save_every: Steps between two resumable checkpoints.
        log_every: Steps between two progress reports.
        workers: Processes that prepare batches; 0 for none beside the trainer.
    """

    base: str = "base"
    second_base: str = ""
    objective: str = "simcse"
    weights: Mapping[str, float] = field(default_factory=dict)
    pooling: str = ""
    second_pooling: str = ""
    augmentations: tuple[str, ...] = ("none",)
    second_augmentations: tuple[str, ...] = ("none",)
    temperature: float = 0.05
    margin: float = 0.3
    cross_layers: int = -1
    dropout: float = -1.0
    freeze_embeddings: bool = False
    steps: int = 300
    batch_size: int = 64
    accumulation: int = 1
    max_length: int = 48
    learning_rate: float = 5e-6
    warmup: float = 0.1
    schedule: str = "linear"
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    precision: str = "fp32"
    seed: int = 1
    eval_every: int = 50
    save_every: int = 50
    log_every: int = 10
    workers: int = 0

    @property
    def twin(self) -> bool:
        """Whether two towers are trained."""
        return self.objective == "jtcse"

    @property
    def term_weights(self) -> dict[str, float]:
        """Weights of the terms that count."""
        merged = {**OBJECTIVES[self.objective], **self.weights}
        return {term: weight for term, weight in merged.items() if weight}

    def check(self) -> None:
        """Refuse settings that are out of range or contradict each other.

        Raises:
            ConfigError: One is; the message names it.
        """
        _one_of("objective", self.objective, tuple(OBJECTIVES))
        _check_common(self)
        for term, weight in self.weights.items():
            _one_of("weights", term, TERMS)
            _at_least("weights", weight, 0.0)
            if weight and term in TWIN_TERMS and not self.twin:
                raise ConfigError(f"{term} needs two towers", "set objective = jtcse")
        if not self.term_weights:
            raise ConfigError("every term of the objective has weight 0", "leave one above 0")
        if self.cross_layers == 0 and "icnce_cross" in self.term_weights:
            raise ConfigError(
                "icnce_cross needs cross-attention", "set cross_layers, or its weight to 0"
            )
        for pooling in (self.pooling, self.second_pooling):
            _one_of("pooling", pooling, ("", "mean", "cls"))
        parse_augmentations(self.augmentations)
        parse_augmentations(self.second_augmentations)
        if self.dropout >= 1:
            raise ConfigError(f"dropout {self.dropout} is not below 1", "")


@dataclass(frozen=True)
class DistillConfig:
    """A run of distillation: an ensemble's vectors taught to one tower.

    Attributes:
        base: Where the student starts; empty for the teacher's first tower.
        pooling: The student's; empty for what its base says.
        layers: Layers of the base that the student keeps, from 0; empty for all.
        objective: `embedding` (cosine), `mse`, `similarity` (in-batch distribution), `both`
            (`embedding` and `similarity`).
        similarity_weight: Weight of the similarity term in `both`.
        student_temperature: τ of the student's in-batch distribution.
        teacher_temperature: τ of the teacher's.
        augmentations: Views of the sentences that the student also reads; the teacher's vector
            is always that of the sentence itself.
        dropout: Dropout in training; negative for the base's own.
        freeze_embeddings, steps, batch_size, accumulation, max_length, learning_rate, warmup,
        schedule, weight_decay, max_grad_norm, precision, seed, eval_every, save_every,
        log_every, workers: As in `TrainConfig`.
    """

    base: str = ""
    pooling: str = ""
    layers: tuple[int, ...] = ()
    objective: str = "embedding"  # the ablation found no other better
    similarity_weight: float = 1.0
    student_temperature: float = 0.05
    teacher_temperature: float = 0.05
    augmentations: tuple[str, ...] = ("none",)
    dropout: float = 0.0
    freeze_embeddings: bool = False
    steps: int = 300
    batch_size: int = 64
    accumulation: int = 1
    max_length: int = 48
    learning_rate: float = 1e-5
    warmup: float = 0.1
    schedule: str = "linear"
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    precision: str = "fp32"
    seed: int = 1
    eval_every: int = 50
    save_every: int = 50
    log_every: int = 10
    workers: int = 0

    def check(self) -> None:
        """Refuse settings that are out of range or contradict each other.

        Raises:
            ConfigError: One is; the message names it.
        """
        _one_of("objective", self.objective, ("embedding", "mse", "similarity", "both"))
        _check_common(self)
        _at_least("similarity_weight", self.similarity_weight, 0.0)
        for name in ("student_temperature", "teacher_temperature"):
            if not getattr(self, name) > 0:
                raise ConfigError(f"{name} must be above 0", "0.05 is usual")
        _one_of("pooling", self.pooling, ("", "mean", "cls"))
        parse_augmentations(self.augmentations)


RunConfig = TrainConfig | DistillConfig
C = TypeVar("C", TrainConfig, DistillConfig)

PRESETS: Mapping[str, TrainConfig] = {
    # Gentle, for a base that is good already: what small trials on dev showed.
    "minilm": TrainConfig(),
    # arXiv 2104.08821, unsupervised BERT-base.
    "simcse-bert-base": TrainConfig(
        base="bert-base-uncased",
        pooling="cls",
        batch_size=64,
        max_length=32,
        learning_rate=3e-5,
        warmup=0.0,
        steps=15625,
        eval_every=250,
        save_every=1000,
        precision="bf16",
    ),
    # arXiv 2505.02366: stage 2 on one epoch of a million sentences, from two stage-1 towers.
    "jtcse-bert-base": TrainConfig(
        base="bert-base-uncased",
        objective="jtcse",
        pooling="cls",
        second_pooling="cls",
        cross_layers=6,
        batch_size=64,
        max_length=64,
        learning_rate=1.3e-6,
        warmup=0.0,
        steps=15625,
        eval_every=250,
        save_every=1000,
        precision="bf16",
    ),
    # arXiv 2310.06918: its objective and margin, on unsupervised SimCSE's schedule.
    "focal-bert-base": TrainConfig(
        base="bert-base-uncased",
        objective="focal",
        pooling="cls",
        batch_size=64,
        max_length=32,
        learning_rate=3e-5,
        warmup=0.0,
        steps=15625,
        eval_every=250,
        save_every=1000,
        precision="bf16",
    ),
}


def preset(name: str) -> TrainConfig:
    """Return a preset.

    Raises:
        ConfigError: There is none of that name.
    """
    _one_of("preset", name, tuple(PRESETS))
    return PRESETS[name]


def save_config(config: RunConfig, path: Path) -> None:
    """Write a configuration as JSON."""
    path.write_text(json.dumps(asdict(config), indent=2, default=dict) + "\n", encoding="utf-8")


def load_config(path: Path, kind: type[C]) -> C:
    """Read a configuration from a JSON or TOML file; what is not named keeps its default.

    Raises:
        ConfigError: The file cannot be read, names an unknown setting, or a value is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}", "it is JSON or TOML") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path} holds no settings", "it is an object of names and values")
    return with_settings(kind(), values)


def with_settings(config: C, values: Mapping[str, Any]) -> C:
    """Return a configuration with some settings changed, and checked.

    Raises:
        ConfigError: A name is unknown, or a value is of the wrong kind or out of range.
    """
    kinds = {f.name: type(getattr(config, f.name)) for f in fields(config)}
    coerced: dict[str, Any] = {}
    for name, value in values.items():
        if name not in kinds:
            near = get_close_matches(name, kinds, 1)
            raise ConfigError(
                f"unknown setting {name!r}", f"did you mean {near[0]}?" if near else ""
            )
        coerced[name] = _coerce(name, value, kinds[name])
    changed = replace(config, **coerced)
    changed.check()
    return changed


def _coerce(name: str, value: Any, kind: type) -> Any:
    if kind is tuple and isinstance(value, list | tuple):
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is dict and isinstance(value, Mapping):
        return dict(value)
    if type(value) is not kind:
        raise ConfigError(f"{name} = {value!r} is not of type {kind.__name__}", "")
    return value


def _check_common(config: RunConfig) -> None:
    for name in ("steps", "accumulation", "eval_every", "save_every", "log_every"):
        _at_least(name, getattr(config, name), 1)
    _at_least("batch_size", config.batch_size, 2)  # one sentence has nothing to be told from
    _at_least("max_length", config.max_length, 3)
    _at_least("workers", config.workers, 0)
    _one_of("precision", config.precision, PRECISIONS)
    _one_of("schedule", config.schedule, SCHEDULES)
    if not 0 <= config.warmup <= 1:
        raise ConfigError(f"warmup {config.warmup} is not between 0 and 1", "it is a share")
    if not config.learning_rate > 0:
        raise ConfigError(f"learning_rate {config.learning_rate} is not above 0", "")
    if isinstance(config, TrainConfig) and not config.temperature > 0:
        raise ConfigError(f"temperature {config.temperature} is not above 0", "0.05 is usual")


def _one_of(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(
            f"unknown {what} {value!r}", f"one of: {', '.join(k for k in known if k)}"
        )


def _at_least(what: str, value: float, least: float) -> None:
    if not value >= least:
        raise ConfigError(f"{what} {value} is below {least}", "")
