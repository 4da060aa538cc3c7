"""Damaged files of every format are read or refused; a sample here, many in the deep lane."""

import random

import pytest

from indexes.cutting import cut
from indexes.errors import SkipDocument
from indexes.extract.sandbox import Limits, Sandbox
from tests.indexes.formats.making import (
    compound,
    docx,
    epub,
    odf,
    pdf,
    pptx,
    word_paragraph,
    xlsx,
)  # fmt: skip
from tests.indexes.word_encoder import WordEncoder
from tests.mutations import mutated

SEEDS: dict[str, bytes] = {
    "pdf": pdf([["First words.", "More words."], ["Second page."]], title="T"),
    "docx": docx(word_paragraph("Head", "Berschrift1") + word_paragraph("Some words.")),
    "pptx": pptx([("One", "alpha"), ("Two", "beta")], notes={0: "note"}),
    "xlsx": xlsx({"S": [["a", "b"], ["x", 1], ["y", 2]]}),
    "odt": odf("text", "<office:text><text:h>Head</text:h><text:p>Words</text:p></office:text>"),
    "epub": epub(["<h1>One</h1><p>alpha</p>", "<p>beta</p>"]),
    "rtf": rb"{\rtf1\ansi{\fonttbl{\f0\fcharset204 A;}}\pard caf\'e9 \u8364? words\par}",
    "msg": compound({"__properties_version1.0": bytes(64), "__substg1.0_1000001F": b"w\0o\0"}),
    "eml": b"From: a@b\nSubject: S\nDate: Mon, 02 Jan 2006 15:04:05 +0000\n"
           b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n--b\n"
           b"Content-Type: text/html\n\n<p>words</p>\n--b--\n",
    "mbox": b"From a@b Mon Jan  2 15:04:05 2006\nSubject: One\n\nbody\n\n" * 3,
    "html": b"<html><head><title>T</title></head><body><h1>H</h1><p>words <b>bold</b></p></body>",
    "xml": b"<?xml version='1.0'?><d><title>T</title><p>words <b>bold</b></p></d>",
    "md": b"---\ntitle: T\ntags: [a]\n---\n# H\n\ntext [l](u)\n\n- item\n\n```\ncode\n```\n",
    "rst": b"Title\n=====\n\ntext\n\nPart\n----\n\n* item\n",
    "csv": b'name,born\nAda,"18\n15"\nAlan,1912\n',
    "json": b'[{"a": {"b": [1, 2]}}, {"a": "text"}]',
    "jsonl": b'{"a": 1}\n{"b": "text"}\n',
    "ipynb": b'{"cells": [{"cell_type": "markdown", "source": ["# T"]}, {"source": "x = 1"}]}',
    "srt": b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n2\n00:00:02,000 --> 00:00:03,000\nBye.\n",
    "tex": b"\\title{T}\n\\section{S}\nwords \\emph{more} % comment\n",
    "man": b".TH A 1\n.SH NAME\na \\- \\fBb\\fP\n.TP\n.B x\ny\n",
    "py": b"import os\n\nclass A:\n    def b(self):\n        return 1\n",
    "txt": "Füße and words.\n\nMore words. 日本語。\n".encode(),
}  # fmt: skip


def survive(seed: int, count: int) -> None:
    rng = random.Random(seed)
    others = list(SEEDS.values())
    counter = WordEncoder()
    slow: list[bool] = []
    with Sandbox(Limits(seconds=10)) as sandbox:
        for i in range(count):
            extension = list(SEEDS)[i % len(SEEDS)]
            try:
                extracted = sandbox.extract(mutated(SEEDS[extension], others, rng), extension)
            except SkipDocument as skip:
                slow += ["takes more than" in skip.message]
                continue
            end = 0
            for passage in cut(extracted, counter):
                assert end <= passage.start < passage.end <= len(extracted.text)
                assert not extracted.text[end : passage.start].strip(), (seed, i, extension)
                end = passage.end
            assert not extracted.text[end:].strip(), (seed, i, extension)
    assert not any(slow)


def test_some_damaged_files_are_read_or_refused():
    survive(0, 20 * len(SEEDS))


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1, 11))
def test_many_damaged_files_are_read_or_refused(seed):
    survive(seed, 2_000)


@pytest.mark.parametrize("extension", SEEDS)
def test_the_undamaged_file_is_read(extension):
    with Sandbox() as sandbox:
        assert sandbox.extract(SEEDS[extension], extension).text.strip()
