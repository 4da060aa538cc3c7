"""Every file name has one text, and every text one name."""

import os
from pathlib import Path

import pytest

from indexes.textpaths import from_text, to_text

NAMES = [
    b"/plain", "/é".encode(), b"/caf\xe9", b"/\xf4\x8f\xbe", "/\U0010ff80".encode(),
    "/\U0010ff80\x80".encode(), b"/\x80", b"/\x80\xf4\x8f\xbe\x80", "/\U0010ffff".encode(),
    b"/\xff", "/\U0010ff7f".encode(), b"/\xf4" + "\U0010ffbe".encode(),
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_back_from_its_text(name):
    text = to_text(Path(os.fsdecode(name)))
    assert os.fsencode(from_text(text)) == name
    assert text.encode().decode() == text


def test_names_differ_in_their_texts_as_they_do_themselves():
    assert len({to_text(Path(os.fsdecode(name))) for name in NAMES}) == len(NAMES)


def test_texts_that_are_stored_keep_their_names():
    assert to_text(Path(os.fsdecode(b"/caf\xe9"))) == "/caf\U0010ffe9"
    assert to_text(Path("/caf\u00e9")) == "/caf\u00e9"


def test_two_files_whose_names_look_alike_as_text_are_two_documents(index, docs, ask):
    bare = Path(os.fsdecode(os.fsencode(docs) + b"/\xe9.txt"))
    bare.write_text("an albatross")
    (docs / "\U0010ffe9.txt").write_text("a pelican")
    assert index().added == 5
    for word, name in (("albatross", bare), ("pelican", docs / "\U0010ffe9.txt")):
        assert from_text(ask(word, "lexical").hits[0].path) == name
    assert index().unchanged == 5
