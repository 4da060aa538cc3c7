"""Tags, as authors write them."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[,;\n]")
MAX_TAGS = 50
MAX_TAG_CHARS = 100


def split_tags(text: str) -> tuple[str, ...]:
    """Return the parts of a list of tags."""
    tags = (" ".join(tag.split()).strip("\"'#[]") for tag in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(t for t in tags if t and len(t) <= MAX_TAG_CHARS))[:MAX_TAGS]
