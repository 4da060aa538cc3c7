"""`jtcse search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import diagnostics, output, process
from app.cli.context import Context
from app.cli.snippets import snippet, without_title
from app.errors import UsageError
from app.filters import parse_since, parse_types
from app.results import CSV_COLUMNS, answer_as_dict, as_markdown, csv_row, hit_as_dict, place
from app.visible import visible_line

if TYPE_CHECKING:
    from indexes.types import Answer, Hit

INDENT = " " * 4
MIN_HEADING = 10


def search(
    context: Context,
    words: Annotated[list[str], typer.Argument(metavar="QUERY", help="What you look for.")],
    collection: Annotated[
        list[str] | None,
        typer.Option("-c", "--collection", metavar="NAME", help="Search here; may be repeated."),
    ] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="Search every collection.")] = False,
    limit: Annotated[
        int | None, typer.Option("-k", "--limit", metavar="N", help="Documents to show.")
    ] = None,
    mode: Annotated[
        str | None, typer.Option(metavar="MODE", help="hybrid, dense or lexical.")
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
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what gave each hit its score.")
    ] = False,
    files: Annotated[bool, typer.Option("--files", help="Paths only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a hit.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
    markdown: Annotated[bool, typer.Option("--md", help="A Markdown list.")] = False,
) -> None:
    """Find the passages that answer, the best of each document.

    "Quoted phrases" must stand in the passage as they are. A query that begins with a dash
    goes after --.
    """
    from indexes.query import MAX_QUERY_CHARS
    from indexes.types import Filters, Request

    if sum((json, jsonl, csv, markdown, files)) > 1:
        raise UsageError("more than one output format", "choose one")
    settings = context.session.settings
    text = process.readable(" ".join(words))
    if len(text) > MAX_QUERY_CHARS:
        diagnostics.note(f"the query was cut to its first {MAX_QUERY_CHARS:,} characters")
    request = Request(
        text=text,
        mode=mode or settings.search_mode,  # type: ignore[arg-type]  # the session checks it
        k=settings.search_limit if limit is None else limit,
        filters=Filters(
            path,
            parse_types(type_ or []),
            None if since is None else parse_since(since),
            None if before is None else parse_since(before),
            tuple(tag or ()),
            parse_types(lang or []),
        ),
    )
    answer = context.session.search(request, _names(context, collection, everywhere))
    if json:
        output.as_json(answer_as_dict(answer, explain))
    elif jsonl:
        output.as_json_lines(hit_as_dict(hit, explain) for hit in answer.hits)
    else:
        _write_plain(answer, explain, "csv" if csv else "md" if markdown else "files" * files)
    _note_changed(context, answer)
    if not answer.hits:
        diagnostics.note("no match")
    elif answer.good_match is False:
        diagnostics.note(
            "no good match: the best hit is hardly better than those of unrelated questions"
        )


def _note_changed(context: Context, answer: Answer) -> None:
    changed = context.session.changed(answer.hits)
    if changed:
        diagnostics.note(
            f"{len(changed)} of these files changed since they were indexed; "
            "bring the collection up to date: jtcse index"
        )
        return
    for name in context.session.stale(answer.collections):
        update = "jtcse index" if name == "default" else f"jtcse index -c {name}"
        diagnostics.note(f"files of {name} changed since it was indexed; {update} updates it")


def _names(context: Context, given: list[str] | None, everywhere: bool) -> list[str]:
    if not everywhere:
        return given or ["default"]
    names = context.session.catalog.names()
    if not names:
        from indexes.errors import CollectionNotFound

        raise CollectionNotFound("there are no collections", "make one: jtcse index PATH")
    return names


def _write_plain(answer: Answer, explain: bool, form: str) -> None:
    if form == "csv":
        _write_csv(answer)
    elif form == "md":
        _write_markdown(answer)
    elif form == "files":
        for hit in answer.hits:
            output.path_line(hit.path)
    else:
        _write_text(answer, explain)


def _write_csv(answer: Answer) -> None:
    output.as_csv(CSV_COLUMNS, map(csv_row, answer.hits))


def _write_markdown(answer: Answer) -> None:
    for hit in answer.hits:
        output.raw_line(as_markdown(hit))


def _match(hit: Hit) -> str:
    """Return how good a hit is: its share above unrelated questions, else its raw score."""
    return f"{hit.score:.3f}" if hit.match is None else f"{int(100 * hit.match):>3} %"


def _write_text(answer: Answer, explain: bool) -> None:
    width = max(output.width() - len(INDENT), 20) if output.is_terminal() else None
    for hit in answer.hits:
        if hit.rank > 1:
            output.line()
        output.raw_line(f"{hit.rank:>2}  {_match(hit)}  {output.bold(visible_line(hit.title))}")
        collection = hit.collection if len(answer.collections) > 1 else ""
        where = "  ".join(filter(None, [place(hit), collection]))
        output.raw_line(INDENT + output.faint(visible_line(where + _heading(hit, where, width))))
        begin = without_title(hit.text, hit.title)
        spans = [(a - begin, b - begin) for a, b in hit.highlight if a >= begin]
        for line in snippet(hit.text[begin:], spans, width):
            output.raw_line(INDENT + line)
        if explain:
            output.raw_line(INDENT + output.faint(visible_line(_explanation(hit))))


def _heading(hit: Hit, before: str, width: int | None) -> str:
    """Return the headings above a passage, as far as they say more and find room."""
    heading = hit.heading.removeprefix(hit.title).removeprefix(" > ")
    if width is not None and len(before) + 2 + len(heading) > width:
        room = width - len(before) - 3
        heading = f"{heading[:room]}…" if room >= MIN_HEADING else ""
    return f"  {heading}" if heading else ""


def _explanation(hit: Hit) -> str:
    parts = []
    if hit.cosine is not None:
        parts.append(f"meaning {hit.dense_part:.3f} (cosine {hit.cosine:.3f})")
    if hit.bm25 is not None:
        words = ", ".join(hit.terms) or "none"
        parts.append(f"words {hit.lexical_part:.3f} (BM25 {hit.bm25:.2f}: {words})")
    return "  +  ".join(parts)
