"""Tiny checkpoints of the real structure, made in memory once a session."""

from pathlib import Path

import pytest

from tests.jtcse_core.tiny import (
    WORDS,
    MakeCheckpoint,
    make_tokenizer,
    write_corpus,
    write_dev,
)


@pytest.fixture(scope="session")
def make_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> MakeCheckpoint:
    """Return a function that writes a tiny checkpoint: `make_checkpoint(seed=0, family='bert')`."""
    pytest.importorskip("torch")

    def make(
        seed: int = 0,
        family: str = "bert",
        *,
        layers: int = 4,
        hidden: int = 16,
        dropout: float = 0.1,
        words: tuple[str, ...] = WORDS,
    ) -> Path:
        import torch
        from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

        from jtcse_core.export.source import silence_transformers

        silence_transformers()
        tokenizer = make_tokenizer(words)
        config_class, model_class = {
            "bert": (BertConfig, BertModel),
            "roberta": (RobertaConfig, RobertaModel),
        }[family]
        config = config_class(
            vocab_size=len(tokenizer),
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=40,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            initializer_range=0.3,
            pad_token_id=tokenizer.pad_token_id,
        )
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            model = model_class(config)
        folder = tmp_path_factory.mktemp(f"{family}-{seed}")
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def checkpoint(make_checkpoint: MakeCheckpoint) -> Path:
    return make_checkpoint(0)


@pytest.fixture(scope="session")
def other_checkpoint(make_checkpoint: MakeCheckpoint) -> Path:
    """Return one of the same structure with other weights."""
    return make_checkpoint(1)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus.txt")


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    return write_dev(tmp_path / "dev.tsv")
