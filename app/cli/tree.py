"""The tree of commands."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from app import __version__
from app.cli import (
    collections,
    encoders,
    evaluation,
    indexing,
    models,
    query,
    scoring,
    state,
    training,
)
from app.cli.context import DebugOption, HomeOption, ThreadsOption, command
from app.cli.interface import tui


def build() -> Any:
    """Return the command that the console script runs."""
    app = typer.Typer(
        name="jtcse",
        no_args_is_help=False,
        rich_markup_mode=None,  # half the cost of --help
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Semantic search over your own documents, in the terminal, offline.",
    )
    app.callback(invoke_without_command=True)(_root)
    app.command("index")(command(indexing.index))
    app.command("search")(command(query.search))
    app.command("score")(command(scoring.score))
    app.command("tui")(command(tui))
    app.add_typer(_collections(), name="collections")
    app.command("status")(command(state.status))
    app.command("verify")(command(state.verify))
    app.command("config")(command(state.config))
    app.command("train")(command(training.train))
    app.command("distill")(command(training.distill))
    app.command("export")(command(encoders.export))
    app.add_typer(_models(), name="models")
    app.add_typer(_evaluation(), name="eval")
    return typer.main.get_command(app)


def _collections() -> typer.Typer:
    group = typer.Typer(
        help="List, show, rename and remove collections.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(command(collections.list_))
    group.command("show")(command(collections.show))
    group.command("rename")(command(collections.rename))
    group.command("remove")(command(collections.remove))
    group.command("forget")(command(collections.forget))
    return group


def _models() -> typer.Typer:
    group = typer.Typer(
        help="List installed encoders, show one, and choose which is used.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(command(models.list_))
    group.command("show")(command(models.show))
    group.command("use")(command(models.use))
    return group


def _evaluation() -> typer.Typer:
    group = typer.Typer(
        help="Measure an encoder, or the search, on data with known answers.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("sts")(command(evaluation.sts))
    group.command("pairs")(command(evaluation.pairs))
    group.command("retrieval")(command(evaluation.retrieval))
    return group


def _root(
    caller: typer.Context,
    home: HomeOption = None,
    debug: DebugOption = False,
    threads: ThreadsOption = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    caller.obj = {"home": home, "debug": debug, "threads": threads}
    if version:
        typer.echo(f"jtcse {__version__}")
        raise typer.Exit
    if caller.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        command(tui)(caller, names=[], home=None, debug=False, threads=None)
    typer.echo(caller.get_help())
