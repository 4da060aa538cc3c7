"""Hostile files: each costs only itself, within its limits, and is named with a true reason."""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from indexes.cutting import cut
from indexes.errors import SkipDocument
from indexes.extract import archives
from indexes.extract.archives import Archive
from indexes.extract.registry import extract
from indexes.extract.sandbox import Limits, Sandbox
from indexes.extract.xmltree import parse_xml
from tests.indexes.formats.making import TYPES, docx, pdf, word_paragraph, zipped
from tests.indexes.word_encoder import WordEncoder

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;">]><l>&c;</l>'
)


def reason(data: bytes, extension: str) -> str:
    with pytest.raises(SkipDocument) as caught:
        extract(data, extension)
    return caught.value.message


def test_entities_made_of_entities_are_refused():
    assert "bomb" in reason(LAUGHS, "xml")
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "word/document.xml": LAUGHS,
    }
    assert "bomb" in reason(zipped(parts), "docx")


def test_external_entities_are_not_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret words")
    xml = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><d>open &x; words</d>'
    assert "secret" not in extract(xml.encode(), "xml").text


def test_deep_xml_is_refused():
    assert "deeper" in reason(b"<a>" * 5000 + b"x" + b"</a>" * 5000, "xml")


def test_a_part_that_unpacks_to_hundreds_of_times_its_size_is_refused():
    bomb = zipped({"[Content_Types].xml": TYPES, "word/document.xml": b" " * (20 << 20)})
    assert len(bomb) < 100_000
    assert "unpacks to" in reason(bomb, "docx")


def test_an_archive_of_too_many_entries_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRIES", 10)
    with pytest.raises(SkipDocument, match="entries"):
        Archive(zipped({str(i): "" for i in range(11)}))


