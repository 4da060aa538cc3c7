"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.cli import completing

JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", autocompletion=completing.collections)]


def collection_option(help_: str) -> Any:
    """Return `-c NAME`, which the shell completes."""
    return typer.Option(
        "-c",
        "--collection",
        metavar="NAME",
        autocompletion=completing.collections,
        help=help_,
    )


SearchedOption = Annotated[list[str] | None, collection_option("Search here; may be repeated.")]
