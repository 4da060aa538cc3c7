r"""What a piece of LaTeX prints: its words, without the commands around them.

Read from left to right, command by command, so that what one of them gives is never taken for
another (`\\"a` is a new line and a quotation mark, `\"a` is a letter).
"""

from __future__ import annotations

import re
import unicodedata

from indexes.extract.writer import squeezed

_TOKEN = re.compile(
    r"\\(?:verb\*?|lstinline(?:\[[^\]\n]{0,300}\])?)(?P<mark>[^\w\s*{\[])"
    r"(?P<code>[^\n]{0,1000}?)(?P=mark)"
    r"|\\(?P<name>[a-zA-Z@]+)\*?|\\(?P<sign>[\s\S]?)|[{}~]|``|''|---?"
)
_PRINTED = {"{": "", "}": "", "~": " ", "``": "“", "''": "”", "--": "–", "---": "—"}

_MARKS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
"""Accents: what each puts on the letter after it."""

_MARKED = re.compile(
    r"[ \t]*(?:\\([ij])(?![a-zA-Z@])[ \t]?|([^\W\d_])|\{[ \t]*(?:\{?\\([ij])\b[ \t]*\}?|"
    r"([^\W\d_]))?)"
)
_ALONE = {"^": "^", "~": "~"}
"""What an accent prints that stands on nothing."""

_SIGNS = {
    **{sign: sign for sign in "%&$#_{}"}, **dict.fromkeys(" ,;:>\t\n", " "), "\\": "\n",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "SS": "ẞ", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ",
    "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶", "dag": "†",
    "ddag": "‡", "copyright": "©", "pounds": "£", "dots": "…", "ldots": "…", "cdots": "…",
    "textellipsis": "…", "textendash": "–", "textemdash": "—", "textquoteleft": "‘",
    "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "textquotedbl": '"',
    "textquotesingle": "'", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textbar": "|", "textless": "<", "textgreater": ">",
    "textbraceleft": "{", "textbraceright": "}", "textdollar": "$", "textbullet": "•",
    "textdegree": "°", "degree": "°", "texteuro": "€", "euro": "€", "textsection": "§",
    "textparagraph": "¶", "textregistered": "®", "texttrademark": "™", "textcopyright": "©",
    "textsterling": "£", "guillemotleft": "«", "guillemotright": "»", "glqq": "„", "grqq": "“",
    "flqq": "«", "frqq": "»", "quotedblbase": "„", "quotesinglbase": "‚", "TeX": "TeX",
    "LaTeX": "LaTeX", "times": "×", "cdot": "·", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥",
    "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "infty": "∞", "to": "→", "rightarrow": "→",
    "leftarrow": "←", "Rightarrow": "⇒", "in": "∈", "sum": "∑", "int": "∫", "partial": "∂",
    **dict(zip(("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho "
                "sigma tau upsilon phi chi psi omega").split(), "αβγδεζηθικλμνξπρστυφχψω",
               strict=True)),
    **dict(zip("Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
               "ΓΔΘΛΞΠΣΥΦΨΩ", strict=True)),
}  # fmt: skip
_SPACES = {
    **dict.fromkeys(("quad", "qquad", "enspace", "thinspace", "space", "footnote", "footnotetext",
                     "thanks", "marginpar"), " "),
    **dict.fromkeys(("title", "author", "and", "date", "maketitle", "par", "newline", "linebreak",
                     "newpage", "clearpage", "caption", "tabularnewline", "subparagraph"), "\n"),
}  # fmt: skip
"""Commands that part what stands before them from what stands after."""

_SKIPPED = {
    **dict.fromkeys(("label", "ref", "pageref", "eqref", "autoref", "cref", "Cref", "nameref",
                     "vref", "usepackage", "RequirePackage", "documentclass", "includegraphics",
                     "input", "include", "lstinputlisting", "bibliography", "bibliographystyle",
                     "addbibresource", "bibitem", "vspace", "hspace", "setcounter", "pagestyle",
                     "thispagestyle", "newcommand", "renewcommand", "providecommand", "def",
                     "hypersetup", "geometry", "index", "href", "textcolor", "color", "colorbox",
                     "cline", "cmidrule", "hyphenation", "pagenumbering", "hypertarget",
                     "hyperlink", "parbox", "scalebox", "raisebox", "graphicspath",
                     "lstset", "newtheorem", "usetheme", "usetikzlibrary"), 1),
    **dict.fromkeys(("setlength", "addtolength", "multicolumn", "multirow", "resizebox", "rule",
                     "fontsize", "addtocounter", "fcolorbox"), 2),
    "definecolor": 3,
}  # fmt: skip
"""How many arguments of a command are not printed."""

