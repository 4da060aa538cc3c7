"""`python -m benchmarks.accept.phrases FOLDER`: does each phrase stand where `phrases.tsv` says?

Told without any of our extractors: by the standard library, by the records of an old workbook,
and by pdftotext where it is installed. Prints one line a phrase; exits with 1 when one stands
elsewhere.
"""

from __future__ import annotations

import csv
import email
import email.policy
import html
import json
import mailbox
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.accept.formats import PHRASES

_TAG = re.compile(r"<[^<>]*>")
_RELATION = re.compile(r'<Relationship\b[^>]*?\bId="([^"]+)"[^>]*?\bTarget="([^"]+)"')
_REPEATED = re.compile(r'number-rows-repeated="(\d+)"')
_SHARED = re.compile(r'<c [^>]*?t="s"[^>]*><v>(\d+)</v>')
Places = Callable[[Path, str], Iterator[int]]


class Unchecked(Exception):
    """The program that could tell is not installed."""


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", markup)).split())


def _part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode("utf-8", "replace")


def lines(path: Path, phrase: str) -> Iterator[int]:
    """Yield the lines of the source that hold a phrase."""
    data = path.read_bytes()
    encoding = "iso8859-7" if path.name.endswith("-Greek") else "utf-8"
    for number, line in enumerate(data.decode(encoding, "replace").split("\n"), 1):
        if phrase in line:
            yield number


def pdf_pages(path: Path, phrase: str) -> Iterator[int]:
    """Yield the pages of a PDF that hold a phrase, as pdftotext reads them."""
    pages = _output("pdftotext", "-enc", "UTF-8", str(path), "-").split("\f")
    yield from (n for n, page in enumerate(pages, 1) if phrase in " ".join(page.split()))


