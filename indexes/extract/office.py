"""What the Office Open XML formats share: the main part, relations, properties."""

from __future__ import annotations

from collections.abc import Iterator

from indexes.extract.archives import Archive, resolve
from indexes.extract.tags import split_tags
from indexes.extract.xmltree import BrokenXml, parse_xml, text_of


def main_part(archive: Archive, usual: str) -> str:
    """Return the name of the part that the document begins with."""
    if usual in archive:
        return usual
    for kind, target in relations(archive, ""):
        if kind == "officeDocument":
            return target
    return usual


def relations(archive: Archive, part: str) -> Iterator[tuple[str, str]]:
    """Yield kind and target of a part's relations to other parts of the archive."""
    yield from ((kind, target) for kind, target in _relations(archive, part).values())


def relations_by_id(archive: Archive, part: str) -> dict[str, str]:
    """Return the targets of a part's relations by their ids."""
    return {id_: target for id_, (_, target) in _relations(archive, part).items()}


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    folder, _, name = part.rpartition("/")
    data = archive.try_read(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
    if not data:
        return {}
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            resolve(part, relation.get("Target", "")),
        )
        for relation in parse_xml(data).iter("Relationship")
        if relation.get("TargetMode") != "External"
    }


def core_properties(archive: Archive) -> tuple[str, tuple[str, ...]]:
    """Return title and keywords."""
    data = archive.try_read("docProps/core.xml")
    if not data:
        return "", ()
    try:
        root = parse_xml(data)
    except BrokenXml:
        return "", ()
    return text_of(root.find("title")).strip(), split_tags(text_of(root.find("keywords")))
