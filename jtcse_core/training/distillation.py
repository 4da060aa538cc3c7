"""Stage 3: teach the vectors of an ensemble to a single tower."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import set_seed

from jtcse_core.augmentation import parse_augmentations
from jtcse_core.checkpoints import load_tokenizer
from jtcse_core.config import DistillConfig
from jtcse_core.corpus import Corpus
from jtcse_core.ensemble import Member, parse_members
from jtcse_core.errors import ConfigError
from jtcse_core.evaluation.sts import read_sts
from jtcse_core.events import OnEvent, ignore
from jtcse_core.export.base import find_base
from jtcse_core.recipes import read_recipe
from jtcse_core.teaching import teacher_vectors
from jtcse_core.torch_encoder import TorchEncoder, TowerMember, load_torch_encoder
from jtcse_core.towers import Tower
from jtcse_core.training.bases import load_for_training
from jtcse_core.training.batches import Side, TaughtCollator
from jtcse_core.training.losses import DistillationLoss, SingleModel
from jtcse_core.training.runs import Run, TrainReport, execute, open_run


def distill(
    config: DistillConfig,
    teachers: Sequence[str],
    corpus: Corpus,
    out: Path,
    cache: Path,
    *,
    dev: Path | None = None,
    resume: bool = False,
    allow_download: bool = False,
    device: str | None = None,
    on_event: OnEvent = ignore,
) -> TrainReport:
    """Teach an ensemble to one tower.

    Args:
        config: The run.
        teachers: Encoders whose sum is taught, each as `parse_members` reads it: checkpoint
            folders, folders with `ensemble.json`, `0.3*A + 0.7*B`.
        corpus: Where the sentences come from; as many as the run reads are drawn from it.
        out: Where the student goes.
        cache: Folder of teachers' vectors, shared by runs.
        dev: An STS file that chooses the best checkpoint; without one the last is kept.
        resume: Go on from the newest complete checkpoint.
        allow_download: Whether a hub id may be fetched.
        device: `cpu` to leave a GPU alone.
        on_event: Told of progress.

    Raises:
        ConfigError: A setting is wrong, `out` is taken, or student and teacher do not match.
        DataError: The corpus is too small or has changed, or the dev file cannot be used.
        EncoderNotFound: A teacher or the base is not there.
        EncoderDamaged: One cannot be read.
        TrainingError: Loss or teacher are not finite.
        OutputError: Something cannot be written; earlier checkpoints are intact.
    """
    config.check()
    pairs = read_sts(dev) if dev else []
    set_seed(config.seed)
    members = [member for teacher in teachers for member in parse_members(teacher)]
    teacher = load_torch_encoder(
        members, max_length=config.max_length, allow_download=allow_download, device=device
    )
    folder = find_base(config.base or members[0].path, allow_download=allow_download)
    student = _load_student(folder, config)
    _refuse_other_dimension(student, teacher, config)
    drawn = corpus.sample(config.steps * config.batch_size * config.accumulation, config.seed)
    arguments = open_run(config, out, drawn, resume=resume, device=device)
    with arguments.main_process_first(local=False):
        vectors = teacher_vectors(teacher, drawn, cache, on_event)
    tokenizer = load_tokenizer(folder)
    side = Side(tokenizer, parse_augmentations(config.augmentations))
    run = Run(
        config,
        out,
        drawn,
        SingleModel(student),
        [TowerMember(student, tokenizer)],
        TaughtCollator(drawn, side, config.max_length, config.seed),
        DistillationLoss(config, torch.from_numpy(vectors.copy())),
        pairs,
        {
            "kind": "distill",
            "dev": dev.name if dev else None,
            "teacher": {"fingerprint": teacher.fingerprint, "members": _describe(members)},
        },
        arguments,
    )
    return execute(run, on_event)


def _load_student(folder: Path, config: DistillConfig) -> Tower:
    student = load_for_training(folder, config, config.pooling)
    if config.layers:
        student.keep_layers(config.layers)
    return student


def _refuse_other_dimension(student: Tower, teacher: TorchEncoder, config: DistillConfig) -> None:
    if config.objective != "similarity" and student.dim != teacher.dim:
        raise ConfigError(
            f"the student has {student.dim} dimensions, the teacher {teacher.dim}",
            "set objective = similarity, or choose a base of the teacher's dimension",
        )


def _describe(members: Sequence[Member]) -> list[dict[str, object]]:
    return [
        {"name": Path(m.path).name, "weight": m.weight, "recipe": read_recipe(Path(m.path))}
        for m in members
    ]
