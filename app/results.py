"""Results in the forms that leave the program; both faces write these."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.visible import visible, visible_line
from app.writing import check_new, new_file
from indexes.preambles import text_from
from indexes.types import Answer, Duplicate, Hit
from indexes.units import page_unit

if TYPE_CHECKING:
    from app.explanation import Explanation

CSV_COLUMNS = (
    "rank", "score", "cosine", "collection", "path", "line_start", "line_end", "page", "title",
    "text",
)  # fmt: skip

FORMS = (".md", ".json", ".csv")
"""Forms of an exported list, by the ending of its file."""


def answer_as_dict(
    answer: Answer, explanations: Sequence[Explanation | None] = ()
) -> dict[str, Any]:
    """Return the JSON form of an answer, with an explanation of each hit if there are any."""
    pairs = zip_longest(answer.hits, explanations)
    return {
        "query": answer.query,
        "mode": answer.mode,
        "collections": list(answer.collections),
        "like": [{"path": one.path, "line": one.line, "weight": one.weight} for one in answer.like],
        "took_ms": round(answer.took_ms, 2),
        "good_match": answer.good_match,
        "total": answer.total,
        "unknown_languages": list(answer.unknown_languages),
        "hits": [hit_as_dict(hit, explanation) for hit, explanation in pairs],
    }


def hit_as_dict(hit: Hit, explanation: Explanation | None = None) -> dict[str, Any]:
    """Return the JSON form of a hit, with an explanation if there is one."""
    value: dict[str, Any] = {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "cosine": None if hit.cosine is None else round(hit.cosine, 6),
        "match": None if hit.match is None else round(hit.match, 4),
        "collection": hit.collection,
        "path": hit.path,
        "title": hit.title,
        "type": hit.type,
        "heading": hit.heading,
        "line_start": hit.line_start,
        "line_end": hit.line_end,
        "line": hit.line,
        "page": hit.page,
        "unit": page_unit(hit.type) if hit.page else None,
        "text": hit.text,
        "highlight": [list(span) for span in hit.highlight],
        "sentence": None if hit.sentence is None else list(hit.sentence),
        "duplicates": [
            {
                "collection": other.collection,
                "path": other.path,
                "line_start": other.line_start,
                "page": other.page,
            }
            for other in hit.duplicates
        ],
    }
    if explanation is not None:
        value["explain"] = _explanation_as_dict(explanation)
    return value


def _explanation_as_dict(why: Explanation) -> dict[str, Any]:
    return {
        "dense": round(why.dense_part, 6),
        "lexical": round(why.lexical_part, 6),
        "bm25": None if why.bm25 is None else round(why.bm25, 6),
        "terms": list(why.terms),
        "elsewhere": dict(why.elsewhere),
        "words": [
            {"text": word.text, "part": round(word.part, 6), "spans": [list(s) for s in word.spans]}
            for word in why.words
        ],
        "rest": round(why.rest, 6) if why.words else None,
        "why_not": why.why_not or None,
    }


def shown_from(hit: Hit) -> int:
    """Return where a passage is shown from: its best sentence, else behind headers of mail.

    Or behind front matter; but not behind a word that was found in them.
    """
    return hit.sentence[0] if hit.sentence else text_from(hit.text, hit.highlight)


def csv_row(hit: Hit) -> list[object]:
    """Return the cells of a hit, in the order of `CSV_COLUMNS`."""
    return [_csv_cell(getattr(hit, name)) for name in CSV_COLUMNS]


def _csv_cell(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6)
    return visible(value) if isinstance(value, str) else value


def as_markdown(hit: Hit) -> str:
    """Return a hit as an item of a Markdown list, its passage quoted."""
    quote = "\n   > ".join(visible(hit.text).splitlines())
    where = visible_line(place(hit))
    return f"{hit.rank}. **{visible_line(hit.title)}** ({where})\n\n   > {quote}\n"


def place(hit: Hit | Duplicate) -> str:
    """Return where a hit stands: path and the line to open it at, or page."""
    unit = page_unit(hit.type)
    return f"{hit.path}, {unit} {hit.page}" if hit.page else f"{hit.path}:{hit.line}"


def citation(hit: Hit) -> str:
    """Return a hit as it is quoted elsewhere: its words, its title and where it stands."""
    words = " ".join(visible(hit.text).split())
    return f"“{words}” ({visible_line(hit.title)}, {visible_line(place(hit))})"


def export(path: Path, answer: Answer, hits: Sequence[Hit]) -> None:
    """Write hits of an answer to a new file; its ending says in which form.

    Raises:
        UsageError: The ending is none of `FORMS`, the file exists, or its folder does not.
        OutputError: It cannot be written.
    """
    check_new(path, FORMS)
    form = path.suffix.lower()
    if form == ".json":
        chosen = answer_as_dict(answer) | {"hits": [hit_as_dict(hit) for hit in hits]}
        text = json.dumps(chosen, indent=2, ensure_ascii=False) + "\n"
    elif form == ".csv":
        import csv

        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(CSV_COLUMNS)
        writer.writerows(csv_row(hit) for hit in hits)
        text = buffer.getvalue()
    else:
        text = f"# {visible_line(answer.query)}\n\n" + "\n".join(map(as_markdown, hits))
    with new_file(path, errors="replace") as stream:
        stream.write(text)
