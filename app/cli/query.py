"""`jtcse search`."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import completing, diagnostics, output, process
from app.cli.arguments import DASHES, hides_option, refuse_together
from app.cli.calling import Context
from app.cli.diagnostics import ExitCode
from app.cli.hits import write_plain
from app.cli.options import SearchedOption
from app.errors import UsageError
from app.filters import (
    LANGUAGES_WANTED,
    is_language,
    parse_languages,
    parse_since,
    parse_types,
)
from app.results import answer_as_dict, hit_as_dict
from indexes.query import MAX_QUERY_CHARS, parse
from indexes.textpaths import to_text
from indexes.types import Filters, Request

if TYPE_CHECKING:
    from indexes.types import Answer

HYBRID = "--mode hybrid or lexical finds more"


def search(
    context: Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="What you look for.")
    ] = None,
    collection: SearchedOption = None,
    everywhere: Annotated[bool, typer.Option("--all", help="Search every collection.")] = False,
    limit: Annotated[
        int | None, typer.Option("-k", "--limit", metavar="N", help="Documents to show.")
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            metavar="MODE",
            autocompletion=completing.modes,
            help="hybrid, dense or lexical.",
        ),
    ] = None,
    path: Annotated[str | None, typer.Option(metavar="GLOB", help="Only in such paths.")] = None,
    type_: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="EXT", help="Only in such files; may be repeated."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only changed since: 2026-01-31, or 7d.")
    ] = None,
    before: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only changed before, or sent before.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="Only with this tag; may be repeated.")
    ] = None,
    lang: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Only in this language, en or de; may be repeated."),
    ] = None,
    like: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH[:LINE][^WEIGHT]",
            help="What is like this document, or its passage there; may be repeated.",
        ),
    ] = None,
    unlike: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH[:LINE][^WEIGHT]", help="But not like this."),
    ] = None,
    duplicates: Annotated[
        bool,
        typer.Option("--duplicates", help="Show documents that say the same as hits of their own."),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what gave each hit its score.")
    ] = False,
    files: Annotated[bool, typer.Option("--files", help="Paths only.")] = False,
    null: Annotated[
        bool, typer.Option("-0", "--null", help="Paths only, each before a NUL: for xargs -0.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a hit.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
    markdown: Annotated[bool, typer.Option("--md", help="A Markdown list.")] = False,
) -> ExitCode | None:
    """Find the passages that answer, the best of each document.

    "Quoted phrases" must stand in the passage as they are. A query that begins with a dash
    goes after --.
    """
    form = _form(json=json, jsonl=jsonl, csv=csv, md=markdown, files=files and not null, null=null)
    refuse_together(
        "--explain",
        {
            "--files": explain and files,
            "--null": explain and null,
            "--csv": explain and csv,
            "--md": explain and markdown,
        },
    )
    if not words and not like:
        raise _no_query(context)
    session = context.session
    names, broken = (collection or ["default"]), False
    if everywhere:
        names, broken = _every_name(context)
    request = _request(
        context,
        words or [],
        mode,
        limit,
        Filters(
            None if path is None else to_text(path),
            parse_types(map(to_text, type_ or [])),
            None if since is None else parse_since(since),
            None if before is None else parse_since(before),
            tuple(map(process.readable, tag or ())),
            parse_languages(map(process.readable, lang or [])),
        ),
    )
    # Where nothing can be named beside a hit, every document is one.
    request = request._replace(collapse=not (duplicates or form in ("files", "null", "csv")))
    if like or unlike:
        from app.likeness import named_examples

        request = request._replace(like=named_examples(session, like or [], unlike or [], names))
    answer = session.search(request, names)
    if form in ("", "json", "jsonl"):
        answer = session.with_sentences(answer)
    whys = [session.explain(h, answer.query, answer.like) for h in answer.hits] if explain else []
    context.done_encoding()
    if form == "json":
        output.as_json(answer_as_dict(answer, whys))
    elif form == "jsonl":
        pairs = zip_longest(answer.hits, whys)
        output.as_json_lines(hit_as_dict(hit, why) for hit, why in pairs)
    else:
        write_plain(answer, whys, form)
    _note(context, answer)
    return ExitCode.DAMAGED if broken else None


def _no_query(context: Context) -> UsageError:
    hint = "say what you look for, or --like PATH"
    if hides_option(context.arguments):
        hint += f"; {DASHES}"
    return UsageError("missing argument 'QUERY...'", hint)


def _form(**given: bool) -> str:
    """Return the output format that was asked for; empty for text."""
    chosen = [form for form, is_given in given.items() if is_given]
    if len(chosen) > 1:
        raise UsageError("more than one output format", "choose one")
    return "".join(chosen)


def _request(
    context: Context, words: list[str], mode: str | None, limit: int | None, filters: Filters
) -> Request:
    settings = context.session.settings
    text = process.readable(" ".join(words))
    if len(text) > MAX_QUERY_CHARS:
        diagnostics.note(f"the query was cut to its first {MAX_QUERY_CHARS:,} characters")
    return Request(
        text=text,
        mode=mode or settings.search_mode,  # type: ignore[arg-type]  # the session checks it
        k=settings.search_limit if limit is None else limit,
        filters=filters,
    )


def _note(context: Context, answer: Answer) -> None:
    _note_changed(context, answer)
    if answer.unknown_languages:
        instead = "words count for more than meaning" if answer.mode == "hybrid" else HYBRID
        diagnostics.note(
            "the encoder was not made for the language of some of these "
            f"({', '.join(answer.unknown_languages)}): {instead}"
        )
    if not answer.hits:
        odd = [code for code in parse(answer.query).filters.languages if not is_language(code)]
        told = f": {', '.join(odd)} is no language; {LANGUAGES_WANTED}" if odd else ""
        diagnostics.note(f"no match{told}")
    elif answer.good_match is False:
        diagnostics.note(
            "no good match: the best hit is hardly better than those of unrelated questions"
        )


def _note_changed(context: Context, answer: Answer) -> None:
    changed = {*context.session.changed(answer.hits)}
    names = dict.fromkeys(hit.collection for hit in answer.hits if hit.path in changed)
    if changed:
        updates = " and ".join(_update_of(name) for name in names)
        diagnostics.note(
            f"{len(changed)} of these files changed or went since they were indexed; "
            f"{updates} brings them up to date"
        )
        return
    for name in context.session.stale(answer.collections):
        diagnostics.note(
            f"files of {name} changed since it was indexed; {_update_of(name)} updates it"
        )


def _update_of(name: str) -> str:
    """Return the command that brings a collection up to date."""
    return "jtcse index" if name == "default" else f"jtcse index -c {name}"


def _every_name(context: Context) -> tuple[list[str], bool]:
    """Return the collections that can be opened, and whether some, which are noted, cannot."""
    from indexes.errors import CollectionNotFound, IndexesError

    names, broken = [], []
    for name in context.session.catalog.names():
        try:
            with context.session.view(name).reader.consistent():
                names.append(name)
        except IndexesError as error:
            broken.append((name, error))
    if not names:
        nothing = CollectionNotFound("there are no collections", "make one: jtcse index PATH")
        raise broken[0][1] if broken else nothing
    for name, why in broken:
        diagnostics.note(f"jtcse: {name} is not searched: {why.message}; {why.hint}")
    return names, bool(broken)
