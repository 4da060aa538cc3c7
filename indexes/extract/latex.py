"""LaTeX: sections and paragraphs, with commands replaced by what they hold."""

from __future__ import annotations

import re

from indexes.extract.blocks import paragraphs
from indexes.extract.writer import Writer, squeezed
from indexes.types import Extracted

_SECTION = re.compile(
    r"\\(part|chapter|section|subsection|subsubsection|paragraph)\*?"
    r"(?:\[[^\]\n]{0,300}\])?\{([^{}\n]{0,300}(?:\{[^{}\n]{0,200}\}[^{}\n]{0,200}){0,5})\}"
)
_LEVELS = {
    "part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5,
}  # fmt: skip
_TITLE = re.compile(r"\\title(?:\[[^\]]{0,300}\])?\{([^{}]{0,500})\}")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_DROPPED = re.compile(
    r"\\(?:label|ref|pageref|eqref|cite[a-z]*|usepackage|documentclass|includegraphics|input|"
    r"include|bibliography|bibliographystyle|vspace|hspace|setlength|setcounter|pagestyle|"
    r"newcommand|renewcommand|providecommand|def|hypersetup|geometry|index)\*?"
    r"(?:\[[^\]\n]{0,300}\]){0,3}(?:\{[^{}\n]{0,300}\})?"
)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[^{}\n]{0,60}\}(?:\[[^\]\n]{0,100}\])?")
_ITEM = re.compile(r"\\item\b(?:\[([^\]\n]{0,200})\])?")
_ESCAPED = re.compile(r"\\([%&$#_{}])")
_COMMAND = re.compile(r"\\[a-zA-Z@]{1,60}\*?(?:\[[^\]\n]{0,200}\])?")
_BRACES = re.compile(r"[{}]")
_KEPT = "\x00"


def extract_latex(text: str) -> Extracted:
    """Read a LaTeX document; lines are those of the source."""
    writer = Writer()
    text = _COMMENT.sub("", text)
    title = _TITLE.search(text)
    line, counted = 1, 0
    for block in paragraphs(text, 0, len(text)):
        line += text.count("\n", counted, block.start)
        counted = block.start
        _write(text[block.start : block.end], line, writer)
    return writer.finish(_plain(title.group(1)) if title else "")


def _write(piece: str, line: int, writer: Writer) -> None:
    end = 0
    for match in _SECTION.finditer(piece):
        _write_text(piece[end : match.start()], line + piece.count("\n", 0, end), writer)
        at = line + piece.count("\n", 0, match.start())
        level = _LEVELS[match.group(1)]
        writer.add(_plain(match.group(2)), "heading", level=level, line=at)
        end = match.end()
    _write_text(piece[end:], line + piece.count("\n", 0, end), writer)


def _write_text(piece: str, line: int, writer: Writer) -> None:
    blank = len(piece) - len(piece.lstrip())
    writer.add(_plain(piece), line=line + piece.count("\n", 0, blank))


def _plain(text: str) -> str:
    text = _DROPPED.sub("", text)
    text = _ENVIRONMENT.sub("", text)
    text = _ITEM.sub(lambda m: f"• {m.group(1) or ''}", text)
    text = text.replace("\\\\", "\n").replace("~", " ").replace("``", "“").replace("''", "”")
    text = text.replace("---", "—").replace("--", "–")
    text = _ESCAPED.sub(lambda m: _KEPT if m.group(1) in "{}" else m.group(1), text)
    text = _BRACES.sub("", _COMMAND.sub("", text)).replace(_KEPT, "")
    return squeezed(text.replace("\\", " "))
