"""`python -m benchmarks.languages FOLDER`: how often the language of a document is told right.

Takes the Universal Declaration of Human Rights and the pages of tldr from the test documents;
the names of files and folders say the language.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from indexes.errors import SkipDocument
from indexes.extract.registry import extract
from indexes.language import UNKNOWN

DECLARATIONS = {
    "Arabic": "ar", "Burmese": "my", "Catalan": "ca", "English-": "en", "Farsi": "fa",
    "Galician": "gl", "Greek_": "el", "Hebrew": "he", "Hungarian": "hu", "Japanese": "ja",
    "Kazakh": "kk", "Latin_": "la", "Portuguese": "pt", "Russian": "ru", "Slovenian": "sl",
    "Swahili": "sw", "Ukrainian": "uk",
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Print the share that is right, and what is not."""
    if not arguments or not Path(arguments[0]).is_dir():
        print("usage: python -m benchmarks.languages FOLDER")
        return 2
    found: Counter[str] = Counter()
    for source, expected, language in _read(Path(arguments[0])):
        verdict = "right" if language == expected else "untold" if not language else "wrong"
        if language == UNKNOWN:
            verdict = "right" if expected == UNKNOWN else "unsure"
        found[f"{source} {verdict}"] += 1
        if verdict in ("wrong", "unsure"):
            print(f"{verdict}: {source} {expected} taken for {language}")
    for what, count in sorted(found.items()):
        print(f"{count:5}  {what}")
    return 0


def _read(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted((folder / "udhr").rglob("*")):
        if path.is_file():
            code = next((c for name, c in DECLARATIONS.items() if path.name.startswith(name)), "xx")
            yield from _told("declaration", path, code)
    for path in sorted((folder / "tldr").rglob("*.md")):
        pages = next((part for part in path.parts if part.startswith("pages")), "")
        if pages:
            yield from _told("tldr", path, pages.partition(".")[2] or "en")


def _told(source: str, path: Path, expected: str) -> Iterator[tuple[str, str, str]]:
    try:
        yield source, expected[:2], extract(path.read_bytes(), "md").language
    except SkipDocument:
        yield source, expected[:2], ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
