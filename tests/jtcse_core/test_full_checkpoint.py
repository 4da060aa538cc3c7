"""Weights for training: small beside an encoder, and whole again when they are asked for."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from jtcse_core import load_encoder
from jtcse_core.card import read_card
from jtcse_core.checkpoints import load_tokenizer, save_tower
from jtcse_core.config import DistillConfig, TrainConfig
from jtcse_core.corpus import read_corpus
from jtcse_core.errors import ConfigError, EncoderDamaged, EncoderNotFound
from jtcse_core.export.base import find_base
from jtcse_core.export.exporting import export_encoder
from jtcse_core.export.layers import LAYERS, LAYERS_FILE, write_layers
from jtcse_core.full_checkpoint import export_checkpoint
from jtcse_core.recipes import read_recipe
from jtcse_core.torch_encoder import load_torch_encoder
from jtcse_core.towers import load_tower
from jtcse_core.training.contrastive import train
from jtcse_core.training.distillation import distill

pytestmark = pytest.mark.torch

TEXTS = ["A dog runs after a ball.", "Stocks fell on Monday", "x", "def f(x): return x" * 40]


@pytest.fixture(scope="module")
def retrained(tmp_path_factory) -> Path:
    """The pinned base with its last layer moved."""
    base = find_base("base")
    tower = load_tower(base)
    with torch.no_grad():
        for parameter in tower.model.encoder.layer[-1].parameters():
            parameter += 0.01 * torch.randn_like(parameter)
    folder: Path = tmp_path_factory.mktemp("retrained") / "checkpoint"
    save_tower(tower, load_tokenizer(base), folder)
    return folder


@pytest.fixture(scope="module")
def encoder(retrained: Path) -> Path:
    folder = retrained.parent / "encoder"
    export_encoder(str(retrained), folder, with_layers=True, licence="Apache-2.0")
    return folder


@pytest.mark.parametrize("stage", ["train", "distill"])
def test_frozen_embeddings_stay_as_the_base_has_them(stage, checkpoint, corpus, tmp_path) -> None:
    fast: dict[str, Any] = {
        "batch_size": 8,
        "max_length": 12,
        "freeze_embeddings": True,
        "learning_rate": 1e-3,
    }
    data, out = read_corpus([corpus]), tmp_path / "out"
    if stage == "train":
        train(TrainConfig(base=str(checkpoint), steps=2, **fast), data, out, device="cpu")
    else:
        taught = DistillConfig(base=str(checkpoint), steps=2, **fast)
        distill(taught, [str(checkpoint)], data, out, tmp_path / "cache", device="cpu")
    before, after = (load_file(f / "model.safetensors") for f in (checkpoint, out))
    changed = {k for k in after if not torch.equal(before[k], after[k])}
    assert not any(name.startswith("embeddings.") for name in changed)
    assert stage == "distill" or any(name.startswith("encoder.layer.") for name in changed)


def test_an_encoder_carries_what_training_changed_and_no_more(encoder: Path) -> None:
    layers = read_card(encoder).export[LAYERS]
    tensors = load_file(encoder / LAYERS_FILE)
    assert {name.split(".")[2] for name in tensors} == {"5"}
    assert layers["tensors"] == len(tensors) == 16
    assert all(tensor.dtype == torch.float16 for tensor in tensors.values())
    assert layers["bytes"] == (encoder / LAYERS_FILE).stat().st_size


def test_layers_and_base_give_the_checkpoint_back(encoder: Path, retrained: Path, tmp_path) -> None:
    out = export_checkpoint(str(encoder), tmp_path / "out")
    before, after = (load_torch_encoder(str(f)).encode(TEXTS) for f in (retrained, out))
    assert (before * after).sum(axis=1).min() > 0.9999
    assert load_torch_encoder(str(out)).max_length == 256


def test_a_checkpoint_that_was_given_back_knows_its_recipe(tmp_path: Path) -> None:
    export_checkpoint("default", tmp_path / "full")
    assert read_recipe(tmp_path / "full") == read_card(load_encoder().folder).recipe


def test_sentence_transformers_gives_the_same_vectors(encoder: Path, tmp_path) -> None:
    from sentence_transformers import SentenceTransformer

    out = export_checkpoint(str(encoder), tmp_path / "out")
    theirs = np.asarray(SentenceTransformer(str(out), device="cpu").encode(TEXTS))
    ours = load_torch_encoder(str(out)).encode(TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.9999


def test_any_checkpoint_is_written_in_that_layout(checkpoint: Path, tmp_path) -> None:
    out = export_checkpoint(str(checkpoint), tmp_path / "out", pooling="cls")
    assert load_tower(out).pooling == "cls"
    with pytest.raises(ConfigError, match="already holds"):
        export_checkpoint(str(checkpoint), out)
    assert export_checkpoint(str(checkpoint), out, overwrite=True) == out


def test_trained_embeddings_are_not_small(retrained: Path, tmp_path) -> None:
    tensors = load_file(retrained / "model.safetensors")
    tensors["embeddings.word_embeddings.weight"][0] += 1
    save_file(tensors, tmp_path / "model.safetensors")
    with pytest.raises(ConfigError, match="embeddings were trained"):
        write_layers(tmp_path, tmp_path)


def test_another_architecture_has_no_layers_of_the_base(checkpoint: Path, tmp_path) -> None:
    with pytest.raises(ConfigError, match="other shapes"):
        write_layers(checkpoint, tmp_path)


def test_changed_layers_are_refused(encoder: Path, tmp_path) -> None:
    path = encoder / LAYERS_FILE
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(EncoderDamaged, match="SHA-256"):
            export_checkpoint(str(encoder), tmp_path / "out")
        path.unlink()
        with pytest.raises(EncoderNotFound, match="no weights for training"):
            export_checkpoint(str(encoder), tmp_path / "out")
    finally:
        path.write_bytes(whole)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_left_alone(checkpoint: Path, tmp_path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(ConfigError, match="is not such a folder"):
        export_checkpoint(str(checkpoint), tmp_path, overwrite=True)
    assert (tmp_path / "note.txt").read_text() == "mine"


def test_the_encoder_that_ships_is_small_and_gives_its_checkpoint_back(tmp_path) -> None:
    shipped = load_encoder()
    sizes = {path.name: path.stat().st_size for path in shipped.folder.iterdir()}
    assert sizes.pop(LAYERS_FILE) <= 22e6
    assert sum(sizes.values()) <= 25e6
    full = load_torch_encoder(str(export_checkpoint("default", tmp_path / "out")))
    cosines = (shipped.encode(TEXTS) * full.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.99
    assert not re.search(r"[\"'](/|[A-Z]:)", (shipped.folder / "encoder.json").read_text())
