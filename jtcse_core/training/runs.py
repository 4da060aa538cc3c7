"""The folder of a run, and driving the trainer through it.

`OUT/run/` holds the settings, the data's fingerprint, checkpoints, TensorBoard logs and, in
`best/`, the best encoder so far. When the run ends, the best encoder moves up into `OUT`.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import TrainingArguments
from transformers.integrations import TensorBoardCallback
from transformers.trainer_callback import PrinterCallback

from jtcse_core.checkpoints import remove_folder, replaced_folder, save_tower
from jtcse_core.config import RunConfig, save_config
from jtcse_core.corpus import Corpus
from jtcse_core.ensemble import Member, write_ensemble
from jtcse_core.errors import ConfigError, CoreError, DataError, OutputError
from jtcse_core.evaluation.sts import StsPair
from jtcse_core.events import OnEvent, TrainingStarted
from jtcse_core.recipes import write_recipe
from jtcse_core.torch_encoder import TorchEncoder, TowerMember
from jtcse_core.training.batches import Schedule
from jtcse_core.training.callbacks import BEST_FILE, Marking, Measuring, Telling, read_best
from jtcse_core.training.logs import tensorboard_writer
from jtcse_core.training.losses import Loss
from jtcse_core.training.resuming import (
    BEST,
    checkpoints,
    drop_incomplete,
    last_complete,
    step_of,
)
from jtcse_core.training.trainer import EncoderTrainer, training_arguments

RUN = "run"
CONFIG_FILE = "config.json"
DATA_FILE = "data.json"
HISTORY_FILE = "history.json"


@dataclass(frozen=True)
class Run:
    """Everything a run needs.

    Attributes:
        config: Its settings.
        out: Where the encoder goes.
        corpus: What it reads.
        model: What is trained.
        members: The towers in it; one, or two for an ensemble.
        collator: Makes batches of examples.
        loss: Makes terms of outputs.
        dev: Graded pairs that choose the best checkpoint; empty keeps the last one.
        recipe: What else the encoder's recipe should say.
        arguments: The trainer's, as `open_run` gave them.
    """

    config: RunConfig
    out: Path
    corpus: Corpus
    model: nn.Module
    members: Sequence[TowerMember]
    collator: Callable[..., Any]
    loss: Loss
    dev: list[StsPair]
    recipe: Mapping[str, Any]
    arguments: TrainingArguments


@dataclass(frozen=True)
class TrainReport:
    """What came of a run.

    Attributes:
        folder: The encoder: a tower, or a folder with `ensemble.json` and both towers.
        steps: Optimiser steps taken in all.
        best_step: The step that was kept.
        dev_spearman: Its Spearman × 100 on the dev file; None without one, or where no step had a
            correlation.
        seconds: How long this process trained.
        sentences_per_second: Sentences read over that time, measuring and saving included.
    """

    folder: Path
    steps: int
    best_step: int
    dev_spearman: float | None
    seconds: float
    sentences_per_second: float


def open_run(
    config: RunConfig, out: Path, corpus: Corpus, *, resume: bool, device: str | None
) -> TrainingArguments:
    """Make the run's folder, or check that the one there is of the same run.

    With several processes the first does so, and the others wait for it.

    Returns:
        The trainer's arguments.

    Raises:
        ConfigError: `out` is taken, or holds a run with other settings.
        DataError: The corpus is too small, or not the one the run began with.
        OutputError: It cannot be written.
    """
    if len(corpus) < config.batch_size:
        raise DataError(
            f"the corpus has {len(corpus)} distinct sentences, a batch needs {config.batch_size}",
            "give more sentences, or a smaller batch_size",
        )
    arguments = training_arguments(config, out / RUN, device)
    with arguments.main_process_first(local=False):
        if arguments.process_index == 0:
            _open_folder(config, out, corpus, resume)
    return arguments


def _open_folder(config: RunConfig, out: Path, corpus: Corpus, resume: bool) -> None:
    run = out / RUN
    if (run / CONFIG_FILE).is_file():
        if not resume:
            raise ConfigError(f"{out} already holds a run", "add --resume, or choose another -o")
        _refuse_other_run(config, run, corpus)
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"{out} exists and is not a training run", "choose another -o")
    data = {"fingerprint": corpus.fingerprint, "sentences": len(corpus), "sources": corpus.sizes()}
    with replaced_folder(out) as work:
        (work / RUN).mkdir()
        (work / RUN / DATA_FILE).write_text(json.dumps(data, indent=2) + "\n", "utf-8")
        save_config(config, work / RUN / CONFIG_FILE)


def _refuse_other_run(config: RunConfig, run: Path, corpus: Corpus) -> None:
    now = json.loads(json.dumps(asdict(config), default=dict))
    try:
        then = json.loads((run / CONFIG_FILE).read_text(encoding="utf-8"))
        data = json.loads((run / DATA_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{run} cannot be read: {error}", "choose another -o") from error
    changed = sorted(key for key in {*now, *then} if now.get(key) != then.get(key))
    if changed:
        raise ConfigError(
            f"the run in {run.parent} has other settings: {', '.join(changed)}",
            "resume with the settings it began with, or choose another -o",
        )
    if data.get("fingerprint") != corpus.fingerprint:
        raise DataError(
            "the corpus is not the one the run began with", "resume with the same files"
        )


def execute(run: Run, on_event: OnEvent) -> TrainReport:
    """Train, from the newest complete checkpoint when there is one, and publish the best.

    Raises:
        TrainingError: The loss is not a finite number.
        OutputError: Something could not be written; earlier checkpoints are intact.
    """
    folder = run.out / RUN
    config = run.config
    trainer = EncoderTrainer(
        model=run.model,
        args=run.arguments,
        train_dataset=Schedule(
            len(run.corpus), config.steps * config.batch_size * config.accumulation, config.seed
        ),
        data_collator=run.collator,
        loss=run.loss,
    )
    first = trainer.is_world_process_zero()
    _add_callbacks(trainer, run, on_event)
    if first:
        drop_incomplete(folder)
    trainer.accelerator.wait_for_everyone()
    resumed = last_complete(folder)
    done = step_of(resumed) if resumed else 0
    # Ranks must not drop the same neurons for different sentences.
    torch.manual_seed(config.seed + 1000 * trainer.args.process_index)
    if first:
        trained = sum(p.numel() for p in run.model.parameters() if p.requires_grad)
        on_event(
            TrainingStarted(len(run.corpus), config.steps, done, trained, str(trainer.args.device))
        )
    began = time.perf_counter()
    with _disk_errors(run.out), _logging(trainer, folder):
        trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    seconds = time.perf_counter() - began
    if first:
        with _disk_errors(run.out):
            _publish(run, trainer.state.log_history, seconds)
    trainer.accelerator.wait_for_everyone()
    best = read_best(folder / BEST_FILE)
    return TrainReport(
        run.out,
        config.steps,
        int(best["step"]) if best else config.steps,
        best["spearman"] if best else None,
        seconds,
        (config.steps - done) * config.batch_size * config.accumulation / max(seconds, 1e-9),
    )


def _add_callbacks(trainer: EncoderTrainer, run: Run, on_event: OnEvent) -> None:
    folder, config = run.out / RUN, run.config
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(Marking(on_event))
    trainer.add_callback(Telling(config, on_event))
    if not trainer.is_world_process_zero():
        return
    if run.dev:
        encoder = TorchEncoder(run.members, "in training", trainer.args.device)
        keep = lambda: save_members(run.members, folder / BEST)  # noqa: E731
        trainer.add_callback(
            Measuring(
                encoder,
                run.dev,
                keep,
                folder / BEST_FILE,
                trainer.log,
                config.eval_every,
                on_event,
            )
        )


@contextmanager
def _logging(trainer: EncoderTrainer, folder: Path) -> Iterator[None]:
    if not trainer.is_world_process_zero():
        yield
        return
    with tensorboard_writer(folder / "logs") as writer:
        trainer.add_callback(TensorBoardCallback(writer))
        yield


def save_members(members: Sequence[TowerMember], folder: Path) -> None:
    """Write one tower as a checkpoint, several as `tower1`, `tower2`, ... and an ensemble."""
    if len(members) == 1:
        save_tower(members[0].tower, members[0].tokenizer, folder)
        return
    with replaced_folder(folder) as work:
        names = [f"tower{number}" for number in range(1, len(members) + 1)]
        for name, member in zip(names, members, strict=True):
            save_tower(member.tower, member.tokenizer, work / name)
        write_ensemble(work, [Member(n, m.weight) for n, m in zip(names, members, strict=True)])


def _publish(run: Run, history: list[dict[str, float]], seconds: float) -> None:
    folder = run.out / RUN
    if not run.dev:
        save_members(run.members, folder / BEST)
    best = read_best(folder / BEST_FILE)
    recipe = {
        **run.recipe,
        "settings": _without_paths(asdict(run.config)),
        "data": json.loads((folder / DATA_FILE).read_text(encoding="utf-8")),
        "kept": best or {"step": run.config.steps},
        "seconds": round(seconds, 1),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
    (folder / HISTORY_FILE).write_text(json.dumps(history, indent=1) + "\n", encoding="utf-8")
    write_recipe(folder / BEST, recipe)
    # A copy, not a move: killed halfway, the next --resume publishes again.
    _copy_up(folder / BEST, run.out)
    for checkpoint in checkpoints(folder)[:-1]:
        remove_folder(checkpoint)


def _without_paths(settings: dict[str, Any]) -> dict[str, Any]:
    """Name bases by their folder alone: a recipe travels, and a machine's paths do not."""
    named = {k: Path(settings[k]).name for k in ("base", "second_base") if settings.get(k)}
    return settings | named


def _copy_up(source: Path, target: Path) -> None:
    import shutil

    target.mkdir(exist_ok=True)
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        else:
            temporary = place.with_name(f".{place.name}.new")
            shutil.copyfile(path, temporary)
            temporary.rename(place)


@contextmanager
def _disk_errors(out: Path) -> Iterator[None]:
    """Say a full or unwritable disk in our words, whichever library met it."""
    try:
        yield
    except CoreError:
        raise
    except OSError as error:
        raise OutputError.of(out, error) from error
    except Exception as error:
        writing = ("PytorchStreamWriter", "No space left", "I/O error", "File too large")
        if type(error).__name__ == "SafetensorError" or any(w in str(error) for w in writing):
            raise OutputError.of(out, error) from error
        raise
