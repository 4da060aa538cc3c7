"""One run over a folder of odd files: each is searchable, or named with a true reason.

Ticked off against the made-up folder of the archive that the project is measured on, where F is
`test_it_is_found`, N `test_it_is_named_with_the_reason`, and L the two tests of links:

======================================= =======================================================
-leading-dash.txt                       F -leading-dash.txt
.hidden-note.md                         L; hidden things are silent, and named by a dry run
NoExtension, UPPER.MD                   F NoExtension, UPPER.MD
bad-name-(two bytes).txt                F bad-name-(two bytes).txt
binary-named.txt                        N binary-named.txt
bom-utf8.txt, utf16le-bom.txt           F bom.txt, utf16le.txt
utf16be-nobom.txt                       F utf16be-nobom.txt, utf16le-nobom.txt
latin1, cp1252-quotes, shift-jis.txt    F latin1.txt, cp1252.txt, shift-jis.txt
invalid-utf8, nul-bytes, control-chars  F invalid-utf8.txt, nul-bytes.txt, control.txt
cr-only, crlf, mixed-eol.txt            F cr-only.txt, crlf.txt, mixed-eol.txt
broken.json, broken.jsonl, ragged.csv   F broken.json, broken.jsonl, ragged.csv
broken.ipynb, broken.pdf                N broken.ipynb, broken.pdf
fake.docx, fake-zip.epub                F fake.docx (it is text); N cut.docx, fake-zip.epub
café-nfd.md, café-日本語-русский-😀.md      F the same two names
combining-and-emoji.txt                 F emoji.txt
name with spaces and (parens) [x].md    F name with (parens) [x].md
new(line feed)line.txt                  F new(line feed)line.txt
quote's "double" & $HOME ...; rm -rf    F quote's "double" & $HOME ...
trailing-dot., two.tar.gz.txt           F trailing-dot., two.tar.gz.txt
very-long-nnn.txt                       F vvv.txt
one-char.txt                            F one-char.txt
unclosed.html                           F unclosed.html
deep-nesting.html, deep-nesting.json    F deep.html, deep.json
single-paragraph-novel-one-line.txt     F novel.txt
single-paragraph-novel-wrapped.txt      F wrapped.txt
d00/d01/.../d29/bottom.txt              F d00/.../d39/bottom.txt
no-spaces-300k.txt                      test_text_without_spaces_is_found_by_its_beginning
duplicate-a.txt, duplicate-b.txt        test_equal_files_are_both_found
empty, whitespace-only, newlines-only   N empty.txt, blank.txt, newlines.md
dangling-link.txt, link-to-file.txt     L
link-to-folder, loop-to-self            L
many/, many/loop-to-parent              L (test_names_that_come_again_and_a_link_to_the_parent)
======================================= =======================================================

Bombs of archives, of XML and of patterns stand in `formats/test_hostile.py`, damaged copies of
every format in `formats/test_fuzz.py`.
"""

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from indexes.collection import Collection
from indexes.extract.sandbox import Limits
from indexes.types import Root
from indexes.walking import walk
from tests.indexes.formats.making import docx, pdf, word_paragraph

SENTENCE = "The heron stands still in the shallow water. "


