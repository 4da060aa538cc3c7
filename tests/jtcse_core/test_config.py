"""A configuration comes back from its file as it went in, and refuses nonsense."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from jtcse_core.config import (
    PRESETS,
    DistillConfig,
    TrainConfig,
    load_config,
    preset,
    save_config,
    with_settings,
)
from jtcse_core.errors import ConfigError


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_round_trips_through_a_file(tmp_path: Path, name: str) -> None:
    save_config(preset(name), tmp_path / "c.json")
    assert load_config(tmp_path / "c.json", TrainConfig) == preset(name)


def test_a_distillation_round_trips_through_a_file(tmp_path: Path) -> None:
    config = DistillConfig(layers=(0, 2), objective="mse", learning_rate=1e-4)
    save_config(config, tmp_path / "c.json")
    assert load_config(tmp_path / "c.json", DistillConfig) == config


def test_toml_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(
        'objective = "jtcse"\naugmentations = ["crop:0.5"]\n[weights]\nictm = 0.5\n'
    )
    config = load_config(tmp_path / "c.toml", TrainConfig)
    assert (config.augmentations, config.term_weights["ictm"]) == (("crop:0.5",), 0.5)


def test_the_papers_settings_have_a_name() -> None:
    paper = preset("jtcse-bert-base")
    assert (paper.learning_rate, paper.batch_size, paper.max_length) == (1.3e-6, 64, 64)
    assert (paper.temperature, paper.cross_layers, paper.pooling) == (0.05, 6, "cls")


def test_an_unknown_setting_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError) as caught:
        with_settings(TrainConfig(), {"learning_rat": 1e-5})
    assert "learning_rate" in caught.value.hint


def test_a_weight_of_nought_leaves_a_term_out() -> None:
    config = with_settings(TrainConfig(objective="jtcse"), {"weights": {"ictm": 0}})
    assert "ictm" not in config.term_weights


@pytest.mark.parametrize(
    "wrong",
    [
        {"objective": "triplet"},
        {"steps": 0},
        {"steps": 1.5},
        {"batch_size": 1},
        {"temperature": 0},
        {"learning_rate": -1.0},
        {"warmup": 2.0},
        {"precision": "int8"},
        {"pooling": "max"},
        {"augmentations": ("translate",)},
        {"weights": {"triplet": 1.0}},
        {"weights": {"ictm": 1.0}},
        {"weights": {"info_nce": 0.0}},
        {"dropout": 1.0},
        {"schedule": "zigzag"},
        {"objective": "jtcse", "cross_layers": 0},
    ],
)
def test_a_wrong_setting_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        with_settings(TrainConfig(), wrong)


def test_cross_attention_may_be_left_out_with_its_term() -> None:
    replace(TrainConfig(), objective="jtcse", cross_layers=0, weights={"icnce_cross": 0.0}).check()


@pytest.mark.parametrize("text", ["", "[1]", "{", json.dumps({"nonsense": 1})])
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(ConfigError):
        load_config(tmp_path / "c.json", TrainConfig)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ConfigError, match="preset"):
        preset("gpt")