_LAYOUTS = {
    **dict.fromkeys(("tabular", "longtable", "array", "minipage", "multicols", "subfigure",
                     "subtable", "thebibliography", "spacing", "adjustbox", "supertabular"), 1),
    **dict.fromkeys(("tabular*", "tabularx", "tabulary", "wrapfigure", "wraptable", "list"), 2),
}  # fmt: skip
"""How many arguments of an environment are not printed."""

_ENVIRONMENT = re.compile(r"\{([^{}\n]{0,60})\}")
_OPTION = re.compile(r"\[[^\]\n]{0,300}\]")
_LABEL = re.compile(r"[ \t]*\[([^\]\n]{0,300})\]")
_DELIMITED = frozenset("left right big Big bigl bigr Bigl Bigr".split())
"""Commands after which a bracket is one that is printed."""

_BREAK = re.compile(r"\*?(?:\[[^\]\n]{0,20}\])?")
_AFTER = re.compile(r"[ \t]*")
_BRACE = re.compile(r"\\[\s\S]?|[{}]")
MAX_ARGUMENT_CHARS = 2000
MAX_DEPTH = 20
"""Braces within braces of one argument; without it, a text of nothing but them takes minutes."""


def argument_end(text: str, start: int) -> int:
    """Return the offset after the braces that open at `start`; `start` where none do."""
    if not text.startswith("{", start):
        return start
    depth = 0
    for brace in _BRACE.finditer(text, start, start + MAX_ARGUMENT_CHARS):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if not depth:
            return brace.end()
        if depth > MAX_DEPTH:
            break
    return start


def plain(text: str) -> str:
    """Return what a piece of LaTeX prints, without blank lines."""
    pieces: list[str] = []
    end = 0
    while token := _TOKEN.search(text, end):
        pieces.append(text[end : token.start()])
        if token["name"]:
            printed, end = _command(text, token["name"], token.end())
        elif token["sign"] is not None:
            printed, end = _sign(text, token["sign"], token.end())
        else:
            code = token["code"]
            printed, end = _PRINTED[token.group()] if code is None else code, token.end()
        pieces.append(printed)
    pieces.append(text[end:])
    return squeezed("".join(pieces))


def _sign(text: str, sign: str, end: int) -> tuple[str, int]:
    """Return what a command of one sign prints, and where it ends."""
    if sign in _MARKS:
        return _accented(text, sign, end)
    if sign == "\\":
        end = _match_end(_BREAK, text, end)
    return _SIGNS.get(sign, ""), end


def _command(text: str, name: str, end: int) -> tuple[str, int]:
    """Return what a command that is a word prints, and where it ends."""
    if name in _MARKS:
        return _accented(text, name, end)
    if name in _LETTERS:
        return _LETTERS[name], _match_end(_AFTER, text, end)
    if name in ("begin", "end"):
        found = _ENVIRONMENT.match(text, end)
        environment = found.group(1) if found else ""
        arguments = _LAYOUTS.get(environment, 0) if name == "begin" else 0
        return "\n", _skip(text, found.end() if found else end, arguments)
    if name == "item":
        label = _LABEL.match(text, end)
        return f"\n• {plain(label[1])} " if label else "\n• ", label.end() if label else end
    if name in _DELIMITED:
        return "", end
    arguments = 1 if "cite" in name.lower() else _SKIPPED.get(name, 0)
    return _SPACES.get(name, ""), _skip(text, end, arguments)


def _skip(text: str, end: int, arguments: int) -> int:
    """Return the offset after the options at `end`, and after so many arguments."""
    while option := _OPTION.match(text, end):
        end = option.end()
    for _ in range(arguments):
        end = argument_end(text, _match_end(_AFTER, text, end))
        while option := _OPTION.match(text, end):
            end = option.end()
    return end


def _accented(text: str, accent: str, end: int) -> tuple[str, int]:
    """Return the letter at `end` under an accent; in braces, the rest of them is left."""
    found = _MARKED.match(text, end)
    letter = next(filter(None, found.groups()), "") if found else ""
    if found is None or not letter:
        return _ALONE.get(accent, ""), end
    return unicodedata.normalize("NFC", letter + _MARKS[accent]), found.end()


def _match_end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start
