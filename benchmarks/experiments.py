"""Run variants of a recipe over seeds, and set their scores side by side.

    python -m benchmarks.experiments FILE.toml OUT

FILE names the data, the seeds, settings that all variants share, and the variants:

    corpus = ["train.tar.xz"]       # paths are relative to FILE
    dev = "sts/STSB-dev.tsv"        # chooses checkpoints
    sts = ["sts/STS12.tsv"]         # measured: files, or folders of NAME.tsv
    retrieval = ["retrieval/cosqa"] # measured: BEIR folders; may be left out. Sums are not
                                    # measured on them, a twin by its first tower alone.
    seeds = [1, 2, 3]

    [shared]                        # as in jtcse_core.config.TrainConfig
    steps = 300

    [variants.base]                 # a variant that trains nothing is measured as it stands
    measure = "base"

    [variants.cropped]
    augmentations = ["crop:0.7"]

    [variants.twin]
    objective = "jtcse"
    second_base = "@cropped"        # the result of another variant, of the same seed

    [variants.student]
    distill = ["@twin"]             # as in jtcse_core.config.DistillConfig

Everything done stands in OUT and is not done again: an interrupted run goes on. The table goes
to standard output and to OUT/table.md; OUT/scores.json holds the figures of every run.
"""

from __future__ import annotations

import json
import statistics
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from jtcse_core.config import DistillConfig, TrainConfig, with_settings
from jtcse_core.corpus import Corpus, read_corpus
from jtcse_core.ensemble import ENSEMBLE_FILE, read_ensemble
from jtcse_core.errors import ConfigError
from jtcse_core.evaluation.sts import evaluate_sts
from jtcse_core.recipes import RECIPE_FILE

SCORES_FILE = "scores.json"
KEYS = ("corpus", "dev", "sts", "retrieval", "seeds", "shared", "variants")


@dataclass(frozen=True)
class Plan:
    """An experiment.

    Attributes:
        corpus: What is trained on.
        dev: What chooses checkpoints.
        sts: What is measured.
        retrieval: What is measured too.
        seeds: Each variant is trained with each.
        shared: Settings of all variants.
        variants: Settings by variant, in order.
    """

    corpus: Sequence[Path]
    dev: Path
    sts: Sequence[Path]
    retrieval: Sequence[Path]
    seeds: Sequence[int]
    shared: Mapping[str, Any]
    variants: Mapping[str, Mapping[str, Any]]


def read_plan(path: Path) -> Plan:
    """Read an experiment's file.

    Raises:
        ConfigError: A name is unknown, or a variant refers to one that does not come before.
    """
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(tree) - set(KEYS)
    if unknown or not {"corpus", "dev", "sts", "variants"} <= set(tree):
        raise ConfigError(f"{path}: unknown {sorted(unknown)}", f"it has: {', '.join(KEYS)}")
    at = path.parent
    seen: set[str] = set()
    for name, settings in tree["variants"].items():
        for reference in _references(settings):
            if reference not in seen:
                raise ConfigError(f"{name} refers to {reference}, which is not before it", "")
        seen.add(name)
    return Plan(
        [at / p for p in tree["corpus"]],
        at / tree["dev"],
        [at / p for p in ([tree["sts"]] if isinstance(tree["sts"], str) else tree["sts"])],
        [at / p for p in tree.get("retrieval", [])],
        tree.get("seeds", [1]),
        tree.get("shared", {}),
        tree["variants"],
    )


def _references(settings: Mapping[str, Any]) -> list[str]:
    values = [settings.get(key, "") for key in ("base", "second_base", "measure")]
    texts = [value for value in [*values, *settings.get("distill", [])] if value]
    return [part.split("@")[1].strip() for text in texts for part in text.split("+") if "@" in part]


