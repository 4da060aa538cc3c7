"""A phrase that is known to stand in a real file is found where it stands, format by format.

What `phrases.tsv` says was looked up without our extractors; `benchmarks/accept/phrases.py` does
so again. The line is that of the source where the source is text, and the page, slide, row,
chapter, cell or message otherwise. Formats that have neither (`text`) count as found only.
"""

from __future__ import annotations

import csv
import tarfile
from collections.abc import Iterator
from pathlib import Path

from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from benchmarks.accept.claim import Claim, at_least
from indexes.types import Hit, Request, Root
from indexes.units import page_unit

PHRASES = Path(__file__).parent / "phrases.tsv"
WANTED = 25
NO_PLACE = "text"
MARKUP = ("rtf1", "<w:p", "endobj", "fonttbl", "wordprocessingml", "FlateDecode", "startxref")


def formats(data: Path, scratch: Path) -> Iterator[Claim]:
    """Search for a quoted phrase of each format, in lexical mode."""
    with PHRASES.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    docs = _unpack(data, scratch, [row["document"] for row in rows])
    session = Session(find_paths(scratch / "home"), Settings())
    report = session.index([Root(docs)], "docs")
    placed = [row for row in rows if row["unit"] != NO_PLACE]
    missed = tuple(why for row in placed if (why := _miss(session, row)))
    yield at_least(
        f"of {len(placed)} formats, those whose phrase is found in its place",
        len(placed) - len(missed), WANTED, missed,
    )  # fmt: skip
    others = [row for row in rows if row["unit"] == NO_PLACE]
    lost = tuple(why for row in others if (why := _miss(session, row)))
    yield at_least(
        f"of {len(others)} formats without pages or lines, those whose phrase is found",
        len(others) - len(lost), len(others), lost,
    )  # fmt: skip
    markup = [word for word in MARKUP if session.search(_quoted(word), ["docs"]).hits]
    yield Claim("markup that is found as text", str(len(markup)), "0", not markup, tuple(markup))
    skipped = tuple(f"{skip.path}: {skip.reason}" for skip in report.skips)
    yield Claim("files of these that are skipped", str(len(skipped)), "0", not skipped, skipped)
    session.close()


def _quoted(text: str) -> Request:
    return Request(text if text.startswith('"') else f'"{text}"', "lexical", 20)


def _miss(session: Session, row: dict[str, str]) -> str:
    """Return why a phrase counts as missed; nothing when it was found in its place."""
    hits = session.search(_quoted(row["phrase"]), ["docs"]).hits
    found = [hit for hit in hits if hit.path.endswith(f"/{row['document']}")]
    if not found:
        return f"{row['format']}: {row['phrase']!r} is not found"
    place = int(row["place"])
    if not _stands(found[0], row["unit"], place):
        hit = found[0]
        where = f"{page_unit(hit.type)} {hit.page}, lines {hit.line_start}-{hit.line_end}"
        return f"{row['format']}: {row['phrase']!r} is at {where}, not at {row['unit']} {place}"
    return ""


def _stands(hit: Hit, unit: str, place: int) -> bool:
    if unit == NO_PLACE:
        return True
    if unit == "line":
        return hit.line_start <= place <= hit.line_end
    return page_unit(hit.type) == unit and hit.page == place


def _unpack(data: Path, scratch: Path, documents: list[str]) -> Path:
    ends = tuple(f"/{document}" for document in documents)
    with tarfile.open(data / "docs.tar.xz") as archive:
        members = (member for member in archive if member.name.endswith(ends))
        archive.extractall(scratch, members, filter="data")
    return scratch / "docs"
