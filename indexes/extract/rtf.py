"""RTF: what is shown, without destinations that are not; code pages and Unicode understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from indexes.errors import SkipDocument
from indexes.extract.writer import Writer, one_line
from indexes.types import Extracted

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z'])|"
    rb"([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.IGNORECASE,
)
_HIDDEN = frozenset(
    ("fonttbl colortbl stylesheet info pict object objdata themedata colorschememapping datastore "
     "latentstyles listtable listoverridetable rsidtbl generator xmlnstbl fldinst filetbl revtbl "
     "nonshppict bkmkstart bkmkend blipuid shpinst panose falt pgptbl userprops listtext pntext "
     "docvar operator mmathPr wgrffmtfilter xmlopen xmlclose sp sn sv").split()
)  # fmt: skip
_SHOWN = frozenset(("shptxt", "shppict", "footnote", "annotation", "fldrslt", "upr", "ud"))
_WORDS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t",
    "cell": " | ", "nestcell": " | ", "nestrow": "\n", "emdash": "—", "endash": "–",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n"}
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_CELL_END = re.compile(r"[ \n]* \| (?!\n)")
MAX_DEPTH = 2000
_MAX_SKIP = 64


@dataclass(frozen=True)
class _State:
    """What a group inherits."""

    hidden: bool = False
    encoding: str = ""
    skip: int = 1
    destination: str = ""


def extract_rtf(data: bytes) -> Extracted:
    """Read an RTF document."""
    reader = _Reader()
    reader.read(data)
    writer = Writer()
    for text, level in reader.paragraphs:
        if level:
            writer.add(text, "heading", level=level)
        else:
            writer.add(_CELL_END.sub(" | ", text).replace(" | \n", "\n").removesuffix(" | "))
    title = one_line(reader.title)
    return writer.finish("" if "??" in title else title)


class _Reader:
    def __init__(self) -> None:
        self.paragraphs: list[tuple[str, int]] = []
        self.title = ""
        self._text: list[str] = []
        self._bytes = bytearray()
        self._state = _State()
        self._stack: list[_State] = []
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._levels: dict[int, int] = {}
        self._style = 0
        self._level = 0
        self._star = False
        self._to_skip = 0
        self._in_table = False

    def read(self, data: bytes) -> None:
        position = 0
        while match := _TOKEN.match(data, position):
            position = match.end()
            word, value, hex_, symbol, brace, run = match.groups()
            if word is not None:
                number = int(value) if value else None
                if word == b"bin":
                    position += min(max(number or 0, 0), len(data))
                self._word(word.decode("ascii"), number)
            elif hex_ is not None:
                self._put(bytes([int(hex_, 16)]))
            elif symbol is not None:
                self._symbol(symbol)
            elif brace is not None:
                self._brace(brace)
            elif run is not None:
                self._put(run)
        self._end_paragraph()

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._to_skip = 0
        if brace == b"{":
            if len(self._stack) > MAX_DEPTH:
                raise SkipDocument(f"groups nested deeper than {MAX_DEPTH} levels")
            self._stack.append(self._state)
        elif self._stack:
            self._state = self._stack.pop()

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._star = True
        elif symbol in (b"\\", b"{", b"}"):
            self._put(symbol)
        else:
            self._say(_SYMBOLS.get(symbol, ""))

    def _put(self, run: bytes) -> None:
        self._star = False
        skipped = min(self._to_skip, len(run))
        self._to_skip -= skipped
        self._bytes += run[skipped:]

    def _flush(self) -> None:
        """Decode the bytes that gathered, as the destination wants them."""
        if not self._bytes:
            return
        encoding = self._state.encoding or self._page
        text = bytes(self._bytes).decode(encoding, "replace")
        self._bytes.clear()
        if self._state.destination == "title":
            self.title += text
        elif not self._state.hidden:
            self._text.append(text)

    def _say(self, text: str) -> None:
        self._flush()
        self._to_skip = 0
        if not self._state.hidden:
            self._text.append(text)

    def _word(self, word: str, value: int | None) -> None:
        starred, self._star = self._star, False
        self._flush()
        if word == "u" and value is not None:
            self._unicode(value)
            return
        self._to_skip = 0
        if word in _WORDS:
            self._say(_WORDS[word])
            if word == "row" or (word in ("par", "sect", "page") and not self._in_table):
                self._end_paragraph()
            self._in_table &= word != "row"
        elif word in ("trowd", "intbl"):
            self._in_table = True
        elif word == "title":
            self._state = replace(self._state, hidden=True, destination="title")
        elif word in _SHOWN:
            self._state = replace(self._state, hidden=word == "upr", destination=word)
        elif word in _HIDDEN or starred:
            self._state = replace(self._state, hidden=True, destination=word)
        elif value is not None or word in ("plain", "pard", "mac", "pc", "pca", "ansi"):
            self._setting(word, value or 0)

    def _unicode(self, value: int) -> None:
        code = value % 0x10000
        if 0xD800 <= code < 0xE000:
            self._bytes_as_utf16(code)
        else:
            self._say(chr(code))
        self._to_skip = self._state.skip

    def _bytes_as_utf16(self, code: int) -> None:
        """Join the halves of a pair; Word writes both as signed numbers of their own."""
        low = code >= 0xDC00
        before = self._text[-1] if self._text else ""
        if low and before and 0xD800 <= ord(before[-1]) < 0xDC00:
            pair = before[-1] + chr(code)
            self._text[-1] = before[:-1] + pair.encode("utf-16", "surrogatepass").decode("utf-16")
        elif not self._state.hidden:
            self._text.append(chr(code))

    def _setting(self, word: str, value: int) -> None:
        if word == "ansicpg":
            self._page = _known(f"cp{value}") or ("utf-8" if value == 65001 else self._page)
        elif word in ("mac", "pc", "pca"):
            self._page = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "uc":
            self._state = replace(self._state, skip=min(max(value, 0), _MAX_SKIP))
        elif word == "f":
            self._font = value
            self._state = replace(self._state, encoding=self._fonts.get(value, ""))
        elif word in ("fcharset", "cpg"):
            charset = _CHARSETS.get(value, "") if word == "fcharset" else _known(f"cp{value}")
            self._fonts[self._font] = charset if value else ""
        elif word in ("plain", "pard"):
            self._plain(word)
        else:
            self._outline(word, value)

    def _plain(self, word: str) -> None:
        if word == "plain":
            self._state = replace(self._state, encoding="")
        else:
            self._level = 0

    def _outline(self, word: str, value: int) -> None:
        """Follow the outline levels of styles and paragraphs."""
        if word == "s":
            self._style = value
            if not self._in_styles():
                self._level = self._levels.get(value, 0)
        elif word == "outlinelevel" and 0 <= value < 9:
            if self._in_styles():
                self._levels[self._style] = value + 1
            else:
                self._level = value + 1

    def _in_styles(self) -> bool:
        return any(s.destination == "stylesheet" for s in (*self._stack[-3:], self._state))

    def _end_paragraph(self) -> None:
        self._flush()
        text = "".join(self._text)
        self._text.clear()
        if text.strip():
            clean = text.encode("utf-8", "replace").decode()
            self.paragraphs.append((clean, self._level))


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        return ""
    return encoding
