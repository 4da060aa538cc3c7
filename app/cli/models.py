"""`jtcse models`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output
from app.cli.calling import Context
from app.cli.options import JsonOption, collection_option
from app.cli.progress import IndexProgress

if TYPE_CHECKING:
    from app.encoders import Installed

NameArgument = Annotated[str, typer.Argument(metavar="NAME|PATH")]


def list_(context: Context, json: JsonOption = False) -> None:
    """List the encoders that can be used by name; the star marks the one in use."""
    from app.encoders import list_encoders

    encoders = list_encoders(context.session)
    if json:
        output.as_json([_as_dict(encoder) for encoder in encoders])
        return
    output.as_table(
        ("name", "", "base", "pooling", "dim", "tokens", "dev", "fingerprint"),
        [_row(encoder) for encoder in encoders],
    )
    for encoder in encoders:
        if encoder.problem:
            diagnostics.note(f"{encoder.name}: {encoder.problem}")


def show(context: Context, name: NameArgument, json: JsonOption = False) -> None:
    """Show an encoder: what it was made from and how, and its measured scores."""
    from app.encoders import show_encoder

    encoder = show_encoder(context.session, name)
    if json:
        output.as_json(_as_dict(encoder))
        return
    for key, value in _flatten({"folder": str(encoder.folder), **_card(encoder)}):
        output.line(f"{key}  {value}")


def use(
    context: Context,
    name: NameArgument,
    collection: Annotated[
        str | None,
        collection_option("Encode this collection again."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do so without a further word.")] = False,
    json: JsonOption = False,
) -> None:
    """Make new collections with this encoder, or move one collection to it.

    A collection answers with the encoder it was made with. Moving it means encoding all of it
    again: without --yes only the cost is said.
    """
    from app.encoders import reencoding_costs, use_encoder

    session = context.session
    if collection is not None:
        session.describe(collection)
    costs = [
        cost
        for cost in reencoding_costs(session, name)
        if collection is None or cost.collection == collection
    ]
    moved = collection is not None and yes and bool(costs)
    if collection is None:
        use_encoder(session, name)
        diagnostics.note(f"new collections are made with {name}")
    elif moved:
        with IndexProgress() as progress:
            session.upkeep.reencode(collection, name, progress)
        diagnostics.note(f"{collection} is encoded with {name} now")
    elif not costs:
        diagnostics.note(f"{collection} is encoded with {name} already")
    if json:
        output.as_json({"encoder": name, "moved": moved, "costs": [asdict(c) for c in costs]})
    elif not moved:
        for cost in costs:
            output.line(
                f"{cost.collection}: {cost.passages:,} passages to encode again, about "
                f"{_duration(cost.seconds)}; do it: jtcse models use {name} "
                f"-c {cost.collection} --yes"
            )


def _row(encoder: Installed) -> tuple[str, ...]:
    star = "*" if encoder.current else ""
    card = encoder.card
    if card is None:
        return (encoder.name, star, "cannot be used", "", "", "", "", "")
    base = card.base.rstrip("/").rsplit("/", 1)[-1]
    return (
        encoder.name,
        star,
        base,
        card.pooling,
        str(card.dim),
        str(card.max_length),
        _dev_score(card.scores),
        card.fingerprint[:8],
    )


def _dev_score(scores: Mapping[str, Any]) -> str:
    """Return what the card says of the encoder's STS-B dev score, when it says it as ours do."""
    dev = scores.get("dev")
    score = dev.get("spearman") if isinstance(dev, dict) else None
    return f"{score:.2f}" if isinstance(score, int | float) else ""


def _as_dict(encoder: Installed) -> dict[str, Any]:
    return {
        "name": encoder.name,
        "folder": str(encoder.folder),
        "current": encoder.current,
        "problem": encoder.problem or None,
        "encoder": _card(encoder) or None,
    }


def _card(encoder: Installed) -> dict[str, Any]:
    return asdict(encoder.card) if encoder.card else {}


def _flatten(value: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for key, part in value.items():
        if isinstance(part, dict):
            rows += _flatten(part, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", part))
    return rows


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
