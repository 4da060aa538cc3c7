"""`jtcse export`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli import diagnostics, output
from app.cli.context import Context
from app.errors import UsageError
from app.filters import parse_types

ALL_LANGUAGES = "all"


def export(
    context: Context,
    base: Annotated[
        str, typer.Argument(metavar="BASE", help="A checkpoint's folder, a hub id, or `base`.")
    ],
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="The encoder folder to make.")
    ] = None,
    as_default: Annotated[
        bool, typer.Option("--as-default", help="Make it the installation's default encoder.")
    ] = False,
    name: Annotated[str, typer.Option(help="The encoder's name; by default the folder's.")] = "",
    pooling: Annotated[
        str | None, typer.Option(metavar="mean|cls", help="By default what BASE says.")
    ] = None,
    max_length: Annotated[
        int | None, typer.Option(metavar="N", help="Tokens to read; by default what BASE says.")
    ] = None,
    languages: Annotated[
        str,
        typer.Option(metavar="CODES", help="Languages that it was made for: en, or de,fr, or all."),
    ] = "en",
    force: Annotated[bool, typer.Option("--force", help="Replace an encoder at OUT.")] = False,
    allow_download: Annotated[
        bool, typer.Option("--allow-download", help="Let a hub id be fetched.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Turn a BERT-family checkpoint into a fast encoder: fused, int8, verified.

    The result is compared with its source on real sentences, and refused when it would
    rank them differently.
    """
    from jtcse_core.export.exporting import export_encoder
    from jtcse_core.locations import packaged_encoder_folder

    if (out is None) != as_default:
        raise UsageError("give either OUT or --as-default", "jtcse export BASE OUT")
    report = export_encoder(
        base,
        out if out is not None else packaged_encoder_folder(),
        name=name or ("all-MiniLM-L6-v2" if base == "base" else ""),
        pooling=pooling,
        max_length=max_length,
        languages=() if languages == ALL_LANGUAGES else parse_types([languages]),
        overwrite=force or as_default,
        allow_download=allow_download,
        on_step=diagnostics.note,
    )
    if json:
        output.as_json(
            {
                "folder": str(report.folder),
                "encoder": asdict(report.card),
                "parity": asdict(report.parity),
                "fused": report.fused,
            }
        )
        return
    parity = report.parity
    fused = ", ".join(f"{count} {name}" for name, count in report.fused.items())
    output.line(f"{report.folder}: {report.card.name} ({report.card.fingerprint[:8]})")
    output.line(f"fused: {fused}")
    output.line(
        f"int8 against its source on {parity.sentences} sentences: mean cosine "
        f"{parity.mean_cosine:.4f}, lowest {parity.min_cosine:.4f}, rank agreement "
        f"{parity.rank_agreement:.4f}"
    )
