"""`jtcse status`, `verify` and `config`."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import output
from app.cli.calling import Context
from app.cli.collections import info_as_dict, table, unfinished
from app.cli.diagnostics import ExitCode
from app.cli.options import JsonOption, collection_option

NamesOption = Annotated[
    list[str] | None,
    collection_option("This one; may be repeated."),
]


def status(context: Context, json: JsonOption = False) -> None:
    """Show the encoder, the collections, and where they are kept."""
    state = context.session.status()
    if json:
        output.as_json(
            {
                "home": str(state.home),
                "encoder": {
                    "name": state.encoder or None,
                    "fingerprint": state.fingerprint or None,
                    "problem": state.encoder_problem or None,
                },
                "graph_library": state.graph_library,
                "collections": [info_as_dict(info) for info in state.collections],
                "problems": [problem._asdict() for problem in state.problems],
            }
        )
        return
    output.line(f"home     {state.home}")
    if state.encoder_problem:
        output.line(f"encoder  none: {state.encoder_problem}; {state.encoder_hint}")
    else:
        output.line(f"encoder  {state.encoder} ({state.fingerprint[:8]})")
    if not state.graph_library:
        output.line("graph    hnswlib is not installed, every search is exact")
    output.line()
    if state.collections:
        table(list(state.collections))
        for info in state.collections:
            if info.unfinished:
                output.line(f"{info.name}: {unfinished(info.name)}")
    elif not state.problems:
        output.line("no collections yet; make one: jtcse index PATH")
    for problem in state.problems:
        output.line(f"{problem.collection}: {problem.what}; {problem.hint}")


def verify(
    context: Context,
    names: NamesOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what needs no encoding.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also encode a sample again and compare.")
    ] = False,
    json: JsonOption = False,
) -> ExitCode | None:
    """Check that collections are what was written. Exits with 4 when one is not sound."""
    session = context.session
    results = {
        name: session.verify(name, repair=repair, deep=deep)
        for name in names or session.catalog.names()
    }
    damaged = any(f.severity == "damage" for found in results.values() for f in found)
    if json:
        output.as_json(
            {
                "sound": not damaged,
                "collections": {
                    name: [finding._asdict() for finding in found]
                    for name, found in results.items()
                },
            }
        )
    else:
        for name, found in results.items():
            unsound = any(finding.severity == "damage" for finding in found)
            output.line(f"{name}: {'not sound' if unsound else 'sound'}")
            for finding in found:
                hint = f" ({finding.repair})" if finding.repair else ""
                output.line(f"  {finding.severity}: {finding.what}{hint}")
    return ExitCode.DAMAGED if damaged else None


def config(context: Context, json: JsonOption = False) -> None:
    """Show the settings in force, and where each comes from."""
    from app.settings import KEYS
    from app.themes import check_theme

    loaded = context.settings()
    check_theme(loaded.settings.tui_theme, loaded.origins["tui_theme"])
    rows = [
        (key, getattr(loaded.settings, name), loaded.origins[name]) for key, name in KEYS.items()
    ]
    if json:
        output.as_json({key: {"value": value, "from": origin} for key, value, origin in rows})
    else:
        output.as_table(("key", "value", "from"), [(k, str(v), o) for k, v, o in rows])
