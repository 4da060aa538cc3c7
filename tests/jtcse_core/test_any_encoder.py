"""Whatever an encoder is made of, it opens by its name or path."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from jtcse_core.any_encoder import open_any
from jtcse_core.errors import ConfigError, EncoderDamaged
from jtcse_core.export.exporting import export_encoder
from tests.jtcse_core.tiny import SENTENCES, WORDS, make_tokenizer

pytestmark = pytest.mark.torch


def test_an_exported_encoder_runs_as_it_will_in_use(checkpoint: Path, tmp_path: Path) -> None:
    from jtcse_core.onnx_encoder import OnnxEncoder

    export_encoder(str(checkpoint), tmp_path / "mine")
    assert isinstance(open_any(str(tmp_path / "mine")), OnnxEncoder)
    assert isinstance(open_any("mine", encoders=tmp_path), OnnxEncoder)


def test_an_export_gives_nearly_what_its_checkpoint_gives(checkpoint: Path, tmp_path: Path) -> None:
    export_encoder(str(checkpoint), tmp_path / "mine")
    one, two = (open_any(str(p)).encode(SENTENCES) for p in (checkpoint, tmp_path / "mine"))
    assert (one * two).sum(axis=1).min() > 0.98


def test_an_export_knows_how_alike_unrelated_sentences_are(
    checkpoint: Path, tmp_path: Path
) -> None:
    background = export_encoder(str(checkpoint), tmp_path / "mine").card.background
    assert len(background) > 100
    assert -1 <= background[0] < background[-1] <= 1.001


def test_the_settings_of_an_export_are_fixed(checkpoint: Path, tmp_path: Path) -> None:
    export_encoder(str(checkpoint), tmp_path / "mine")
    with pytest.raises(ConfigError, match="fixed"):
        open_any(str(tmp_path / "mine"), pooling="cls")


def test_a_checkpoint_of_the_older_weights_format_opens(checkpoint: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    for path in checkpoint.iterdir():
        if path.suffix == ".json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save(load_file(checkpoint / "model.safetensors"), tmp_path / "pytorch_model.bin")
    np.testing.assert_allclose(
        open_any(str(tmp_path)).encode(SENTENCES),
        open_any(str(checkpoint)).encode(SENTENCES),
        atol=1e-6,
    )


def test_a_hub_model_whose_files_are_here_opens_by_its_id(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    snapshot = tmp_path / "models--someone--towers" / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    for path in checkpoint.iterdir():
        (snapshot / path.name).write_bytes(path.read_bytes())
    refs = tmp_path / "models--someone--towers" / "refs"
    refs.mkdir()
    (refs / "main").write_text("0" * 40)
    np.testing.assert_array_equal(
        open_any("someone/towers").encode(SENTENCES), open_any(str(checkpoint)).encode(SENTENCES)
    )


@pytest.fixture
def distilbert(tmp_path: Path) -> Path:
    """Return a sentence-transformers folder of a family that our towers are not."""
    from transformers import DistilBertConfig, DistilBertModel

    tokenizer = make_tokenizer(WORDS)
    config = DistilBertConfig(
        vocab_size=len(tokenizer), dim=16, n_layers=1, n_heads=2, hidden_dim=32,
        max_position_embeddings=40, pad_token_id=0,
    )  # fmt: skip
    folder = tmp_path / "distilbert"
    DistilBertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_P", "type": "sentence_transformers.models.Pooling"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_P").mkdir()
    pooling = {"word_embedding_dimension": 16, "pooling_mode_mean_tokens": True}
    (folder / "1_P" / "config.json").write_text(json.dumps(pooling))
    return folder


def test_a_model_of_another_family_runs_in_its_own_library(distilbert: Path) -> None:
    encoder = open_any(str(distilbert))
    vectors = encoder.encode(SENTENCES)
    assert (encoder.name, encoder.dim, vectors.shape) == ("distilbert", 16, (len(SENTENCES), 16))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_checkpoint_tells_how_far_it_is(checkpoint: Path) -> None:
    told: list[int] = []
    texts = [" ".join(SENTENCES) + f" {n}" for n in range(200)]
    open_any(f"{checkpoint}+{checkpoint}").encode(texts, told.append)
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == len(texts)


def test_a_model_of_another_family_tells_how_far_it_is(distilbert: Path) -> None:
    told: list[int] = []
    texts = [f"text {n}" for n in range(100)]
    vectors = open_any(str(distilbert)).encode(texts, told.append)
    assert (len(told), told[-1], len(vectors)) == (2, 100, 100)


def test_a_broken_model_of_another_family_is_refused(distilbert: Path) -> None:
    (distilbert / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(EncoderDamaged):
        open_any(str(distilbert))
