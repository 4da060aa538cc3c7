"""Text that may be shown: what would act on a terminal is replaced by something to look at."""

from __future__ import annotations

import re

_PICTURES = 0x2400
"""Where Unicode keeps a picture of each C0 control."""

_STAND_IN = "\N{REPLACEMENT CHARACTER}"

_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls, but line feed and tab
    "\u2028\u2029"  # separators, which some terminals and str.splitlines take for line ends
    "\u202a-\u202e\u2066-\u206f"  # reordering: what is read is not what is there
    "\ufff9-\ufffb"  # interlinear annotation, which hides text
    "\ud800-\udfff"  # bytes of a path that are not UTF-8; they cannot be printed
    "\U0010ff80-\U0010ffff]"  # the same bytes, as a collection keeps them
)


def visible(text: str) -> str:
    r"""Replace every character that acts instead of showing; line feeds and tabs stay.

    The result has as many code points as `text`, so spans into it still fit.
    """
    return _ACTING.sub(_stand_in, text)


def visible_line(text: str) -> str:
    """Do the same for a place of one line: line feeds and tabs become spaces."""
    return visible(text).replace("\n", " ").replace("\t", " ")


def _stand_in(match: re.Match[str]) -> str:
    char = match.group()
    # A file made on Windows is not full of surprises: the end of its lines is no control to see.
    if char == "\r" and match.string[match.end() : match.end() + 1] == "\n":
        return " "
    if char < " ":
        return chr(_PICTURES + ord(char))
    return "\N{SYMBOL FOR DELETE}" if char == "\x7f" else _STAND_IN
