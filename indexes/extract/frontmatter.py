"""What a Markdown file says of itself before its text, in YAML or in TOML: its title, its tags."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from indexes.extract.tags import split_tags
from indexes.extract.writer import one_line
from indexes.preambles import FRONT_MATTER, TOML_FRONT_MATTER

_TITLE = re.compile(
    r"^title:[ \t]*([^\n]*)((?:\n(?:[ \t]*\n){0,5}[ \t]+[^\n]*)*)", re.MULTILINE | re.IGNORECASE
)
_BLOCK = re.compile(r"[>|][-+0-9]{0,2}(?:\s+#.*)?")
"""What says that a text follows in lines of its own."""

_QUOTED = re.compile(r"""(['"])(.+)\1""", re.DOTALL)
_TAGS = re.compile(
    r"^(?:tags|keywords|categories):[ \t]*(?:\[([^\]\n]*)\]|([^\n\[]+))?"
    r"((?:\n[ \t]*-[ \t][^\n]*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_TAG_FIELDS = ("tags", "keywords", "categories")


class FrontMatter(NamedTuple):
    """Where front matter ends, 0 where there is none, and what it says."""

    end: int
    title: str = ""
    tags: tuple[str, ...] = ()


def front_matter(text: str) -> FrontMatter:
    """Read the front matter that a text begins with, if any."""
    if found := FRONT_MATTER.match(text):
        return FrontMatter(found.end(), _yaml_title(found[1]), _yaml_tags(found[1]))
    if found := TOML_FRONT_MATTER.match(text):
        fields = _toml(found[1])
        title = fields.get("title")
        return FrontMatter(
            found.end(), one_line(title) if isinstance(title, str) else "", _toml_tags(fields)
        )
    return FrontMatter(0)


def _yaml_title(text: str) -> str:
    found = _TITLE.search(text)
    if found is None:
        return ""
    first, rest = found.groups()
    title = one_line(rest if _BLOCK.fullmatch(first.strip()) else first + rest)
    quoted = _QUOTED.fullmatch(title)
    if quoted is None:
        return title
    mark, said = quoted.groups()
    return said.replace("''", "'") if mark == "'" else said.replace('\\"', '"')


def _yaml_tags(text: str) -> tuple[str, ...]:
    parts: list[str] = []
    for listed, plain, lines in _TAGS.findall(text):
        items = [line.strip().lstrip("-").strip() for line in lines.split("\n")]
        parts += [listed or plain, *items]
    return split_tags("\n".join(parts))


def _toml(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _toml_tags(fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the tags at the top, and those that Zola keeps in a table of their own."""
    table = fields.get("taxonomies")
    places = (fields, table if isinstance(table, dict) else {})
    values = (place.get(name) for place in places for name in _TAG_FIELDS)
    lists = (value if isinstance(value, list) else [value] for value in values)
    return split_tags("\n".join(tag for tags in lists for tag in tags if isinstance(tag, str)))
