"""Manual pages: sections and paragraphs, without the macros of roff."""

from __future__ import annotations

import re

from indexes.extract.mantables import is_command, table_rows
from indexes.extract.tables import write_table
from indexes.extract.writer import Writer, one_line
from indexes.types import Extracted

_ESCAPE = re.compile(
    r"\\(?:f(?:\[[^\]\n]{0,20}\]|\(..|.)|s[+-]?\d|\*?\((..)|\*?\[([^\]\n]{1,20})\]|"
    r"[hvwk]'[^'\n]{0,40}'|\"[^\n]*|(.))"
)
_CHARACTERS = {
    "em": "—", "en": "–", "bu": "•", "co": "©", "aq": "'", "dq": '"', "lq": "“", "rq": "”",
    "oq": "‘", "cq": "’", "ha": "^", "ti": "~", "rs": "\\", "hy": "-", "mu": "×", "->": "→",
    "<-": "←", ">=": "≥", "<=": "≤",
}  # fmt: skip
_SINGLE = {"-": "-", "e": "\\", "\\": "\\", " ": " ", "~": " ", "0": " ", "'": "´", "`": "`"}
_HEADINGS = {"SH": 1, "Sh": 1, "SS": 2, "Ss": 2}
_BREAKS = frozenset("PP P LP TP IP HP RS RE br sp Pp Bl El It Bd Ed nf fi TQ".split())
_SILENT = frozenset(
    ("de ig so ds nr if ie el ad na hy nh ne ta ft in ti ll Dd Os Dt UE TE PD rn als als1 tr ev "
     "mso do ss cs").split()
)  # fmt: skip
_QUOTED = re.compile(r'"((?:[^"\n]|"")*)"|(\S+)')


def extract_man(text: str) -> Extracted:
    """Read a manual page; lines are those of the source."""
    return _Reader().read(text)


class _Reader:
    def __init__(self) -> None:
        self._writer = Writer()
        self._words: list[str] = []
        self._line = 1
        self._title = ""

    def read(self, text: str) -> Extracted:
        lines = text.split("\n")
        at = 0
        while at < len(lines):
            at = self._read_line(lines, at)
        self._break()
        return self._writer.finish(self._title)

    def _read_line(self, lines: list[str], at: int) -> int:
        """Read a line, or all that it begins; return the number of the next one, from 0."""
        line = lines[at]
        if line[:1] in (".", "'"):
            name, rest = _split(line)
            if name in ("de", "ig"):
                return _end(lines, at, "..") + 1
            if name == "TS":
                end = _end(lines, at, ".TE")
                self._table(lines[at + 1 : end], at + 2)
                return end + 1
            self._macro(name, rest, at + 1)
        elif line.strip():
            self._say(line, at + 1)
        else:
            self._break()
        return at + 1

    def _table(self, lines: list[str], first: int) -> None:
        self._break()
        rows = list(table_rows(lines))
        cells = [[one_line(" ".join(map(_cell, cell))) for cell in row] for _, row in rows]
        write_table(self._writer, cells, lines=[first + number for number, _ in rows])

    def _macro(self, name: str, rest: str, number: int) -> None:
        words = _words(rest)
        if name in ("TH", "Dt"):
            self._title = (
                f"{words[0].lower()}({words[1]})" if words[1:2] and words[1] else " ".join(words)
            )
        elif name in _HEADINGS:
            self._break()
            self._writer.add(" ".join(words), "heading", level=_HEADINGS[name], line=number)
        elif name in _BREAKS:
            self._break()
            if name in ("IP", "It") and words:
                self._say(words[0] if name == "IP" else " ".join(words), number)
        elif said := _said(name, words):
            self._say(said, number, escaped=False)

    def _say(self, line: str, number: int, *, escaped: bool = True) -> None:
        if not self._words:
            self._line = number
        self._words.append(_plain(line) if escaped else line)

    def _break(self) -> None:
        self._writer.add(one_line(" ".join(self._words)), line=self._line)
        self._words.clear()


def _split(line: str) -> tuple[str, str]:
    """Return the name of a macro, and what it is given."""
    name, _, rest = line[1:].lstrip().replace("\t", " ").partition(" ")
    return name, rest


def _end(lines: list[str], at: int, mark: str) -> int:
    """Return the number of the line that ends what begins at a line."""
    return next((i for i in range(at + 1, len(lines)) if lines[i].rstrip() == mark), len(lines))


def _words(rest: str) -> list[str]:
    return [a or b for a, b in _QUOTED.findall(_plain(rest))]


def _said(name: str, words: list[str]) -> str:
    """Return what a macro of a running text shows."""
    if name in _SILENT or name.startswith("\\"):
        return ""
    together = name in ("BR", "RB", "IR", "RI", "BI", "IB")
    return ("" if together else " ").join(words)


def _cell(line: str) -> str:
    if not is_command(line):
        return _plain(line)
    name, rest = _split(line)
    return "" if name in _BREAKS else _said(name, _words(rest))


def _plain(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    named = match.group(1) or match.group(2)
    if named:
        return _CHARACTERS.get(named, "")
    return _SINGLE.get(match.group(3) or "", "")
