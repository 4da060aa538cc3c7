"""Source code: functions, classes and their like as units, by tree-sitter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from indexes.extract.blocks import fill_gaps
from indexes.extract.plain import extract_code
from indexes.types import Block, Extracted

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

LANGUAGES = {
    **dict.fromkeys(("py", "pyi", "pyw"), "tree_sitter_python"),
    **dict.fromkeys(("c", "h"), "tree_sitter_c"),
    **dict.fromkeys(("cc", "cpp", "cxx", "hh", "hpp", "hxx"), "tree_sitter_cpp"),
    **dict.fromkeys(("js", "mjs", "cjs", "jsx"), "tree_sitter_javascript"),
    **dict.fromkeys(("ts", "tsx", "mts", "cts"), "tree_sitter_typescript"),
    **dict.fromkeys(("sh", "bash"), "tree_sitter_bash"),
    "rs": "tree_sitter_rust", "go": "tree_sitter_go", "java": "tree_sitter_java",
    "rb": "tree_sitter_ruby", "php": "tree_sitter_php", "cs": "tree_sitter_c_sharp",
}  # fmt: skip

_UNITS = (
    "function", "method", "class", "struct", "enum", "trait", "impl", "interface", "module",
    "namespace", "union", "type_alias", "type_declaration", "constructor", "macro_definition",
    "decorated_definition", "mod_item",
)  # fmt: skip
_NOT_UNITS = ("call", "expression", "invocation", "type_identifier", "modifier", "parameters")
_HOLDERS = ("body", "declaration_list", "block", "class_body", "field_declaration_list",
            "body_statement", "enum_body", "interface_body", "program")  # fmt: skip
_TRANSPARENT = ("export_statement", "declaration_list", "preproc_ifdef", "preproc_if",
                "linkage_specification", "program", "namespace_body")  # fmt: skip
_COMMENTS = ("comment", "line_comment", "block_comment", "attribute_item", "annotation")
SPLIT_CHARS = 1200
"""A class longer than this is given method by method."""

PARSE_SECONDS = 5
"""Code that takes longer is cut at its blank lines."""

CHUNK_BYTES = 64 << 10
MAX_DEPTH = 12
MAX_LABEL = 80


@lru_cache(maxsize=16)
def _parser(module: str, variant: str) -> Parser | None:
    from tree_sitter import Language, Parser

    try:
        grammar = import_module(module)
        language = getattr(grammar, f"language_{variant}", None) or grammar.language
        return Parser(Language(language()))
    except (ImportError, AttributeError, ValueError):
        return None  # a grammar that is not installed here: cut at blank lines


def extract_units(text: str, extension: str) -> Extracted:
    """Read source code: each function or class with the comment above it is a unit."""
    variant = {"tsx": "tsx", "php": "php"}.get(
        extension, "typescript" if LANGUAGES.get(extension) == "tree_sitter_typescript" else ""
    )
    parser = _parser(LANGUAGES[extension], variant)
    if parser is None:
        return extract_code(text)
    data = text.encode("utf-8", "surrogatepass")
    tree = _tree(parser, data)
    if tree is None:
        return extract_code(text)
    spans = list(_units(tree.root_node, data, "", 0))
    offsets = _offsets(data, text, spans)
    blocks = [
        Block(offsets[start], offsets[end], "code", label=label) for start, end, label in spans
    ]
    filled = fill_gaps(text, blocks)
    return Extracted(
        text,
        [block if block.label else Block(block.start, block.end, "code") for block in filled],
    )


def _tree(parser: Parser, data: bytes) -> Tree | None:
    """Parse, or give up: what damaged code takes can grow faster than its size."""
    deadline = time.monotonic() + PARSE_SECONDS
    try:
        return parser.parse(
            lambda offset, _: data[offset : offset + CHUNK_BYTES],
            progress_callback=lambda *_: time.monotonic() > deadline,
        )
    except ValueError:
        parser.reset()
        return None


def _units(parent: Node, data: bytes, prefix: str, depth: int) -> Iterator[tuple[int, int, str]]:
    lead: int | None = None
    for node in parent.children:
        if node.type in _COMMENTS:
            lead = node.start_byte if lead is None else lead
            continue
        start = node.start_byte if lead is None else lead
        lead = None
        if _is_unit(node.type):
            yield from _unit(node, data, start, prefix, depth)
        elif node.type in _TRANSPARENT and depth < MAX_DEPTH:
            yield from _units(node, data, prefix, depth + 1)


def _unit(
    node: Node, data: bytes, start: int, prefix: str, depth: int
) -> Iterator[tuple[int, int, str]]:
    name = _name(node, data)
    label = f"{prefix}.{name}" if prefix and name else name or prefix
    inner = _body(node)
    if inner is not None and node.end_byte - start > SPLIT_CHARS and depth < MAX_DEPTH:
        members = list(_units(inner, data, label, depth + 1))
        if members and not node.type.startswith(("function", "method")):
            yield start, members[0][0], label
            yield from members
            return
    yield start, node.end_byte, label


def _is_unit(kind: str) -> bool:
    return any(kind.startswith(unit) for unit in _UNITS) and not any(
        other in kind for other in _NOT_UNITS
    )


def _body(node: Node) -> Node | None:
    inner = node.child_by_field_name("definition")
    if inner is not None:
        return _body(inner)
    body = node.child_by_field_name("body")
    if body is not None:
        return body
    return next((child for child in node.children if child.type in _HOLDERS), None)


def _name(node: Node, data: bytes) -> str:
    for _ in range(MAX_DEPTH):
        for field in ("name", "definition", "declarator", "type"):
            inner = node.child_by_field_name(field)
            if inner is not None:
                break
        else:
            break
        node = inner
        if node.child_count == 0:
            break
    if node.child_count or node.end_byte - node.start_byte > MAX_LABEL:
        return ""
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _offsets(data: bytes, text: str, spans: list[tuple[int, int, str]]) -> dict[int, int]:
    """Return code points by byte offset."""
    wanted = sorted({offset for start, end, _ in spans for offset in (start, end)})
    if len(data) == len(text):
        return {offset: offset for offset in wanted}
    offsets: dict[int, int] = {}
    position = points = 0
    for offset in wanted:
        points += len(data[position:offset].decode("utf-8", "surrogatepass"))
        position = offset
        offsets[offset] = points
    return offsets
