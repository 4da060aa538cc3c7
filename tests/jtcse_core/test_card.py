"""A card that was edited by hand, or damaged, is refused in words."""

import json

import pytest

from jtcse_core.card import CARD_FILE, EncoderCard, read_card
from jtcse_core.errors import EncoderDamaged
from jtcse_core.loading import load_encoder
from tests.app.tiny_encoder import write_tiny_encoder


@pytest.fixture
def folder(tmp_path):
    return write_tiny_encoder(tmp_path / "tiny")


def change(folder, **fields):
    path = folder / CARD_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format_version", "2"),
        ("max_length", "256"),
        ("max_length", 0),
        ("max_length", 10**30),
        ("max_length", True),
        ("dim", "32"),
        ("dim", -1),
        ("export", []),
        ("recipe", []),
        ("scores", 3),
        ("name", 1),
        ("base", 1),
        ("pooling", []),
        ("fingerprint", 7),
        ("licence", {}),
        ("model_bytes", "1"),
        ("background", "0.1"),
        ("background", [0.1, "0.2"]),
        ("background", [0.2, 0.1]),
        ("background", [0.1, float("nan")]),
        ("languages", "en"),
        ("languages", [1]),
    ],
)
def test_a_card_with_a_value_of_another_kind_is_damaged(folder, field, value):
    change(folder, **{field: value})
    with pytest.raises(EncoderDamaged, match=field) as raised:
        read_card(folder)
    assert "export it again" in raised.value.hint


CONTENTS = {"list": "[]", "null": "null", "text": '"card"', "half": "{", "deep": "[" * 100_000}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_a_card_that_is_no_object_is_damaged(folder, content):
    (folder / CARD_FILE).write_text(content)
    with pytest.raises(EncoderDamaged):
        read_card(folder)


def test_a_card_of_a_newer_version_is_named_as_such_whatever_is_in_it(folder):
    change(folder, format_version=2, export=None)
    with pytest.raises(EncoderDamaged, match="newer"):
        read_card(folder)


def test_a_card_that_names_other_dimensions_than_the_model_has_is_damaged(folder):
    change(folder, dim=7)
    with pytest.raises(EncoderDamaged, match="7"):
        load_encoder(folder)


def test_a_card_without_what_later_versions_added_is_read(folder):
    path = folder / CARD_FILE
    fields = json.loads(path.read_text())
    for later in ("background", "languages", "recipe", "scores", "export", "licence"):
        del fields[later]
    path.write_text(json.dumps(fields))
    assert read_card(folder).languages == ("en",)


@pytest.mark.parametrize("field", EncoderCard.__dataclass_fields__)
def test_no_field_of_a_card_may_be_empty(folder, field):
    change(folder, **{field: None})
    with pytest.raises(EncoderDamaged, match=field):
        read_card(folder)
