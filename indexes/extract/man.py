"""Manual pages: sections and paragraphs, without the macros of roff."""

from __future__ import annotations

import re

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
    ("de ig so ds nr if ie el ad na hy nh ne ta ft in ti ll Dd Os Dt UE TE TS rn als als1 tr ev "
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
        ignored = ""
        for number, line in enumerate(text.split("\n"), 1):
            if ignored:
                ignored = "" if line.rstrip() == ignored else ignored
            elif line[:1] in (".", "'"):
                parts = line[1:].lstrip().split(None, 1)
                if parts[:1] in (["de"], ["ig"]):
                    ignored = ".."
                self._macro(parts[0] if parts else "", parts[1] if len(parts) > 1 else "", number)
            elif line.strip():
                self._say(line, number)
            else:
                self._break()
        self._break()
        return self._writer.finish(self._title)

    def _macro(self, name: str, rest: str, number: int) -> None:
        words = [a or b for a, b in _QUOTED.findall(_plain(rest))]
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
        elif name not in _SILENT and not name.startswith(('\\"', "\\")):
            together = name in ("BR", "RB", "IR", "RI", "BI", "IB")
            self._say(("" if together else " ").join(words), number, escaped=False)

    def _say(self, line: str, number: int, *, escaped: bool = True) -> None:
        if not self._words:
            self._line = number
        self._words.append(_plain(line) if escaped else line)

    def _break(self) -> None:
        self._writer.add(one_line(" ".join(self._words)), line=self._line)
        self._words.clear()


def _plain(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    named = match.group(1) or match.group(2)
    if named:
        return _CHARACTERS.get(named, "")
    return _SINGLE.get(match.group(3) or "", "")
