"""What to colour in a document: keywords, strings, comments, headings. The text stays as it is.

Only spans are made, so whatever a document holds stays as inert as it was.
"""

from __future__ import annotations

import time
from typing import Any

ROLES = ("keyword", "string", "comment", "numeral", "name", "heading", "strong", "emphasis")

LEXERS = {
    "md": "markdown", "markdown": "markdown", "rst": "rst", "py": "python", "pyi": "python",
    "js": "javascript", "mjs": "javascript", "jsx": "javascript", "ts": "typescript",
    "tsx": "typescript", "c": "c", "h": "c", "cc": "cpp", "cpp": "cpp", "hpp": "cpp",
    "rs": "rust", "go": "go", "java": "java", "kt": "kotlin", "swift": "swift", "rb": "ruby",
    "php": "php", "pl": "perl", "lua": "lua", "r": "r", "sh": "bash", "bash": "bash",
    "zsh": "bash", "sql": "sql", "json": "json", "jsonl": "json", "yaml": "yaml", "yml": "yaml",
    "toml": "toml", "ini": "ini", "cfg": "ini", "css": "css", "cs": "csharp", "scala": "scala",
    "hs": "haskell", "ml": "ocaml", "ex": "elixir", "exs": "elixir", "diff": "diff",
    "patch": "diff", "dockerfile": "docker", "mk": "make", "tex": "latex",
}  # fmt: skip
"""By file type. A list, because a grammar that is slow on odd text would hold everything up."""

LONG_LINE = 1_000
"""Text with a longer line is not coloured: it was made by a machine, and grammars stumble."""

SECONDS = 0.03
"""What cannot be coloured in this time stays plain: a search may be waiting."""

REACH = 6_000
"""Characters before and after a passage that are coloured with it."""


def stretch(text: str, start: int, end: int) -> tuple[int, int]:
    """Return whole lines around a passage, about `REACH` characters on each side."""
    first = text.rfind("\n", 0, max(0, start - REACH)) + 1
    last = text.find("\n", end + REACH)
    return first, len(text) if last < 0 else last


def colour_spans(text: str, type_: str, offset: int = 0) -> tuple[tuple[int, int, str], ...]:
    """Return spans of a text in order, none overlapping, each with its role.

    Args:
        text: The text.
        type_: File type, lower case.
        offset: What is added to each place.
    """
    name = LEXERS.get(type_)
    if name is None or any(len(line) > LONG_LINE for line in text.split("\n")):
        return ()
    from pygments.lexers import get_lexer_by_name

    spans: list[tuple[int, int, str]] = []
    deadline = time.monotonic() + SECONDS
    # Unprocessed: nothing is stripped or added, so that the places are those of the text.
    for start, kind, value in get_lexer_by_name(name).get_tokens_unprocessed(text):
        role = _role(kind)
        if role:
            spans.append((offset + start, offset + start + len(value), role))
        if time.monotonic() > deadline:
            break
    return tuple(spans)


def _role(kind: Any) -> str:
    from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String

    for parent, role in (
        (Comment, "comment"),
        (String, "string"),
        (Number, "numeral"),
        (Keyword, "keyword"),
        (Operator.Word, "keyword"),
        (Generic.Heading, "heading"),
        (Generic.Subheading, "heading"),
        (Generic.Strong, "strong"),
        (Generic.Emph, "emphasis"),
        (Generic.Inserted, "string"),
        (Generic.Deleted, "keyword"),
        (Name.Function, "name"),
        (Name.Class, "name"),
        (Name.Tag, "name"),
        (Name.Decorator, "name"),
    ):
        if kind in parent:
            return role
    return ""
