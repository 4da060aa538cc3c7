"""The tree of commands."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer

from app import __version__
from app.cli import process
from app.cli.arguments import named_command
from app.cli.context import DebugOption, HomeOption, ThreadsOption, command


class Leaf(NamedTuple):
    """A command: a function of one of this package's modules, imported when it is needed."""

    module: str
    function: str
    short_help: str | None = None


class Branch(NamedTuple):
    """Commands under one name."""

    help: str
    leaves: dict[str, Leaf]
    short_help: str | None = None


TREE: dict[str, Leaf | Branch] = {
    "index": Leaf("indexing", "index", "Index folders and files, or bring them up to date."),
    "inspect": Leaf("inspecting", "inspect", "Show what is read of a file, and how it is cut."),
    "search": Leaf("query", "search", "Find the passages that answer a query."),
    "score": Leaf("scoring", "score", "Say how similar texts are."),
    "align": Leaf("aligning", "align", "Match the sentences of two documents."),
    "bench": Leaf("benching", "bench", "Score your own queries on your own documents."),
    "tui": Leaf("opening", "tui"),
    "status": Leaf("state", "status", "Show the encoder and the collections."),
    "verify": Leaf("state", "verify", "Check, and mend, collections."),
    "doctor": Leaf("doctoring", "doctor", "Look whether everything is there that is needed."),
    "config": Leaf("state", "config"),
    "train": Leaf("training", "train", "Train an encoder without labels."),
    "distill": Leaf("training", "distill", "Teach encoders to a single, smaller one."),
    "export": Leaf("encoders", "export", "Turn a BERT-family checkpoint into a fast encoder."),
    "collections": Branch(
        "List, show, move, back up and remove collections.",
        {
            "list": Leaf("collections", "list_"),
            "show": Leaf("collections", "show", "Show what a collection holds."),
            "rename": Leaf("collections", "rename"),
            "remove": Leaf("collections", "remove", "Remove a collection and all its files."),
            "forget": Leaf("collections", "forget", "Forget a folder, or a piped document."),
            "move": Leaf("upkeep", "move", "Follow a folder of documents that was moved."),
            "export": Leaf("upkeep", "export", "Write a collection into one file."),
            "import": Leaf("upkeep", "import_", "Make a collection of an exported file."),
            "compact": Leaf("upkeep", "compact", "Give the space of removed documents back."),
        },
    ),
    "models": Branch(
        "List installed encoders, show one, and choose which is used.",
        {
            "list": Leaf("models", "list_"),
            "show": Leaf("models", "show"),
            "use": Leaf("models", "use"),
        },
        "Installed encoders.",
    ),
    "eval": Branch(
        "Measure an encoder, or the search, on data with known answers.",
        {
            "sts": Leaf(
                "evaluation", "sts", "Agreement with people on the similarity of sentences."
            ),
            "pairs": Leaf("evaluation", "pairs", "How well it tells pairs with gold apart."),
            "retrieval": Leaf("retrieval", "retrieval", "Quality of the search on a BEIR folder."),
        },
        "Measure an encoder, or the search.",
    ),
}


def build(arguments: Sequence[str] = ()) -> Any:
    """Return the command that the console script runs.

    Args:
        arguments: What it will be run with. When they name a command, only that one is made
            ready: all of them together take longer than a search.
    """
    app = typer.Typer(
        name="jtcse",
        no_args_is_help=False,
        rich_markup_mode=None,  # half the cost of --help
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Semantic search over your own documents, in the terminal, offline.",
    )
    app.callback(invoke_without_command=True)(_root)
    named = named_command(arguments)
    for name, part in TREE.items():
        if named not in TREE or name == named:
            _add(app, name, part)
    return _without_python_types(typer.main.get_command(app))


def _add(app: typer.Typer, name: str, part: Leaf | Branch) -> None:
    if isinstance(part, Leaf):
        function = getattr(import_module(f"app.cli.{part.module}"), part.function)
        app.command(name, short_help=part.short_help)(command(function))
        return
    group = typer.Typer(help=part.help, rich_markup_mode=None)
    for leaf_name, leaf in part.leaves.items():
        _add(group, leaf_name, leaf)
    app.add_typer(group, name=name, short_help=part.short_help)


def _without_python_types(tree: Any) -> Any:
    """Keep Python's names of types, such as `list[str]`, out of the help on arguments."""
    for parameter in tree.params:
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda ctx: None
    for inner in getattr(tree, "commands", {}).values():
        _without_python_types(inner)
    return tree


def _root(
    caller: typer.Context,
    home: HomeOption = None,
    debug: DebugOption = False,
    threads: ThreadsOption = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    caller.obj = {**(caller.obj or {}), "home": home, "debug": debug, "threads": threads}
    if version:
        typer.echo(f"jtcse {__version__}")
        raise typer.Exit
    if caller.invoked_subcommand is not None:
        return
    if process.on_terminal():
        from app.cli.opening import tui

        command(tui)(caller, names=[], home=None, debug=False, threads=None)
    typer.echo(caller.get_help())
