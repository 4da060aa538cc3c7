"""What a checkpoint's folder says of itself is taken as it is meant, or refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from jtcse_core.errors import ConfigError
from jtcse_core.export.source import read_source

CONFIG = {
    "model_type": "bert",
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "hidden_size": 8,
    "max_position_embeddings": 40,
}


def write(folder: Path, pooling: dict[str, Any]) -> Path:
    (folder / "1_Pooling").mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return folder


@pytest.mark.parametrize(
    ("says", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, "mean"),
        ({"pooling_mode": "cls"}, "cls"),
        ({"pooling_mode": ["mean"]}, "mean"),
    ],
)
def test_the_pooling_is_what_the_folder_says(
    tmp_path: Path, says: dict[str, Any], pooling: str
) -> None:
    assert read_source(write(tmp_path, says)).pooling == pooling


@pytest.mark.parametrize(
    ("says", "names"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True}, "cls and mean"),
        ({"pooling_mode": ["cls", "max"]}, "cls and max"),
        ({"pooling_mode_max_tokens": True}, "max"),
        ({"pooling_mode_lasttoken": True}, "lasttoken"),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": False}, "nothing"),
        ({"pooling_mode": []}, "nothing"),
        ({}, "nothing"),
    ],
)
def test_a_folder_that_does_not_pool_in_one_supported_way_is_refused(
    tmp_path: Path, says: dict[str, Any], names: str
) -> None:
    with pytest.raises(ConfigError, match=f"pools by {names};") as raised:
        read_source(write(tmp_path, says))
    assert "pooling" in raised.value.hint


def test_whoever_says_the_pooling_overrides_the_folder(tmp_path: Path) -> None:
    assert read_source(write(tmp_path, {"pooling_mode_max_tokens": True}), "cls").pooling == "cls"
