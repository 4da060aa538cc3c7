"""A tower is transformers' own model, and a twin adds nothing to what is saved."""

from pathlib import Path

import numpy as np
import pytest
import torch

from jtcse_core.checkpoints import load_tokenizer, save_tower
from jtcse_core.errors import ConfigError, EncoderDamaged
from jtcse_core.torch_encoder import load_torch_encoder, pad
from jtcse_core.towers import Tokens, TwinTower, attend, equally_spaced, load_tower
from tests.jtcse_core.tiny import SENTENCES, MakeCheckpoint

pytestmark = pytest.mark.torch

each_family = pytest.mark.parametrize("family", ["bert", "roberta"])


def batch(folder: Path, sentences: list[str] = SENTENCES[:6]) -> Tokens:
    tokenizer = load_tokenizer(folder)
    short = [*sentences[:-1], " ".join(sentences[-1].split()[:2])]  # so that something is padded
    return pad(tokenizer(short)["input_ids"], tokenizer.pad_token_id)


@each_family
def test_a_tower_reads_as_transformers_does(make_checkpoint: MakeCheckpoint, family: str) -> None:
    from transformers import AutoModel

    folder = make_checkpoint(3, family)
    tokens, tower = batch(folder), load_tower(folder, "cls")
    reference = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()(
        input_ids=tokens.ids, attention_mask=tokens.mask
    )
    out = tower(tokens)
    torch.testing.assert_close(out.embedding, reference.last_hidden_state[:, 0], atol=1e-5, rtol=0)
    torch.testing.assert_close(out.pooler, reference.pooler_output, atol=1e-5, rtol=0)


def test_mean_pooling_leaves_padding_out(checkpoint: Path) -> None:
    tower, tokens = load_tower(checkpoint, "mean"), batch(checkpoint)
    alone = Tokens(tokens.ids[-1:, :4], tokens.mask[-1:, :4])
    assert int(tokens.mask[-1].sum()) == 4
    torch.testing.assert_close(
        tower(tokens).embedding[-1:], tower(alone).embedding, atol=1e-5, rtol=0
    )


def test_a_twin_without_cross_attention_is_two_towers(
    checkpoint: Path, other_checkpoint: Path
) -> None:
    one, two, tokens = load_tower(checkpoint), load_tower(other_checkpoint), batch(checkpoint)
    out = TwinTower(one, two, cross_layers=0)(tokens, tokens)
    assert out.cross_first is None
    assert torch.equal(out.first.embedding, one(tokens).embedding)
    assert torch.equal(out.second.embedding, two(tokens).embedding)


def test_cross_attention_leaves_the_towers_own_vectors_alone(
    checkpoint: Path, other_checkpoint: Path
) -> None:
    one, two, tokens = load_tower(checkpoint), load_tower(other_checkpoint), batch(checkpoint)
    out = TwinTower(one, two, cross_layers=2)(tokens, tokens)
    assert torch.equal(out.first.embedding, one(tokens).embedding)
    assert out.cross_first is not None
    assert not torch.allclose(out.cross_first, out.first.embedding)


@each_family
def test_attending_to_oneself_is_the_layer_itself(
    make_checkpoint: MakeCheckpoint, family: str
) -> None:
    folder = make_checkpoint(3, family)
    tower, tokens = load_tower(folder), batch(folder)
    streams = tower(tokens, keep_streams=True).streams
    layer = tower.model.encoder.layer[1]
    states = attend(layer, layer, streams[1], streams[1], tokens.mask)
    torch.testing.assert_close(states, streams[2], atol=1e-5, rtol=0)


def test_a_tower_crossed_with_itself_sees_nothing_new(checkpoint: Path) -> None:
    tower, tokens = load_tower(checkpoint), batch(checkpoint)
    out = TwinTower(tower, tower, cross_layers=4)(tokens, tokens)
    assert out.cross_first is not None
    torch.testing.assert_close(out.cross_first, out.first.embedding, atol=1e-5, rtol=0)


def test_a_twin_has_the_towers_parameters_and_no_more(
    checkpoint: Path, other_checkpoint: Path
) -> None:
    one, two = load_tower(checkpoint), load_tower(other_checkpoint)
    twin = TwinTower(one, two, cross_layers=2)
    count = sum(p.numel() for p in one.parameters()) + sum(p.numel() for p in two.parameters())
    assert sum(p.numel() for p in twin.parameters()) == count