def run_experiment(plan: Plan, out: Path, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Train and measure every variant with every seed; returns one row a run."""
    corpus: list[Corpus] = []

    def read() -> Corpus:
        if not corpus:
            corpus.append(read_corpus(plan.corpus))
        return corpus[0]

    rows = []
    for name, settings in plan.variants.items():
        for seed in plan.seeds:
            folder = out / name / str(seed)
            scores = folder / SCORES_FILE
            if not scores.is_file():
                say(f"{name}, seed {seed}")
                spec = _make(plan, settings, seed, folder, out, read)
                folder.mkdir(parents=True, exist_ok=True)
                figures = _measure(plan, spec, folder, say)
                scores.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
            figures = json.loads(scores.read_text(encoding="utf-8"))
            rows.append({"variant": name, "seed": seed, **figures})
    (out / SCORES_FILE).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return rows


def _make(
    plan: Plan,
    settings: Mapping[str, Any],
    seed: int,
    folder: Path,
    out: Path,
    read: Callable[[], Corpus],
) -> str:
    """Train a variant unless it is trained; returns what to measure."""
    from jtcse_core.training.contrastive import train
    from jtcse_core.training.distillation import distill

    def resolve(text: str) -> str:
        parts = [part.strip() for part in text.split("+")]
        return " + ".join(_at(part, out, seed) for part in parts) if "@" in text else text

    if "measure" in settings:
        return resolve(settings["measure"])
    model = folder / "model"
    if (model / RECIPE_FILE).is_file():
        return str(model)
    own = {k: resolve(v) if k in ("base", "second_base") else v for k, v in settings.items()}
    teachers = [resolve(text) for text in own.pop("distill", [])]
    kind: type[TrainConfig] | type[DistillConfig] = DistillConfig if teachers else TrainConfig
    known = {field.name for field in fields(kind)}
    shared = {key: value for key, value in plan.shared.items() if key in known}
    if teachers:
        taught = replace(with_settings(DistillConfig(), {**shared, **own}), seed=seed)
        distill(taught, teachers, read(), model, out / "teachers", dev=plan.dev, resume=True)
    else:
        trained = replace(with_settings(TrainConfig(), {**shared, **own}), seed=seed)
        train(trained, read(), model, dev=plan.dev, resume=True)
    return str(model)


def _at(part: str, out: Path, seed: int) -> str:
    weight, _, name = part.rpartition("@")
    return f"{weight}{out / name / str(seed) / 'model'}" if name and "@" in part else part


def _measure(plan: Plan, spec: str, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    from jtcse_core.torch_encoder import load_torch_encoder

    encoder = load_torch_encoder(spec)
    tasks: dict[str, float] = {}
    for path in plan.sts:
        tasks |= evaluate_sts(encoder, path).tasks
    figures: dict[str, Any] = {
        "sts": tasks,
        "avg": statistics.mean(tasks.values()),
        "retrieval": {},
    }
    if plan.retrieval and "+" not in spec:
        figures["retrieval"] = _measure_retrieval(plan, spec, folder, say)
    return figures


def _measure_retrieval(
    plan: Plan, spec: str, folder: Path, say: Callable[[str], None]
) -> dict[str, float]:
    import torch

    from app.evaluation import evaluate_retrieval
    from app.paths import find_paths
    from app.session import Session
    from app.settings import Settings
    from jtcse_core.export.exporting import export_encoder

    # In int8, as it will be used. An ensemble has no such form: its first tower stands for it.
    first = read_ensemble(Path(spec))[0].path if (Path(spec) / ENSEMBLE_FILE).is_file() else spec
    encoder = str(folder / "encoder")
    if not Path(encoder).is_dir():
        export_encoder(first, Path(encoder))
    session = Session(find_paths(folder / "home"), Settings(threads=torch.get_num_threads()))
    try:
        return {
            data.name: 100
            * evaluate_retrieval(session, data, ["dense"], encoder=encoder, on_step=say)[
                0
            ].scores.ndcg_10
            for data in plan.retrieval
        }
    finally:
        session.close()


def as_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table with a line a variant: means over seeds, ± their standard deviation."""
    tasks = list(rows[0]["sts"])
    retrieval = list(dict.fromkeys(name for row in rows for name in row["retrieval"]))
    header = ["variant", "seeds", *tasks, "mean STS", *(f"{name} nDCG@10" for name in retrieval)]
    lines = ["| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    for variant in dict.fromkeys(row["variant"] for row in rows):
        runs = [row for row in rows if row["variant"] == variant]
        columns = [[run["sts"][task] for run in runs] for task in tasks]
        columns.append([run["avg"] for run in runs])
        columns += [
            [run["retrieval"][name] for run in runs if name in run["retrieval"]]
            for name in retrieval
        ]
        cells = [variant, str(len(runs)), *map(_cell, columns)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(values: Sequence[float]) -> str:
    if not values:
        return ""
    spread = f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.2f}{spread}"


def main(plan: Path, out: Path) -> None:
    rows = run_experiment(read_plan(plan), out, lambda text: print(text, file=sys.stderr))
    table = as_markdown(rows)
    (out / "table.md").write_text(table, encoding="utf-8")
    print(table, end="")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
