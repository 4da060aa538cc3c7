"""XML that may be hostile: no external entities, no entity bombs, bounded depth and count."""

from __future__ import annotations

from html.entities import name2codepoint
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from indexes.errors import SkipDocument

MAX_DEPTH = 400
MAX_ELEMENTS = 3_000_000
MAX_ENTITY_CHARS = 2000
LINE = "\0line"
"""The attribute under which an element's source line is kept, when asked for."""


class BrokenXml(SkipDocument):
    """It is not well-formed."""


def parse_xml(data: bytes, *, lines: bool = False) -> Element:
    """Parse XML into elements with local names, namespaces left out.

    Raises:
        BrokenXml: It is not well-formed.
        SkipDocument: It is a bomb, or nested too deep.
    """
    return _Parser(lines).parse(data)


class _Parser:
    def __init__(self, lines: bool) -> None:
        self._builder = TreeBuilder()
        self._lines = lines
        self._depth = 0
        self._count = 0
        self._expat = parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.data
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._skipped
        parser.UseForeignDTD(True)  # an entity that is declared elsewhere is no error
        parser.ExternalEntityRefHandler = lambda *_: 1  # and nothing is fetched

    def parse(self, data: bytes) -> Element:
        try:
            self._expat.Parse(data, True)
            return self._builder.close()
        except (expat.ExpatError, AssertionError) as error:
            raise BrokenXml(f"not well-formed XML: {error}") from error
        except (ValueError, LookupError) as error:
            raise BrokenXml("XML of an unknown encoding") from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise SkipDocument(f"XML nested deeper than {MAX_DEPTH} levels")
        if self._count > MAX_ELEMENTS:
            raise SkipDocument(f"XML of more than {MAX_ELEMENTS:,} elements")
        local = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if self._lines:
            local[LINE] = str(self._expat.CurrentLineNumber)
        self._builder.start(name.rpartition("}")[2], local)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(name.rpartition("}")[2])

    def _entity(self, name: str, parameter: bool, value: str | None, *_: object) -> None:
        if value is not None and ("&" in value or "%" in value or len(value) > MAX_ENTITY_CHARS):
            raise SkipDocument("an XML bomb: entities made of entities")

    def _skipped(self, name: str, parameter: bool) -> None:
        if not parameter and name in name2codepoint:
            self._builder.data(chr(name2codepoint[name]))


def find(element: Element, *names: str) -> Element | None:
    """Return the first element below that has this path of local names."""
    found: Element | None = element
    for name in names:
        found = None if found is None else found.find(name)
    return found


def text_of(element: Element | None) -> str:
    """Return all text below an element."""
    return "" if element is None else "".join(element.itertext())