def test_what_an_entry_says_of_its_size_is_not_believed():
    data = bytearray(zipped({"a": b"x" * 100_000}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(SkipDocument, match="damaged"):
        Archive(bytes(data)).read("a")


def test_an_encrypted_entry_is_named_as_such():
    data = bytearray(zipped({"a": b"words"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    with pytest.raises(SkipDocument, match="encrypted"):
        Archive(bytes(data)).read("a")


def test_nested_archives_are_not_opened():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("inner.zip", zipped({"secret.txt": "words"}))
    assert "zip archive" in reason(buffer.getvalue(), "zip")


HARD: dict[str, tuple[bytes, str]] = {
    "open lists": (b"[" * 100_000, "json"),
    "open divisions": (b"<div>" * 50_000 + b"words", "html"),
    "open groups": (b"{\\rtf1 " + b"{" * 100_000 + b"words", "rtf"),
    "quotes in quotes": (b"> " * 50_000 + b"words", "md"),
    "open brackets": (b"# " + b"[" * 200_000 + b"\n\nwords", "md"),
    "open links": (b"# " + b"![a](" * 60_000 + b"\n\nwords", "md"),
    "open tags": (b"<a " * 100_000 + b"words", "html"),
    "open comments": (b"<!--" * 100_000 + b"words", "html"),
    "ampersands": (b"&" * 300_000 + b"words", "html"),
    "open environments": (b"\\begin{a}" * 50_000 + b"words", "tex"),
    "open sections": (b"\\section{" * 50_000 + b"words", "tex"),
    "many cells": (b"a," * 300_000, "csv"),
    "quotation marks": (b'"' * 300_001, "csv"),
    "open cues": (b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<i" * 100_000, "srt"),
    "empty messages": (b"From a@b Mon Jan  2 15:04:05 2006\n" * 20_000, "mbox"),
    "many parts": (
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 50_000,
        "eml",
    ),
    "fonts": (b".TH A 1\n" + b"\\f" * 200_000, "man"),
    "one underline": (b"=" * 400_000, "rst"),
    "underlines": (b"a\n" + b"=\n" * 200_000, "adoc"),
    "parentheses": (b"(" * 100_000, "py"),
    "an open list of tags": (b"---\ntags: [" + b"a" * 200_000, "md"),
    "fields": (b"A:\n" + b"\t\t\t\t\t b\n" * 5_000, "rst"),
    "references": (b"[a]: b\n" * 40_000, "md"),
    "an item of blank lines": (b"- a\n" + b"\n" * 90_000 + b"  b\n", "md"),
    "wide tables": (b"|" + b"a|" * 1000 + b"\n|" + b"-|" * 1000 + b"\n" + b"|a\n" * 20_000, "md"),
    "escapes": (b"~{" * 100_000, "txt"),
    "full stops": (b"word " * 60_000 + b"\n\n" + b"." * 200_000, "txt"),
}


@pytest.mark.parametrize("name", HARD)
def test_patterns_that_could_take_forever_take_seconds(name):
    data, extension = HARD[name]
    began = time.monotonic()
    with Sandbox(Limits(seconds=20)) as sandbox, suppress(SkipDocument):
        cut(sandbox.extract(data, extension), WordEncoder())
    assert time.monotonic() - began < 10


def test_a_worker_reads_what_this_process_would(tmp_path):
    data = docx(word_paragraph("Words \U0001d11e and more."))
    with Sandbox() as sandbox:
        assert sandbox.extract(data, "docx") == extract(data, "docx")
        with pytest.raises(SkipDocument, match="damaged"):
            sandbox.extract(b"%PDF-1.7 cut", "pdf")


def test_plain_text_needs_no_worker():
    with Sandbox() as sandbox:
        for extension in ("txt", "md", "rst", "adoc", ""):
            sandbox.extract(b"Plain words.", extension)
        assert sandbox.worker_id is None


def test_a_worker_that_takes_too_long_is_ended_and_the_next_file_is_read():
    with Sandbox() as sandbox:
        sandbox.extract(pdf([["words"]]), "pdf")
        assert sandbox.worker_id is not None
        os.kill(sandbox.worker_id, signal.SIGSTOP)
        patient, sandbox.limits = sandbox.limits, Limits(seconds=1)
        with pytest.raises(SkipDocument, match="takes more than 1 seconds"):
            sandbox.extract(pdf([["words"]]), "pdf")
        sandbox.limits = patient
        assert sandbox.extract(pdf([["words"]]), "pdf").text == "words"


def test_a_worker_stays_however_large_its_parent_is():
    code = (
        "import time\nfrom indexes.extract.sandbox import Sandbox\n"
        "large = b'x' * (400 << 20)\n"
        "with Sandbox() as sandbox:\n"
        "    for _ in range(2):\n"
        "        sandbox.extract(b'<p>words</p>', 'html')\n"
        "        print(sandbox.worker_id)\n"
        "        time.sleep(0.5)\n"
    )
    root = Path(__file__).parents[3]
    output = subprocess.check_output([sys.executable, "-c", code], cwd=root, text=True)
    first, second = output.split()
    assert first == second


def test_a_worker_that_died_is_replaced():
    with Sandbox() as sandbox:
        sandbox.extract(pdf([["words"]]), "pdf")
        assert sandbox.worker_id is not None
        os.kill(sandbox.worker_id, signal.SIGKILL)
        assert sandbox.extract(pdf([["words"]]), "pdf").text == "words"


def test_a_file_that_needs_too_much_memory_is_named(tmp_path):
    rows = b"<a>" + b"<b>x</b>" * 2_000_000 + b"</a>"
    with Sandbox(Limits(memory_mb=256)) as sandbox:
        with pytest.raises(SkipDocument, match=r"256 MB|crashed|ended"):
            sandbox.extract(rows, "xml")
        assert sandbox.extract(pdf([["words"]]), "pdf").text == "words"


def test_a_file_above_the_limit_is_named_with_it():
    with Sandbox(Limits(file_mb=1)) as sandbox, pytest.raises(SkipDocument, match="1 MB"):
        sandbox.extract(b"x" * (1 << 20) + b"y", "txt")


@pytest.mark.skipif(sys.platform != "linux", reason="death with the parent is Linux's")
def test_a_worker_dies_with_its_parent():
    code = (
        "import time\nfrom indexes.extract.sandbox import Sandbox\n"
        "sandbox = Sandbox()\nsandbox.extract(b'<p>words</p>', 'html')\n"
        "print(sandbox.worker_id, flush=True)\ntime.sleep(60)\n"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root, text=True
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not Path(f"/proc/{worker}").exists() or _is_zombie(worker):
            return
        time.sleep(0.05)
    pytest.fail("the worker lives on")


def _is_zombie(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_worker_never_imports_an_encoder_library():
    code = (
        "import sys, indexes.extract.worker, indexes.extract.parsed\n"
        "heavy = {'torch', 'onnxruntime', 'numpy', 'tokenizers', 'sqlite3'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=root, text=True)
    assert done.stdout.strip() == "[]"


def test_names_of_xml_elements_are_local():
    assert parse_xml(b'<a:b xmlns:a="urn:x" a:c="1"/>').attrib == {"c": "1"}


def test_a_reader_that_cannot_be_started_is_named_and_tried_again(
    tmp_path, folder, encoder, monkeypatch
):
    from indexes.collection import Collection
    from indexes.extract import sandbox
    from indexes.types import Root

    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.pdf").write_bytes(pdf([["words"]]))
    with monkeypatch.context() as broken:
        broken.setattr(sandbox, "_SELF", "/nowhere")
        broken.setattr(sys, "executable", "/nowhere")
        (skip,) = Collection(folder).index([Root(docs)], encoder).skips
    assert "its reader cannot be started" in skip.reason
    assert Collection(folder).index([Root(docs)], encoder).added == 1
