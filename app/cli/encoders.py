"""`jtcse export`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli import diagnostics, output
from app.cli.calling import Context
from app.errors import UsageError
from app.filters import parse_types

ENGLISH, ALL_LANGUAGES = "en", "all"
LAYOUTS = ("encoder", "sentence-transformers")


def export(
    context: Context,
    base: Annotated[
        str,
        typer.Argument(
            metavar="BASE", help="A checkpoint's folder, a hub id, `base`, or `default`."
        ),
    ],
    out: Annotated[Path | None, typer.Argument(metavar="OUT", help="The folder to make.")] = None,
    layout: Annotated[
        str,
        typer.Option(
            metavar="|".join(LAYOUTS),
            help="What to make: an encoder, or float32 weights to use elsewhere or train further.",
        ),
    ] = LAYOUTS[0],
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
    ] = ENGLISH,
    licence: Annotated[str, typer.Option(metavar="SPDX", help="The weights' licence.")] = "",
    with_layers: Annotated[
        bool,
        typer.Option("--with-layers", help="Carry what training changed of `base`, to train on."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace what stands at OUT.")] = False,
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
    from jtcse_core.packaged import packaged_encoder_folder

    if layout not in LAYOUTS:
        raise UsageError(f"unknown layout {layout!r}", f"one of: {', '.join(LAYOUTS)}")
    if (out is None) != as_default:
        raise UsageError("give either OUT or --as-default", "jtcse export BASE OUT")
    if layout != LAYOUTS[0]:
        other = "" if languages == ENGLISH else languages
        card = {"--name": name, "--languages": other, "--licence": licence}
        _refuse_card(layout, {**card, "--with-layers": with_layers})
        _export_checkpoint(base, out, pooling, max_length, force, allow_download, json)
        return
    report = export_encoder(
        base,
        out if out is not None else packaged_encoder_folder(),
        name=name or ("all-MiniLM-L6-v2" if base == "base" else ""),
        pooling=pooling,
        max_length=max_length,
        languages=() if languages == ALL_LANGUAGES else parse_types([languages]),
        licence=licence,
        with_layers=with_layers,
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


def _refuse_card(layout: str, options: Mapping[str, object]) -> None:
    given = [name for name, value in options.items() if value]
    if given:
        goes = "goes" if len(given) == 1 else "go"
        raise UsageError(
            f"{' and '.join(given)} {goes} onto an encoder's card, which {layout} does not have",
            "leave them out, or export an encoder",
        )


def _export_checkpoint(
    base: str,
    out: Path | None,
    pooling: str | None,
    max_length: int | None,
    force: bool,
    allow_download: bool,
    json: bool,
) -> None:
    from jtcse_core.full_checkpoint import export_checkpoint

    if out is None:
        raise UsageError("--as-default makes an encoder", f"jtcse export {base} OUT --layout ...")
    folder = export_checkpoint(
        base,
        out,
        pooling=pooling,
        max_length=max_length,
        overwrite=force,
        allow_download=allow_download,
    )
    if json:
        output.as_json({"folder": str(folder)})
        return
    output.line(f"{folder}: load it with SentenceTransformer, or train on: jtcse train --base")
