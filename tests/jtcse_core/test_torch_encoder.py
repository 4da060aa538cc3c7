"""One tower or several encode as one, and no text depends on its neighbours."""

import json
from pathlib import Path

import numpy as np
import pytest

from jtcse_core.ensemble import ENSEMBLE_FILE, Member, parse_members, write_ensemble
from jtcse_core.errors import ConfigError, EncoderDamaged, EncoderNotFound
from jtcse_core.torch_encoder import load_torch_encoder
from tests.jtcse_core.tiny import SENTENCES, MakeCheckpoint

pytestmark = pytest.mark.torch


def test_rows_are_unit_float32(checkpoint: Path) -> None:
    vectors = load_torch_encoder(str(checkpoint)).encode(SENTENCES)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(checkpoint: Path) -> None:
    encoder = load_torch_encoder(str(checkpoint))
    texts = [" ".join(SENTENCES[:n]) for n in range(1, 9)]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), alone, atol=1e-5)


def test_nothing_encodes_to_no_rows(checkpoint: Path) -> None:
    assert load_torch_encoder(str(checkpoint)).encode([]).shape == (0, 16)


def test_an_ensemble_sums_what_its_members_give(checkpoint: Path, other_checkpoint: Path) -> None:
    one, two = (load_torch_encoder(str(f)) for f in (checkpoint, other_checkpoint))
    both = load_torch_encoder(f"{checkpoint} + {other_checkpoint}")
    expected = one.encode_raw(SENTENCES) + two.encode_raw(SENTENCES)
    np.testing.assert_allclose(both.encode_raw(SENTENCES), expected, atol=1e-5)


def test_the_uc_variant_weighs_three(
    checkpoint: Path, other_checkpoint: Path, make_checkpoint: MakeCheckpoint
) -> None:
    third = make_checkpoint(2)
    spec = f"0.3*{checkpoint} + 0.3*{other_checkpoint} + 0.7*{third}"
    raw = [load_torch_encoder(str(f)).encode_raw(SENTENCES) for f in (checkpoint, other_checkpoint)]
    expected = 0.3 * (raw[0] + raw[1]) + 0.7 * load_torch_encoder(str(third)).encode_raw(SENTENCES)
    np.testing.assert_allclose(load_torch_encoder(spec).encode_raw(SENTENCES), expected, atol=1e-5)


def test_two_published_towers_evaluate_with_their_first_tokens_state(
    checkpoint: Path, other_checkpoint: Path
) -> None:
    encoder = load_torch_encoder(f"{checkpoint}+{other_checkpoint}", pooling="cls")
    singles = [
        load_torch_encoder(str(f), pooling="cls").encode_raw(SENTENCES)
        for f in (checkpoint, other_checkpoint)
    ]
    np.testing.assert_allclose(encoder.encode_raw(SENTENCES), sum(singles), atol=1e-5)


def test_an_ensemble_folder_stands_for_its_members(
    tmp_path: Path, checkpoint: Path, other_checkpoint: Path
) -> None:
    write_ensemble(tmp_path, [Member(str(checkpoint), 0.5), Member(str(other_checkpoint), 2.0)])
    np.testing.assert_array_equal(
        load_torch_encoder(str(tmp_path)).encode(SENTENCES),
        load_torch_encoder(f"0.5*{checkpoint} + 2*{other_checkpoint}").encode(SENTENCES),
    )


def test_a_weight_before_an_ensemble_multiplies_its_members(tmp_path: Path) -> None:
    write_ensemble(tmp_path, [Member("tower1"), Member("tower2", 2.0)])
    assert parse_members(f"0.3*{tmp_path}+0.7*third") == (
        Member(str(tmp_path / "tower1"), 0.3),
        Member(str(tmp_path / "tower2"), 0.6),
        Member("third", 0.7),
    )


def test_a_path_that_holds_a_plus_is_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "a+b"
    folder.mkdir()
    assert parse_members(str(folder)) == (Member(str(folder)),)


@pytest.mark.parametrize("spec", ["a + ", " + b", ""])
def test_an_empty_member_is_refused(spec: str) -> None:
    with pytest.raises(ConfigError):
        parse_members(spec)


def test_members_of_two_dimensions_are_refused(
    checkpoint: Path, make_checkpoint: MakeCheckpoint
) -> None:
    with pytest.raises(ConfigError, match="dimensions"):
        load_torch_encoder(f"{checkpoint} + {make_checkpoint(4, hidden=8)}")


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(EncoderNotFound, match="nowhere"):
        load_torch_encoder("nowhere/at/all/really")


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"members": []}), '{"members": [{}]}'])
def test_a_damaged_ensemble_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / ENSEMBLE_FILE).write_text(text)
    with pytest.raises(EncoderDamaged):
        parse_members(str(tmp_path))


def test_the_fingerprint_follows_weights_and_settings(
    checkpoint: Path, other_checkpoint: Path
) -> None:
    prints = {
        load_torch_encoder(str(checkpoint)).fingerprint,
        load_torch_encoder(str(other_checkpoint)).fingerprint,
        load_torch_encoder(str(checkpoint), pooling="cls").fingerprint,
        load_torch_encoder(str(checkpoint), max_length=20).fingerprint,
    }
    assert len(prints) == 4
    assert load_torch_encoder(str(checkpoint)).fingerprint in prints


def test_the_fingerprint_does_not_change_with_use(checkpoint: Path) -> None:
    encoder = load_torch_encoder(str(checkpoint))
    before = encoder.fingerprint
    encoder.count_tokens(SENTENCES)
    encoder.encode(SENTENCES)
    assert encoder.fingerprint == before


def test_tokens_are_counted_uncut(checkpoint: Path) -> None:
    text = " ".join(["cat"] * 50)
    assert load_torch_encoder(str(checkpoint)).count_tokens([text, "a cat"]) == [50, 2]
