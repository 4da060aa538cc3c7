"""`jtcse eval`."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output
from app.cli.arguments import opened
from app.cli.calling import Context, require
from app.cli.options import JsonOption
from app.errors import UsageError

if TYPE_CHECKING:
    from app.measuring import StsMeasure
    from jtcse_core.evaluation.comparison import Difference
    from jtcse_core.evaluation.sts import StsReport

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR")]
AnyModelOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|PATH|SUM", help="An encoder, a checkpoint, or a sum: 0.3*A + 0.7*B."
    ),
]
PoolingOption = Annotated[
    str | None, typer.Option(metavar="mean|cls", help="Where a checkpoint does not say.")
]
DownloadOption = Annotated[bool, typer.Option("--allow-download", help="Let a hub id be fetched.")]


def sts(
    context: Context,
    folder: FolderArgument,
    model: AnyModelOption = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Two encoders side by side, instead of --model."),
    ] = None,
    pooling: PoolingOption = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw it: .png, .svg or .pdf.")
    ] = None,
    allow_download: DownloadOption = False,
    json: JsonOption = False,
) -> None:
    """Measure an encoder on STS files: Spearman × 100 of each NAME.tsv in DIR.

    A line is score<TAB>sentence1<TAB>sentence2[<TAB>...]. With --compare the difference has a
    95 % interval from a paired bootstrap.
    """
    from app.measuring import Opening, measure_sts

    require(folder)
    if compare is not None and model is not None:
        raise UsageError("--model and --compare together", "choose one")
    result = measure_sts(
        context.session,
        folder,
        list(compare) if compare else [model],
        opening=Opening(pooling, allow_download),
        plot=plot,
        on_step=diagnostics.note,
    )
    if json:
        output.as_json(_comparison(result) if compare else _report(result.reports[0]))
    elif compare:
        _compare_table(result)
    else:
        report = result.reports[0]
        rows = [(name, f"{value:.2f}") for name, value in report.tasks.items()]
        output.as_table((report.model, "Spearman"), [*rows, ("mean", f"{report.avg:.2f}")])


def _report(report: StsReport) -> dict[str, Any]:
    tasks = {name: _finite(value) for name, value in report.tasks.items()}
    return {"model": report.model, "tasks": tasks, "avg": _finite(report.avg)}


def _comparison(result: StsMeasure) -> dict[str, Any]:
    assert result.mean is not None
    return {
        "models": [_report(report) for report in result.reports],
        "differences": {name: difference_as_dict(d) for name, d in result.differences.items()},
        "avg": difference_as_dict(result.mean),
    }


def difference_as_dict(difference: Difference, digits: int = 3) -> dict[str, Any]:
    """Return the JSON form of a difference."""
    return {
        "difference": round(difference.value, digits),
        "low": round(difference.low, digits),
        "high": round(difference.high, digits),
        "significant": difference.significant,
    }


def _compare_table(result: StsMeasure) -> None:
    assert result.mean is not None
    rows = [*result.differences.items(), ("mean", result.mean)]
    first, second = (report.model for report in result.reports)
    output.as_table(
        ("Spearman", first, second, "difference", "95 % interval"),
        [
            (
                name,
                f"{d.first:.2f}",
                f"{d.second:.2f}",
                f"{d.value:+.2f}{'*' if d.significant else ' '}",
                f"{d.low:+.2f} to {d.high:+.2f}",
            )
            for name, d in rows
        ],
    )


def pairs(
    context: Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    columns: Annotated[
        str, typer.Option(metavar="A,B,GOLD", help="Columns, counted from 1.")
    ] = "1,2,3",
    header: Annotated[bool, typer.Option("--header", help="Skip the first line.")] = False,
    model: AnyModelOption = None,
    pooling: PoolingOption = None,
    allow_download: DownloadOption = False,
    json: JsonOption = False,
) -> None:
    """Measure an encoder on pairs with gold: correlation, and how well it tells classes apart.

    The threshold is the one with the best F1 on all pairs; the F1 told is that of thresholds
    chosen without the pairs they judge.
    """
    from app.measuring import Opening, measure_pair_file
    from app.scoring.pairs import PairFile, parse_columns

    with opened(file) as stream:
        rows = PairFile(stream, parse_columns(columns), header)
        name, measures = measure_pair_file(
            context.session, rows, model, Opening(pooling, allow_download)
        )
    for line, reason in rows.skipped:
        diagnostics.note(f"line {line} was passed over: {reason}")
    values = {
        key: round(value, 5) if isinstance(value, float) else value
        for key, value in asdict(measures).items()
    }
    if json:
        output.as_json({"model": name, **values})
        return
    shown = [(key, "" if value is None else f"{value}") for key, value in values.items()]
    output.as_table((name, ""), shown)


def _finite(value: float) -> float | None:
    """Round a figure; None where all grades are the same and there is no correlation."""
    return round(value, 3) if math.isfinite(value) else None
