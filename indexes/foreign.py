"""Languages that an encoder was not made for: there its cosines mean little, and words count.

Which languages it knows, its card says. What language a passage is in, was told when its
document was read; for a query, which is short, only its script is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from indexes.language import UNKNOWN, script_of, scripts_of_language

if TYPE_CHECKING:
    from indexes.reader import Reader
    from indexes.types import Encoder

FACTS_FROM = 2
"""Version of the tables from which on languages are kept."""

_BATCH = 500


def known_languages(encoder: Encoder | None) -> frozenset[str]:
    """Return what an encoder says it knows; nothing stands for every language."""
    return frozenset(getattr(encoder, "languages", ()))


def is_foreign(language: str, known: frozenset[str]) -> bool:
    """Whether a language that was told is none of those."""
    return bool(known and language not in known and language not in ("", UNKNOWN))


def is_foreign_script(text: str, known: frozenset[str]) -> bool:
    """Whether a text is written in letters of none of those languages."""
    script = script_of(text)
    return bool(known and script and all(script not in scripts_of_language(one) for one in known))


def foreign_counts(languages: Mapping[str, int], known: frozenset[str]) -> dict[str, int]:
    """Return of documents counted by language those in other languages."""
    return {name: count for name, count in languages.items() if is_foreign(name, known)}


def any_foreign(languages: Iterable[str], known: frozenset[str]) -> bool:
    """Whether any of these languages is none of the known."""
    return any(is_foreign(language, known) for language in languages)


def _has_facts(reader: Reader) -> bool:
    version = reader.connection.execute("PRAGMA user_version").fetchone()[0]
    return bool(version >= FACTS_FROM)


def all_languages(reader: Reader) -> frozenset[str]:
    """Return the languages of a collection's documents."""
    if not _has_facts(reader):
        return frozenset()
    rows = reader.connection.execute("SELECT DISTINCT language FROM facts")
    return frozenset(language for (language,) in rows)


def languages_of(reader: Reader, document_ids: Iterable[int]) -> dict[int, str]:
    """Return the language of each document where it was told."""
    if not _has_facts(reader):
        return {}
    ids = sorted(set(document_ids))
    found: dict[int, str] = {}
    for i in range(0, len(ids), _BATCH):
        part = ids[i : i + _BATCH]
        marks = ",".join("?" * len(part))
        found.update(
            reader.connection.execute(
                f"SELECT document_id, language FROM facts WHERE document_id IN ({marks})", part
            )
        )
    return found
