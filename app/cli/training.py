"""`jtcse train` and `jtcse distill`."""

from __future__ import annotations

import math
import tomllib
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output
from app.cli.calling import Context, require
from app.cli.options import collection_option
from app.cores import usable_cores
from app.errors import UsageError

if TYPE_CHECKING:
    from jtcse_core.config import C
    from jtcse_core.corpus import Corpus
    from jtcse_core.events import Event
    from jtcse_core.training.runs import TrainReport

CorpusArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[CORPUS]...", help="Sentences, one a line; plain, .gz, .xz, .tar."),
]
OutOption = Annotated[Path, typer.Option("-o", "--out", metavar="OUT", help="The folder to make.")]
DevOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="STS file that chooses the best checkpoint.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Settings, as TOML or JSON.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Any setting; may be repeated."),
]
StepsOption = Annotated[int | None, typer.Option(metavar="N", help="Optimiser steps.")]
SeedOption = Annotated[int | None, typer.Option(metavar="N", help="Of everything drawn by chance.")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with the run in OUT.")]
DownloadOption = Annotated[bool, typer.Option("--allow-download", help="Let a hub id be fetched.")]
CpuOption = Annotated[bool, typer.Option("--cpu", help="Leave a GPU alone.")]
CollectionOption = Annotated[
    list[str] | None,
    collection_option("Its sentences; may be repeated."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="What came of it, as JSON.")]


def train(
    context: Context,
    out: OutOption,
    corpus: CorpusArgument = None,
    collection: CollectionOption = None,
    base: Annotated[
        str | None, typer.Option(metavar="BASE", help="Where it starts: `base`, folder, hub id.")
    ] = None,
    second_base: Annotated[
        str | None, typer.Option(metavar="BASE", help="Where the second tower starts.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(metavar="NAME", help="minilm, or a paper's: jtcse-bert-base, ...")
    ] = None,
    objective: Annotated[
        str | None, typer.Option(metavar="simcse|focal|jtcse", help="What is minimised.")
    ] = None,
    steps: StepsOption = None,
    seed: SeedOption = None,
    dev: DevOption = None,
    config: ConfigOption = None,
    settings: SetOption = None,
    resume: ResumeOption = False,
    allow_download: DownloadOption = False,
    cpu: CpuOption = False,
    json: JsonOption = False,
) -> None:
    """Train an encoder on sentences without any labels.

    Stage 1 is `--objective simcse` (or focal): one tower. Stage 2 is `--objective jtcse`, from
    two towers: --base ONE --second-base TWO. Several processes: torchrun -m app train ...
    """
    _need_training()
    from jtcse_core.config import TrainConfig
    from jtcse_core.config import preset as named_preset
    from jtcse_core.training.contrastive import train as run

    options = {
        "base": base,
        "second_base": second_base,
        "objective": objective,
        "steps": steps,
        "seed": seed,
    }
    start = named_preset(preset) if preset else None
    chosen = _configure(start, TrainConfig, out, config, settings, options, resume)
    _threads(context)
    report = run(
        chosen,
        _corpus(context, corpus, collection),
        out,
        dev=dev,
        resume=resume,
        allow_download=allow_download,
        device="cpu" if cpu else None,
        on_event=tell,
    )
    _conclude(report, json)


def distill(
    context: Context,
    teacher: Annotated[
        list[str],
        typer.Argument(
            metavar="TEACHER...", help="Encoders whose sum is taught; 0.3*A weighs one."
        ),
    ],
    out: OutOption,
    corpus: Annotated[
        list[Path] | None,
        typer.Option("--corpus", metavar="FILE", help="Sentences; may be repeated."),
    ] = None,
    collection: CollectionOption = None,
    base: Annotated[
        str | None, typer.Option(metavar="BASE", help="Where the student starts.")
    ] = None,
    objective: Annotated[
        str | None, typer.Option(metavar="embedding|mse|similarity|both", help="What is taught.")
    ] = None,
    steps: StepsOption = None,
    seed: SeedOption = None,
    dev: DevOption = None,
    config: ConfigOption = None,
    settings: SetOption = None,
    resume: ResumeOption = False,
    allow_download: DownloadOption = False,
    cpu: CpuOption = False,
    json: JsonOption = False,
) -> None:
    """Teach one or several encoders to a single tower, which may have fewer layers.

    The teachers' vectors are computed once and kept in the cache.
    """
    _need_training()
    from jtcse_core.config import DistillConfig
    from jtcse_core.training.distillation import distill as run

    options = {"base": base, "objective": objective, "steps": steps, "seed": seed}
    chosen = _configure(None, DistillConfig, out, config, settings, options, resume)
    _threads(context)
    report = run(
        chosen,
        teacher,
        _corpus(context, corpus, collection),
        out,
        context.session.paths.cache / "teachers",
        dev=dev,
        resume=resume,
        allow_download=allow_download,
        device="cpu" if cpu else None,
        on_event=tell,
    )
    _conclude(report, json)


def _need_training() -> None:
    from jtcse_core.errors import MissingDependency

    needed = ("torch", "transformers", "accelerate", "tensorboard")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise MissingDependency(
            f"training needs {', '.join(missing)}", "pip install 'jtcse[train]'"
        )


def _threads(context: Context) -> None:
    import torch

    torch.set_num_threads(min(context.session.settings.threads, usable_cores()))


def _configure(
    start: C | None,
    kind: type[C],
    out: Path,
    file: Path | None,
    settings: list[str] | None,
    options: dict[str, Any],
    resume: bool,
) -> C:
    """Combine, later ones winning: preset or the run that is resumed, file, --set, options."""
    from jtcse_core.config import load_config, with_settings
    from jtcse_core.training.runs import CONFIG_FILE, RUN

    if start is not None and file is not None:
        raise UsageError("--preset and --config together", "choose one")
    before = out / RUN / CONFIG_FILE
    if resume and before.is_file():
        start = load_config(before, kind)
    elif file is not None:
        start = load_config(file, kind)
    given = {name: value for name, value in options.items() if value is not None}
    return with_settings(start or kind(), dict(map(_setting, settings or [])) | given)


def _setting(text: str) -> tuple[str, Any]:
    """Read NAME=VALUE; VALUE as TOML, and as plain text where it is none."""
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--set {text!r} is not NAME=VALUE", "such as --set learning_rate=1e-5")
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value


def _corpus(context: Context, paths: list[Path] | None, names: list[str] | None) -> Corpus:
    from jtcse_core.corpus import read_corpus

    if bool(paths) == bool(names):
        raise UsageError("give a corpus or a collection", "jtcse train FILE... -o OUT, or -c NAME")
    if names:
        from app.encoders import collection_corpus

        return collection_corpus(context.session, names)
    for path in paths or []:
        require(path)
    return read_corpus(paths or [])


def tell(event: Event) -> None:
    """Say an event in one line."""
    from jtcse_core.events import DevScored, StepsDone, TeacherEncoded, TrainingStarted

    if isinstance(event, TrainingStarted):
        again = f", going on from step {event.resumed_from}" if event.resumed_from else ""
        diagnostics.note(
            f"{event.sentences:,} sentences, {event.parameters:,} parameters, "
            f"{event.steps} steps on {event.device}{again}"
        )
    elif isinstance(event, StepsDone):
        terms = "  ".join(f"{name} {value:.5f}" for name, value in event.terms.items())
        diagnostics.note(
            f"step {event.step}/{event.steps}  loss {event.loss:.5f}  {terms}  "
            f"lr {event.learning_rate:.2e}  {event.sentences_per_second:.0f} sentences/s"
        )
    elif isinstance(event, DevScored):
        best = "  (best so far)" if event.best else ""
        diagnostics.note(
            f"step {event.step}  dev Spearman {event.spearman:.2f}  alignment "
            f"{event.alignment:.4f}  uniformity {event.uniformity:.4f}{best}"
        )
    elif isinstance(event, TeacherEncoded):
        source = "found in the cache" if event.cached else f"{event.done:,} of {event.total:,}"
        diagnostics.note(f"teacher's vectors: {source}")


def _conclude(report: TrainReport, json: bool) -> None:
    import os

    if os.environ.get("RANK", "0") != "0":
        return  # the first process speaks for all
    if json:
        output.as_json(asdict(report))
        return
    score = "" if report.dev_spearman is None else f", dev Spearman {report.dev_spearman:.2f}"
    output.line(f"{report.folder}: step {report.best_step} of {report.steps} kept{score}")
    if math.isfinite(report.sentences_per_second) and report.seconds:
        diagnostics.note(
            f"{report.seconds:.0f} s, {report.sentences_per_second:.0f} sentences/s; "
            f"next: jtcse export {report.folder} ENCODER, or jtcse distill {report.folder} -o OUT"
        )
