"""The tree of commands."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from app import __version__
from app.cli import (
    aligning,
    benching,
    collections,
    doctoring,
    encoders,
    evaluation,
    indexing,
    inspecting,
    models,
    query,
    retrieval,
    scoring,
    state,
    training,
    upkeep,
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
    app.command("index", short_help="Index folders and files, or bring them up to date.")(
        command(indexing.index)
    )
    app.command("inspect", short_help="Show what is read of a file, and how it is cut.")(
        command(inspecting.inspect)
    )
    app.command("search", short_help="Find the passages that answer a query.")(
        command(query.search)
    )
    app.command("score", short_help="Say how similar texts are.")(command(scoring.score))
    app.command("align", short_help="Match the sentences of two documents.")(
        command(aligning.align)
    )
    app.command("bench", short_help="Score your own queries on your own documents.")(
        command(benching.bench)
    )
    app.command("tui")(command(tui))
    app.command("status", short_help="Show the encoder and the collections.")(command(state.status))
    app.command("verify", short_help="Check, and mend, collections.")(command(state.verify))
    app.command("doctor", short_help="Look whether everything is there that is needed.")(
        command(doctoring.doctor)
    )
    app.command("config")(command(state.config))
    app.command("train", short_help="Train an encoder without labels.")(command(training.train))
    app.command("distill", short_help="Teach encoders to a single, smaller one.")(
        command(training.distill)
    )
    app.command("export", short_help="Turn a BERT-family checkpoint into a fast encoder.")(
        command(encoders.export)
    )
    app.add_typer(_collections(), name="collections")
    app.add_typer(_models(), name="models", short_help="Installed encoders.")
    app.add_typer(_evaluation(), name="eval", short_help="Measure an encoder, or the search.")
    return _without_python_types(typer.main.get_command(app))


def _without_python_types(tree: Any) -> Any:
    """Keep Python's names of types, such as `list[str]`, out of the help on arguments."""
    for parameter in tree.params:
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda ctx: None
    for inner in getattr(tree, "commands", {}).values():
        _without_python_types(inner)
    return tree


def _collections() -> typer.Typer:
    group = typer.Typer(
        help="List, show, move, back up and remove collections.",
        rich_markup_mode=None,
    )
    group.command("list")(command(collections.list_))
    group.command("show", short_help="Show what a collection holds.")(command(collections.show))
    group.command("rename")(command(collections.rename))
    group.command("remove", short_help="Remove a collection and all its files.")(
        command(collections.remove)
    )
    group.command("forget", short_help="Forget a folder of a collection.")(
        command(collections.forget)
    )
    group.command("move", short_help="Follow a folder of documents that was moved.")(
        command(upkeep.move)
    )
    group.command("export", short_help="Write a collection into one file.")(command(upkeep.export))
    group.command("import", short_help="Make a collection of an exported file.")(
        command(upkeep.import_)
    )
    group.command("compact", short_help="Give the space of removed documents back.")(
        command(upkeep.compact)
    )
    return group


def _models() -> typer.Typer:
    group = typer.Typer(
        help="List installed encoders, show one, and choose which is used.",
        rich_markup_mode=None,
    )
    group.command("list")(command(models.list_))
    group.command("show")(command(models.show))
    group.command("use")(command(models.use))
    return group


def _evaluation() -> typer.Typer:
    group = typer.Typer(
        help="Measure an encoder, or the search, on data with known answers.",
        rich_markup_mode=None,
    )
    group.command("sts", short_help="Agreement with people on the similarity of sentences.")(
        command(evaluation.sts)
    )
    group.command("pairs", short_help="How well it tells pairs with gold apart.")(
        command(evaluation.pairs)
    )
    group.command("retrieval", short_help="Quality of the search on a BEIR folder.")(
        command(retrieval.retrieval)
    )
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
