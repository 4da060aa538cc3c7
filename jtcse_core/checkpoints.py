"""Write towers as plain checkpoints that transformers and sentence-transformers load."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jtcse_core.errors import DataError, EncoderDamaged, OutputError
from jtcse_core.export.source import silence_transformers
from jtcse_core.recipes import write_recipe
from jtcse_core.replacing import replacement
from jtcse_core.towers import Tower

ST_NAMESPACE = "sentence_transformers.models"


def load_tokenizer(folder: Path) -> Any:
    """Load a folder's fast tokenizer.

    Raises:
        EncoderDamaged: There is none, or it cannot be read.
    """
    from transformers import AutoTokenizer

    silence_transformers()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except Exception as error:  # transformers' errors here share no root
        raise EncoderDamaged(
            f"{folder} has no usable tokenizer: {str(error).splitlines()[0]}",
            "fetch the checkpoint again",
        ) from error
    if not tokenizer.is_fast:
        raise EncoderDamaged(f"{folder} has no fast tokenizer", "give one with tokenizer.json")
    return tokenizer


def refuse_other_tokenizer(first: Any, second: Any) -> None:
    """Check that two towers read the same tokens.

    Raises:
        DataError: Their vocabularies differ.
    """
    if first.get_vocab() != second.get_vocab():
        raise DataError(
            "the towers' tokenizers have different vocabularies",
            "give two towers that were made from one base",
        )


def save_tower(
    tower: Tower, tokenizer: Any, folder: Path, recipe: Mapping[str, Any] | None = None
) -> None:
    """Write a tower as a folder that both transformers and sentence-transformers load.

    The folder appears whole, or what stood there stays. A recipe, where there is one, goes with it.

    Raises:
        OutputError: It cannot be written.
    """
    silence_transformers()  # the trainer turns the library's progress bars on again
    with replaced_folder(folder) as work:
        tower.model.save_pretrained(work)
        tokenizer.save_pretrained(work)
        _write_sentence_transformers_layout(tower, work)
        if recipe:
            write_recipe(work, recipe)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give a scratch folder that takes `folder`'s place when the block ends without an error.

    Raises:
        OutputError: Something could not be written; `folder` is as it was.
    """
    try:
        with replacement(folder) as work:
            yield work
    except OSError as error:
        raise OutputError.of(folder, error) from error
    except Exception as error:
        # safetensors reports a full disk as an error of its own.
        if type(error).__name__ == "SafetensorError":
            raise OutputError.of(folder, error) from error
        raise


def _write_sentence_transformers_layout(tower: Tower, folder: Path) -> None:
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{ST_NAMESPACE}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{ST_NAMESPACE}.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{ST_NAMESPACE}.Normalize"},
    ]
    pooling = {
        "word_embedding_dimension": tower.dim,
        "pooling_mode_cls_token": tower.pooling == "cls",
        "pooling_mode_mean_tokens": tower.pooling == "mean",
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    }
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    for name, value in (
        ("modules.json", modules),
        ("1_Pooling/config.json", pooling),
        (
            "sentence_bert_config.json",
            {"max_seq_length": tower.max_length, "do_lower_case": False},
        ),
    ):
        (folder / name).write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def remove_folder(folder: Path) -> None:
    """Remove a folder and what is in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