def write(docs: Path, name: str | bytes, data: bytes | str) -> Path:
    path = Path(os.fsdecode(os.path.join(os.fsencode(docs), os.fsencode(name))))  # noqa: PTH118
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "phrase"),
    [
        ("-leading-dash.txt", "begins with a dash", "begins with a dash"),
        ("NoExtension", "no extension at all", "no extension at all"),
        ("UPPER.MD", "# Loud\n\nupper case", "upper case"),
        (b"bad-name-\xff\xfe.txt", "bytes in a name", "bytes in a name"),
        ("bom.txt", b"\xef\xbb\xbfmarked text", "marked text"),
        ("utf16le.txt", "little endian words".encode("utf-16"), "little endian words"),
        ("utf16be-nobom.txt", "big endian words".encode("utf-16-be"), "big endian words"),
        ("utf16le-nobom.txt", "unmarked words here".encode("utf-16-le"), "unmarked words here"),
        ("latin1.txt", "Füße und Brücken über den Fluß".encode("latin-1"), "Füße und Brücken"),
        ("cp1252.txt", "He said “curly quotes” – twice".encode("cp1252"), "“curly quotes” – twice"),
        (
            "shift-jis.txt",
            "日本語のテキスト。検索。\n".encode("shift-jis") * 3,
            "日本語のテキスト",
        ),
        ("invalid-utf8.txt", b"valid start \xff\xfe\xc3( then on\nnext line ok\n", "next line ok"),
        ("nul-bytes.txt", b"text before\0\0text after a NUL\nsecond\0line\n", "text after a NUL"),
        ("control.txt", b"\x1b[31mred ANSI\x1b[0m bell\x07 back\x08 form\x0cfeed\n", "red ANSI"),
        ("cr-only.txt", b"one line\rtwo lines\rthree", "two lines"),
        ("crlf.txt", "one line\r\ntwo lines\r\n", "two lines"),
        ("mixed-eol.txt", "a b\r\nc d\re f\x0bg h\u2028i j\x85k l\n".encode(), "e f"),
        ("café-日本語-русский-😀.md", "a name of many scripts", "many scripts"),
        ("cafe\u0301-nfd.md", "a decomposed name", "decomposed name"),
        ("name with (parens) [x].md", "brackets in a name", "brackets in a name"),
        ("new\nline.txt", "a line feed in a name", "line feed in a name"),
        ('quote\'s "double" & $HOME `x`; rm -rf.txt', "shell in a name", "shell in a name"),
        ("trailing-dot.", "dot at the end", "dot at the end"),
        ("two.tar.gz.txt", "not an archive", "not an archive"),
        ("v" * 250 + ".txt", "a very long name", "a very long name"),
        ("one-char.txt", "x", "x"),
        ("emoji.txt", "e\u0301 👨\u200d👩\u200d👧 🇩🇪 zero\u200bwidth שלום", "שלום"),
        ("ragged.csv", 'a,b,c\n1,2\n"open quote,3,4\n5,6,7,8,9\n', "open quote"),
        ("broken.json", '{"unclosed": ', "unclosed"),
        ("broken.jsonl", '{"t": "fine"}\nnot json here\n{"t": "also fine"}\n', "not json here"),
        ("fake.docx", "this is not a zip file\n", "not a zip file"),
        ("unclosed.html", "<html><body><p>open <b>bold<div>and more", "and more"),
        ("deep.html", "<div>" * 5000 + "deep words" + "</div>" * 5000, "deep words"),
        ("deep.json", "[" * 3000 + '"deep value"' + "]" * 3000, "deep value"),
        ("novel.txt", SENTENCE * 3000 + "The last words.", "The last words"),
        ("wrapped.txt", (SENTENCE + "\n") * 3000 + "The last words.", "The last words"),
        ("/".join(f"d{i:02}" for i in range(40)) + "/bottom.txt", "at the bottom", "at the bottom"),
        ("fake.txt", pdf([["A page by another name."]]), "A page by another name"),
        ("fake.md", docx(word_paragraph("Words by another name.")), "Words by another name"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else None,
)
def test_it_is_found(tmp_path, folder, encoder, ask, name, data, phrase):
    docs = tmp_path / "odd"
    docs.mkdir()
    write(docs, name, data)
    report = Collection(folder).index([Root(docs)], encoder)
    assert report.skips == ()
    assert len(ask(f'"{phrase}"', "lexical").hits) == 1
    assert Collection(folder).index([Root(docs)], encoder).unchanged == 1


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("binary-named.txt", bytes(range(256)) * 80, "binary file"),
        ("image.md", b"\x89PNG\r\n\x1a\n\0\0", "PNG image"),
        ("empty.txt", b"", "no text in it"),
        ("blank.txt", b" \n\t\n ", "no text in it"),
        ("newlines.md", b"\n" * 5000, "no text in it"),
        ("broken.ipynb", b'{"cells": [ {"cell_type": "markdown", "source":["un', "notebook"),
        ("broken.pdf", b"%PDF-1.7\n%truncated file with no objects\n", "damaged"),
        ("fake-zip.epub", b"PK\x03\x04 broken", "damaged"),
        ("cut.docx", b"\x03\x04\0\1\2 without its beginning\n", "not a DOCX"),
    ],
)
def test_it_is_named_with_the_reason(tmp_path, folder, encoder, name, data, reason):
    docs = tmp_path / "odd"
    docs.mkdir()
    write(docs, name, data)
    for _ in range(2):
        (skip,) = Collection(folder).index([Root(docs)], encoder).skips
        assert skip.path == str(docs / name)
        assert reason in skip.reason


def test_text_without_spaces_is_found_by_its_beginning(tmp_path, folder, encoder):
    docs = tmp_path / "odd"
    docs.mkdir()
    write(docs, "no-spaces.txt", "a" * 300_000)
    report = Collection(folder).index([Root(docs)], encoder)
    assert (report.added, report.skips) == (1, ())


def test_equal_files_are_both_found(tmp_path, folder, encoder, ask):
    docs = tmp_path / "odd"
    docs.mkdir()
    for name in ("a.txt", "b.txt"):
        write(docs, name, SENTENCE * 50)
    Collection(folder).index([Root(docs)], encoder)
    assert {Path(h.path).name for h in ask('"shallow water"', "lexical").hits} == {"a.txt", "b.txt"}


def test_links_are_passed_over_and_named_when_asked(tmp_path):
    docs = tmp_path / "odd"
    write(docs, "real/a.txt", "words")
    (docs / "to-file.txt").symlink_to("real/a.txt")
    (docs / "to-folder").symlink_to("real")
    (docs / "to-self").symlink_to(".")
    (docs / "dangling.txt").symlink_to("nowhere.txt")
    write(docs, ".hidden.md", "words")
    silent = {Path(item.path).name for item in walk(Root(docs))}
    assert silent == {"a.txt", "dangling.txt"}
    named = {Path(item.path).name: item for item in walk(Root(docs), name_all=True)}
    assert set(named) == silent | {"to-file.txt", "to-folder", "to-self", ".hidden.md"}


