"""`jtcse collections export`, `import`, `move` and `compact`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli import diagnostics, output
from app.cli.arguments import resolved
from app.cli.calling import Context
from app.cli.collections import info_as_dict
from app.cli.options import JsonOption, NameArgument
from app.cli.progress import IndexProgress
from app.errors import UsageError
from app.paths import is_there
from app.status import size

STANDARD_OUTPUT = Path("-")


def export(
    context: Context,
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what stands at FILE.")] = False,
    json: JsonOption = False,
) -> None:
    """Write a collection into one file: a backup, or to take to another machine."""
    if file == STANDARD_OUTPUT:
        raise UsageError("an archive goes into a file", "give the path of a file to write")
    target = file.expanduser().absolute()
    if target.is_dir() or not target.parent.is_dir():
        raise UsageError(f"{target} cannot be a file", "give the path of a file to write")
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", "add --force to replace it")
    written = context.session.upkeep.export(name, target)
    if json:
        output.as_json({"name": name, "file": str(target), "bytes": written})
    diagnostics.note(f"exported {name} to {target} ({size(written)})")


def import_(
    context: Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An exported collection.")],
    name: Annotated[
        str | None,
        typer.Option("-c", "--collection", metavar="NAME", help="Its name here."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make a collection of an exported file, after checking all of it."""
    if not file.expanduser().is_file():
        raise UsageError(f"{file} is no file", "give the path of an exported collection")
    session = context.session
    with IndexProgress() as progress:
        made = session.upkeep.import_(file.expanduser().absolute(), name, progress)
    info = session.describe(made)
    if json:
        output.as_json(info_as_dict(info))
    diagnostics.note(f"imported {made}: {info.documents:,} documents")
    for root in info.roots:
        if not is_there(root.path):
            diagnostics.note(
                f"{root.path} is not on this machine; if its documents are elsewhere: "
                f"jtcse collections move {made} {root.path} NEW"
            )


def move(
    context: Context,
    name: NameArgument,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Where the folder was.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Where it is now.")],
    json: JsonOption = False,
) -> None:
    """Follow a folder of documents that was moved; none is read or encoded again."""
    # The old place need not exist, and a link that stood on its way is part of its name.
    before, after = old.expanduser().absolute(), resolved(new)
    moved = context.session.upkeep.reroot(name, before, after)
    if json:
        output.as_json({"name": name, "documents": moved})
    diagnostics.note(f"{moved:,} documents of {name} are now under {after}")
    if not is_there(after):
        diagnostics.note(f"{after} does not exist (yet)")


def compact(context: Context, name: NameArgument, json: JsonOption = False) -> None:
    """Give the space of removed documents back to the disk."""
    freed = context.session.upkeep.compact(name)
    if json:
        output.as_json({"name": name, "freed": freed})
    diagnostics.note(f"{name}: freed {size(freed)}")
