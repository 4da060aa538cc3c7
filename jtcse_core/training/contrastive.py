"""Stages 1 and 2: train one tower, or two that look at each other, without labels."""

from __future__ import annotations

from pathlib import Path

from transformers import set_seed

from jtcse_core.augmentation import parse_augmentations
from jtcse_core.checkpoints import load_tokenizer, refuse_other_tokenizer
from jtcse_core.config import TrainConfig
from jtcse_core.corpus import Corpus
from jtcse_core.evaluation.sts import read_sts
from jtcse_core.events import OnEvent, ignore
from jtcse_core.export.base import find_base
from jtcse_core.recipes import read_recipe
from jtcse_core.torch_encoder import TowerMember
from jtcse_core.towers import Tower, TwinTower
from jtcse_core.training.bases import load_for_training
from jtcse_core.training.batches import PairCollator, Side
from jtcse_core.training.losses import ContrastiveLoss, SingleModel, TwinModel
from jtcse_core.training.runs import Run, TrainReport, execute, open_run


def train(
    config: TrainConfig,
    corpus: Corpus,
    out: Path,
    *,
    dev: Path | None = None,
    resume: bool = False,
    allow_download: bool = False,
    device: str | None = None,
    on_event: OnEvent = ignore,
) -> TrainReport:
    """Train a tower (`simcse`, `focal`) or a twin (`jtcse`) on unlabelled sentences.

    Args:
        config: The run.
        corpus: What it reads.
        out: Where the encoder goes: a folder that is not there yet, or, with `resume`, the
            folder of a run that was interrupted.
        dev: An STS file that chooses the best checkpoint; without one the last is kept.
        resume: Go on from the newest complete checkpoint.
        allow_download: Whether a base that is a hub id may be fetched.
        device: `cpu` to leave a GPU alone.
        on_event: Told of progress.

    Raises:
        ConfigError: A setting is wrong, `out` is taken, or the towers do not match.
        DataError: The corpus is too small or has changed, the dev file cannot be used, or the
            towers' tokenizers differ.
        EncoderNotFound: A base is not there.
        EncoderDamaged: A base cannot be read.
        TrainingError: The loss is not a finite number.
        OutputError: Something cannot be written; earlier checkpoints are intact.
    """
    config.check()
    pairs = read_sts(dev) if dev else []
    set_seed(config.seed)  # a base without pooler gets one at random
    folders = [find_base(config.base, allow_download=allow_download)]
    if config.twin:
        folders.append(find_base(config.second_base or config.base, allow_download=allow_download))
    poolings = (config.pooling, config.second_pooling)
    members = [
        TowerMember(load_for_training(folder, config, pooling), load_tokenizer(folder))
        for folder, pooling in zip(folders, poolings, strict=False)
    ]
    if config.twin:
        refuse_other_tokenizer(members[0].tokenizer, members[1].tokenizer)
    model = _model(config, [member.tower for member in members])
    ways = (config.augmentations, config.second_augmentations)
    sides = [
        Side(member.tokenizer, parse_augmentations(names))
        for member, names in zip(members, ways, strict=False)
    ]
    arguments = open_run(config, out, corpus, resume=resume, device=device)
    run = Run(
        config,
        out,
        corpus,
        model,
        members,
        PairCollator(corpus, sides, config.max_length, config.seed),
        ContrastiveLoss(config),
        pairs,
        {
            "kind": "train",
            "dev": dev.name if dev else None,
            "bases": [read_recipe(folder) for folder in folders],
        },
        arguments,
    )
    return execute(run, on_event)


def _model(config: TrainConfig, towers: list[Tower]) -> SingleModel | TwinModel:
    if not config.twin:
        return SingleModel(towers[0])
    weights = config.term_weights
    crossed = config.cross_layers if config.cross_layers >= 0 else towers[0].depth // 2
    first, second = towers
    twin = TwinTower(first, second, crossed if "icnce_cross" in weights else 0)
    return TwinModel(twin, use_pooler="ictm" in weights)
