"""`jtcse collections`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output, process
from app.cli.arguments import resolved
from app.cli.calling import Context
from app.cli.diagnostics import ExitCode
from app.cli.options import JsonOption, NameArgument
from app.errors import UsageError
from app.piped import PREFIX as PIPED
from app.status import size
from indexes.errors import Damaged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.session import Session
    from indexes.types import CollectionInfo


def info_as_dict(info: CollectionInfo) -> dict[str, Any]:
    """Return the JSON form of a collection's description."""
    return {
        "name": info.name,
        "documents": info.documents,
        "passages": info.passages,
        "bytes": info.bytes,
        "encoder": {"name": info.encoder, "fingerprint": info.fingerprint},
        "roots": [
            {"path": str(root.path), "include": list(root.include), "exclude": list(root.exclude)}
            for root in info.roots
        ],
        "updated": _iso(info.updated),
        "skipped": info.skipped,
        "generation": info.generation,
        "graph": info.graph,
        "reclaimable": info.reclaimable,
        "moving": info.moving,
        "unfinished": info.unfinished,
    }


def list_(context: Context, json: JsonOption = False) -> ExitCode | None:
    """List the collections. Exits with 4 when one cannot be opened."""
    infos, problems = context.session.describe_all()
    if json:
        output.as_json([info_as_dict(info) for info in infos])
    elif infos:
        table(infos)
    elif not problems:
        diagnostics.note("no collections yet; make one: jtcse index PATH")
    for problem in problems:
        diagnostics.note(f"jtcse: {problem.what}; {problem.hint}")
    return ExitCode.DAMAGED if problems else None


def table(infos: list[CollectionInfo]) -> None:
    """Write collections as a table."""
    output.as_table(
        ("name", "documents", "passages", "size", "unused", "updated"),
        [
            (
                info.name,
                f"{info.documents:,}",
                f"{info.passages:,}",
                size(info.bytes),
                size(info.reclaimable) if info.reclaimable else "-",
                (_iso(info.updated) or "never")[:16].replace("T", " "),
            )
            for info in infos
        ],
    )


def show(context: Context, name: NameArgument, json: JsonOption = False) -> None:
    """Show what a collection holds and where it comes from."""
    info = context.session.describe(name)
    if json:
        output.as_json(info_as_dict(info))
        return
    table([info])
    output.line(f"encoder  {info.encoder} ({info.fingerprint[:8]})")
    for root in info.roots:
        options = "".join(f" --include {glob}" for glob in root.include)
        options += "".join(f" --exclude {glob}" for glob in root.exclude)
        output.line(f"root     {root.path}{options}")
    if info.skipped:
        output.line(f"skipped  {info.skipped} files")
    if info.graph is not None:
        output.line(f"graph    {_graph(info.graph)}")
    if info.reclaimable:
        output.line(
            f"unused   {size(info.reclaimable)}; give it back: jtcse collections compact {name}"
        )
    if info.unfinished:
        output.line(f"run      {unfinished(name)}")
    if info.moving is not None:
        output.line(
            f"moving   to encoder {info.moving['encoder']}: {info.moving['texts']:,} of "
            f"{info.moving['of']:,} texts; go on: jtcse models use {info.moving['location']} "
            f"-c {name} --yes"
        )


def unfinished(name: str) -> str:
    """Say that a run did not finish, and what to do about it."""
    return f"an index run did not finish; go on: jtcse index -c {name}"


def _graph(facts: Mapping[str, object]) -> str:
    text = f"{facts['vectors']:,} vectors"
    if facts["recall"] is not None:
        text += f", recall@10 {facts['recall']:.3f} at ef {facts['ef']}, measured on a sample"
    return text


def rename(
    context: Context,
    name: NameArgument,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
) -> None:
    """Give a collection another name."""
    context.session.rename(name, new)
    diagnostics.note(f"{name} is now {new}")


def remove(
    context: Context,
    name: NameArgument,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
) -> ExitCode | None:
    """Remove a collection and all its files. The documents themselves are not touched."""
    if not yes and not _confirmed(f"Remove {name} ({_extent(context.session, name)})?"):
        diagnostics.note(f"{name} was kept")
        return ExitCode.FAILED
    context.session.remove(name)
    diagnostics.note(f"removed {name}; the documents themselves were not touched")
    return None


def _extent(session: Session, name: str) -> str:
    try:
        return f"{session.describe(name).documents:,} documents"
    except Damaged:
        return "damaged"


def _confirmed(question: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("there is no terminal to ask on", "add --yes to remove it all the same")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def forget(
    context: Context,
    name: NameArgument,
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH", help="A folder or file that was indexed, or stdin:TITLE of a pipe."
        ),
    ],
) -> None:
    """Forget a folder of a collection, and what was indexed under it; or a piped document."""
    if path.startswith(PIPED):
        return _forget_piped(context.session, name, process.readable(path))
    root = resolved(Path(path))
    if not context.session.forget(name, root):
        raise UsageError(
            f"{root} is no root of {name}", f"see its roots with: jtcse collections show {name}"
        )
    diagnostics.note(f"{name} no longer follows {root}")
    return None


def _forget_piped(session: Session, name: str, path: str) -> None:
    if not session.forget_record(name, path):
        raise UsageError(
            f"{path} is no document of {name}", "jtcse search names it as a path beside its hits"
        )
    diagnostics.note(f"{name} no longer holds {path}")


def _iso(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(seconds))