def test_names_that_come_again_and_a_link_to_the_parent(tmp_path, folder, encoder, ask):
    docs = tmp_path / "odd"
    for name in ("many/README.md", "many/sub/README.md"):
        write(docs, name, f"Words of {name}.")
    (docs / "many" / "loop-to-parent").symlink_to("..")
    (docs / "many" / "out").symlink_to("../../..")
    report = Collection(folder).index([Root(docs)], encoder)
    assert report.added == 2
    assert [Path(skip.path).name for skip in report.skips] == ["out"]
    assert len(ask("words", "lexical").hits) == 2


def test_pipes_sockets_and_devices_are_named_and_never_opened(tmp_path, folder, encoder):
    docs = tmp_path / "odd"
    docs.mkdir()
    os.mkfifo(docs / "pipe.txt")
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(docs)  # a socket's path is short
        try:
            server.bind("socket.txt")
        finally:
            os.chdir(here)
    report = Collection(folder).index([Root(docs)], encoder)
    assert {skip.reason for skip in report.skips} == {"not a regular file"}
    assert len(report.skips) == 2


def test_a_file_that_becomes_a_pipe_does_not_block(tmp_path):
    from indexes.errors import SkipDocument
    from indexes.types import SourceFile
    from indexes.walking import read_source

    os.mkfifo(tmp_path / "late.txt")
    with pytest.raises(SkipDocument, match="not a regular file"):
        read_source(SourceFile(tmp_path / "late.txt", 5, 0))


def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_followed(tmp_path, folder, encoder):
    from indexes.events import Scanned

    docs = tmp_path / "odd"
    path = write(docs, "a.txt", "inside")
    write(docs, "b.txt", "beside")
    outside = write(tmp_path, "secret.txt", "outside")

    def swap(event: object) -> None:
        if isinstance(event, Scanned):
            path.unlink()
            path.symlink_to(outside)

    report = Collection(folder).index([Root(docs)], encoder, on_event=swap)
    assert [(Path(skip.path).name, skip.reason) for skip in report.skips] == [
        ("a.txt", "it became a link after it was found")
    ]
    assert report.added == 1


def test_a_link_that_is_a_root_itself_is_followed(tmp_path, folder, encoder):
    target = write(tmp_path, "real.txt", "what the link leads to")
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    assert Collection(folder).index([Root(link)], encoder).added == 1


def test_a_file_that_vanishes_after_it_was_listed_is_named(tmp_path):
    from indexes.errors import SkipDocument
    from indexes.types import SourceFile
    from indexes.walking import read_source

    with pytest.raises(SkipDocument, match="no such file"):
        read_source(SourceFile(tmp_path / "gone.txt", 5, 0))


def test_a_file_that_grows_while_it_is_read_is_never_half_indexed(tmp_path, folder, encoder):
    docs = tmp_path / "odd"
    path = write(docs, "log.txt", "first line\n")
    stop = threading.Event()

    def grow() -> None:
        while not stop.is_set():
            with path.open("a") as stream:
                stream.write("another line\n")
            time.sleep(0.001)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        Collection(folder).index([Root(docs)], encoder)
    finally:
        stop.set()
        writer.join()
    Collection(folder).index([Root(docs)], encoder)
    assert Collection(folder).index([Root(docs)], encoder).unchanged == 1


def test_a_file_above_the_limit_is_named_and_read_when_the_limit_is_raised(
    tmp_path, folder, encoder
):
    docs = tmp_path / "odd"
    write(docs, "large.txt", SENTENCE * 30_000)
    small = Collection(folder, limits=Limits(file_mb=1)).index([Root(docs)], encoder)
    assert [skip.reason for skip in small.skips] == ["larger than 1 MB"]
    assert Collection(folder, limits=Limits(file_mb=2)).index([Root(docs)], encoder).added == 1


def test_markup_is_never_found(tmp_path, folder, encoder, ask):
    docs = tmp_path / "odd"
    write(docs, "a.rtf", rb"{\rtf1\ansi Rich words.\par}")
    write(docs, "b.docx", docx(word_paragraph("Word words.")))
    Collection(folder).index([Root(docs)], encoder)
    for markup in ("rtf1", '"<w:p"', "ansi", "wordprocessingml"):
        assert not ask(markup, "lexical").hits
    assert ask("words", "lexical").hits


def test_one_bad_file_costs_only_itself(tmp_path, folder, encoder, ask):
    docs = tmp_path / "odd"
    write(docs, "a.pdf", pdf([["The first page."]]))
    write(docs, "b.xml", b"<a>" * 100_000)
    write(docs, "c.pdf", pdf([["The other page."]]))
    report = Collection(folder).index([Root(docs)], encoder)
    assert [Path(skip.path).name for skip in report.skips] == ["b.xml"]
    assert len(ask("page", "lexical").hits) == 2