def test_cross_attention_takes_keys_and_values_from_the_other_tower(
    checkpoint: Path, other_checkpoint: Path
) -> None:
    twin = TwinTower(load_tower(checkpoint), load_tower(other_checkpoint), cross_layers=1)
    tokens = batch(checkpoint)
    cross = twin(tokens, tokens).cross_first
    cross.sum().backward()
    last_one = twin.first.model.encoder.layer[-1].attention.self
    last_two = twin.second.model.encoder.layer[-1].attention.self
    assert last_one.query.weight.grad is not None
    assert last_one.value.weight.grad is None
    assert last_two.value.weight.grad is not None
    assert last_two.query.weight.grad is None


@pytest.mark.parametrize(
    ("n", "depth", "layers"),
    [
        (6, 12, (1, 3, 5, 7, 9, 11)),
        (3, 6, (1, 3, 5)),
        (1, 6, (5,)),
        (4, 4, (0, 1, 2, 3)),
        (0, 6, ()),
    ],
)
def test_crossed_layers_are_equally_spaced(n: int, depth: int, layers: tuple[int, ...]) -> None:
    assert equally_spaced(n, depth) == layers


def test_more_crossed_layers_than_there_are_is_refused() -> None:
    with pytest.raises(ConfigError):
        equally_spaced(7, 6)


def test_towers_of_two_shapes_are_refused(
    checkpoint: Path, make_checkpoint: MakeCheckpoint
) -> None:
    with pytest.raises(ConfigError, match="num_hidden_layers is 4 in tower I and 2"):
        TwinTower(load_tower(checkpoint), load_tower(make_checkpoint(2, layers=2)), 2)


@each_family
@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_a_saved_tower_gives_the_same_vectors_in_sentence_transformers(
    make_checkpoint: MakeCheckpoint, tmp_path: Path, family: str, pooling: str
) -> None:
    from sentence_transformers import SentenceTransformer

    folder = make_checkpoint(3, family)
    save_tower(load_tower(folder, pooling), load_tokenizer(folder), tmp_path / "saved")
    theirs = SentenceTransformer(str(tmp_path / "saved"), device="cpu").encode(SENTENCES[:8])
    ours = load_torch_encoder(str(folder), pooling=pooling).encode(SENTENCES[:8])
    np.testing.assert_allclose(theirs, ours, atol=1e-5)


def test_a_saved_tower_loads_in_transformers(checkpoint: Path, tmp_path: Path) -> None:
    from transformers import AutoModel

    save_tower(load_tower(checkpoint), load_tokenizer(checkpoint), tmp_path / "saved")
    _, info = AutoModel.from_pretrained(tmp_path / "saved", output_loading_info=True)
    assert not info["missing_keys"]
    assert not info["unexpected_keys"]


def test_a_saved_tower_keeps_pooling_and_length(checkpoint: Path, tmp_path: Path) -> None:
    save_tower(load_tower(checkpoint, "cls", 20), load_tokenizer(checkpoint), tmp_path / "saved")
    tower = load_tower(tmp_path / "saved")
    assert (tower.pooling, tower.max_length) == ("cls", 20)


def test_dropout_set_for_a_run_rules_its_training(make_checkpoint: MakeCheckpoint) -> None:
    for own, run, same in ((0.1, 0.0, True), (0.0, 0.3, False), (0.0, None, True)):
        folder = make_checkpoint(0, dropout=own)
        tower, tokens = load_tower(folder, dropout=run).train(), batch(folder)
        one, two = tower(tokens).embedding, tower(tokens).embedding
        assert torch.equal(one, two) == same, (own, run)


def test_dropout_set_for_a_run_is_not_saved_as_the_towers_own(
    checkpoint: Path, tmp_path: Path
) -> None:
    student = load_tower(checkpoint, dropout=0.0)
    save_tower(student, load_tokenizer(checkpoint), tmp_path / "student")
    again, tokens = load_tower(tmp_path / "student").train(), batch(checkpoint)
    assert not torch.equal(again(tokens).embedding, again(tokens).embedding)
    assert again.model.config.attention_probs_dropout_prob == 0.1


def test_a_shorter_tower_keeps_the_layers_named(checkpoint: Path, tmp_path: Path) -> None:
    tower = load_tower(checkpoint)
    tower.keep_layers([0, 3])
    save_tower(tower, load_tokenizer(checkpoint), tmp_path / "saved")
    tokens, again = batch(checkpoint), load_tower(tmp_path / "saved")
    assert again.depth == 2
    torch.testing.assert_close(again(tokens).embedding, tower(tokens).embedding)


def test_weights_of_another_model_are_refused(checkpoint: Path, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "config.json").write_bytes((checkpoint / "config.json").read_bytes())
    save_file({"wte.weight": torch.zeros(4, 4)}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(EncoderDamaged, match="lacks"):
        load_tower(folder)


def test_broken_weights_are_refused(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((checkpoint / "config.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderDamaged, match="cannot be loaded"):
        load_tower(tmp_path)
