"""Subtitles (SRT, VTT): what is said, without times and tags."""

from __future__ import annotations

import re
from html import unescape

from indexes.extract.blocks import paragraphs
from indexes.extract.plain import extract_plain
from indexes.extract.writer import Writer
from indexes.types import Extracted

_TIME = re.compile(r"^\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_TAG = re.compile(r"</?[^<>\n]{1,100}>|\{\\[^{}\n]{1,100}\}")
_ASIDE = re.compile(r"^(?:NOTE|STYLE|REGION)\b")


def extract_subtitles(text: str) -> Extracted:
    """Read subtitles; the line of a passage is that of its first words."""
    writer = Writer()
    line, counted = 1, 0
    for block in paragraphs(text, 0, len(text)):
        line += text.count("\n", counted, block.start)
        counted = block.start
        lines = text[block.start : block.end].split("\n")
        at = next((i for i, cue in enumerate(lines) if _TIME.match(cue)), None)
        if at is not None:
            said = "\n".join(_spoken(cue) for cue in lines[at + 1 :])
            writer.add(said, line=line + at + 1)
        elif not (_ASIDE.match(lines[0]) or lines[0].startswith("WEBVTT")):
            writer.add("\n".join(lines), line=line)
    return writer.finish() if writer.blocks else extract_plain(text)


def _spoken(line: str) -> str:
    return unescape(_TAG.sub("", line)).replace("\xa0", " ")