def _output(program: str, *options: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Unchecked(f"{program} is not installed")
    return subprocess.run([found, *options], capture_output=True, check=True).stdout.decode(
        "utf-8", "replace"
    )


def pptx_slides(path: Path, phrase: str) -> Iterator[int]:
    """Yield the slides that hold a phrase, in the order of the presentation."""
    targets = dict(_RELATION.findall(_part(path, "ppt/_rels/presentation.xml.rels")))
    order = re.findall(r'<p:sldId [^>]*r:id="([^"]+)"', _part(path, "ppt/presentation.xml"))
    for number, id_ in enumerate(order, 1):
        if phrase in _plain(_part(path, f"ppt/{targets[id_]}")):
            yield number


def odp_slides(path: Path, phrase: str) -> Iterator[int]:
    """Yield the slides of an OpenDocument presentation that hold a phrase."""
    slides = _part(path, "content.xml").split("<draw:page ")[1:]
    yield from (n for n, slide in enumerate(slides, 1) if phrase in _plain(f"<{slide}"))


def ods_rows(path: Path, phrase: str) -> Iterator[int]:
    """Yield the rows of an OpenDocument sheet that hold the value of `name: value`."""
    number = 1
    for row in _part(path, "content.xml").split("<table:table-row")[1:]:
        if phrase.rpartition(": ")[2] in _plain(f"<{row}"):
            yield number
        repeated = _REPEATED.search(row.split(">")[0])
        number += int(repeated.group(1)) if repeated else 1


def xlsx_rows(path: Path, phrase: str) -> Iterator[int]:
    """Yield the rows of the first sheet that hold a phrase."""
    shared = [_plain(s) for s in _part(path, "xl/sharedStrings.xml").split("<si")[1:]]
    shared = [text.partition(">")[2] or text for text in shared]
    for row in _part(path, "xl/worksheets/sheet1.xml").split("<row ")[1:]:
        number = re.search(r'\br="(\d+)"', row)
        if number and any(phrase in shared[int(i)] for i in _SHARED.findall(row)):
            yield int(number.group(1))


def xls_rows(path: Path, phrase: str) -> Iterator[int]:
    """Yield the rows whose cells hold a phrase, told by the records of the workbook."""
    import olefile

    stream = olefile.OleFileIO(path).openstream("Workbook").read()
    strings: list[str] = []
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        record = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == 0x00FC:  # the table of shared strings
            strings = list(_shared(record))
        elif kind == 0x00FD:  # a cell that shows one of them
            row, _, _, index = struct.unpack_from("<HHHI", record)
            if index < len(strings) and phrase in strings[index]:
                yield row + 1


def _shared(record: bytes) -> Iterator[str]:
    at = 8
    while at + 3 <= len(record):
        count, flags = struct.unpack_from("<HB", record, at)
        at += 3
        runs = struct.unpack_from("<H", record, at)[0] if flags & 8 else 0
        at += 2 * bool(flags & 8)
        extra = struct.unpack_from("<I", record, at)[0] if flags & 4 else 0
        at += 4 * bool(flags & 4)
        size = count * (1 + (flags & 1))
        yield record[at : at + size].decode("utf-16-le" if flags & 1 else "latin-1")
        at += size + 4 * runs + extra


def csv_rows(path: Path, phrase: str) -> Iterator[int]:
    """Yield the rows that hold every `name: value` of a phrase."""
    wanted = [part.split(": ") for part in phrase.split(" | ")]
    with path.open(newline="", encoding="utf-8") as stream:
        for number, row in enumerate(csv.DictReader(stream), 2):
            if all(row.get(name) == value for name, value in wanted):
                yield number


def json_records(path: Path, phrase: str) -> Iterator[int]:
    """Yield the elements of a list, or the lines, that hold a phrase."""
    text = path.read_text(encoding="utf-8")
    records = text.split("\n") if path.suffix == ".jsonl" else map(json.dumps, json.loads(text))
    yield from (n for n, record in enumerate(records, 1) if phrase in record)


def epub_chapters(path: Path, phrase: str) -> Iterator[int]:
    """Yield the files of the reading order that hold a phrase."""
    package = re.findall(r'full-path="([^"]+)"', _part(path, "META-INF/container.xml"))[0]
    book = _part(path, package)
    items = [re.search(r'\bid="([^"]+)"', item) for item in re.findall(r"<item [^>]*>", book)]
    files = re.findall(r'<item [^>]*?href="([^"]+)"', book)
    by_id = {id_.group(1): file for id_, file in zip(items, files, strict=True) if id_}
    for number, id_ in enumerate(re.findall(r'<itemref [^>]*?idref="([^"]+)"', book), 1):
        if phrase in _plain(_part(path, str(Path(package).parent / by_id[id_]))):
            yield number


def cells(path: Path, phrase: str) -> Iterator[int]:
    """Yield the cells of a notebook that hold a phrase."""
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
        if phrase in "".join(cell["source"]):
            yield number


def messages(path: Path, phrase: str) -> Iterator[int]:
    """Yield the messages of a mailbox that hold a phrase."""
    for number, message in enumerate(mailbox.mbox(path), 1):
        if phrase in message.as_bytes().decode("utf-8", "replace"):
            yield number


def somewhere(path: Path, phrase: str) -> Iterator[int]:
    """Yield 0 when a document that has neither pages nor lines holds a phrase."""
    data = path.read_bytes()
    if path.suffix in (".docx", ".odt"):
        name = "word/document.xml" if path.suffix == ".docx" else "content.xml"
        found = phrase in _plain(_part(path, name))
    elif path.suffix == ".rtf":
        # The bytes of its code page stand as \\'82\\'a0, or as they are.
        text = re.sub(rb"\\'([0-9a-f]{2})", lambda m: bytes.fromhex(m.group(1).decode()), data)
        found = phrase.encode("cp932") in text
    elif path.suffix == ".eml":
        message = email.message_from_bytes(data, policy=email.policy.default)
        body = message.get_body(("plain", "html"))
        found = body is not None and phrase in body.get_content()
    else:
        found = phrase.encode("utf-16-le") in data or phrase.encode() in data
    yield from [0] if found else []


TELLERS: dict[str, Places] = {
    "pdf": pdf_pages, "pptx": pptx_slides, "odp": odp_slides, "ods": ods_rows, "xlsx": xlsx_rows,
    "xls": xls_rows, "csv": csv_rows, "json": json_records, "jsonl": json_records,
    "epub": epub_chapters, "ipynb": cells, "mbox": messages,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Check every row of `phrases.tsv`."""
    if not arguments or not Path(arguments[0]).is_dir():
        print("usage: python -m benchmarks.accept.phrases FOLDER")
        return 2
    folder = Path(arguments[0])
    wrong = 0
    with PHRASES.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            (path, *_) = (p for p in folder.rglob("*") if f"{p}".endswith(f"/{row['document']}"))
            teller = somewhere if row["unit"] == "text" else TELLERS.get(row["format"], lines)
            try:
                places = list(teller(path, row["phrase"]))
            except Unchecked as reason:
                print(f"unchecked  {row['format']}: {reason}")
                continue
            right = int(row["place"]) in places
            wrong += not right
            verdict = "right" if right else "WRONG"
            print(
                f"{verdict}      {row['format']}: {row['unit']} {row['place']}, found at {places}"
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
