"""What a cosine means: percentiles among unrelated pairs."""

import os
import shutil
from dataclasses import replace

import numpy as np
import pytest

from app.scoring.meaning import Background
from app.scoring.wording import describe
from jtcse_core.background import (
    QUANTILES,
    measure_background,
    percentiles,
    quantiles,
    unrelated_sentences,
)
from jtcse_core.card import CARD_FILE, compute_fingerprint, read_card, write_card
from jtcse_core.onnx_encoder import OnnxEncoder


@pytest.fixture(scope="module")
def calibrated(default_encoder, tmp_path_factory):
    """Return the real encoder with a background, whether or not it was exported with one."""
    folder = tmp_path_factory.mktemp("calibrated") / "calibrated"
    shutil.copytree(default_encoder, folder, copy_function=os.symlink)
    (folder / CARD_FILE).unlink()
    shutil.copyfile(default_encoder / CARD_FILE, folder / CARD_FILE)
    background = measure_background(OnnxEncoder(folder))
    write_card(folder, replace(read_card(folder), background=background))
    return folder


def test_like_texts_are_closer_than_nearly_all_unrelated_pairs(cli, calibrated):
    texts = ("A cat sleeps.", "A cat is sleeping.")
    value = cli("score", *texts, "--model", calibrated, "--json").json()
    assert value["percentile"] > 99.9


def test_unrelated_texts_are_in_the_middle(cli, calibrated):
    texts = ("The soup is cold.", "Parliament was dissolved in spring.")
    assert 5 < cli("score", *texts, "--model", calibrated, "--json").json()["percentile"] < 95


def test_score_stays_the_raw_cosine(cli, calibrated, default_encoder):
    texts = ("A cat sleeps.", "A dog barks.", "--json")
    with_meaning = cli("score", *texts, "--model", calibrated).json()["score"]
    assert with_meaning == cli("score", *texts, "--model", default_encoder).json()["score"]


def test_an_encoder_without_a_background_has_no_percentile(cli, tiny_encoder):
    assert cli("score", "a", "b", "--model", tiny_encoder, "--json").json()["percentile"] is None


def test_file_has_a_percentile_a_score(cli, calibrated, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("a cat\ta kitten\na cat\tthe law\n")
    value = cli("score", "--file", path, "--model", calibrated, "--json").json()
    assert len(value["percentiles"]) == 2
    assert value["percentiles"][0] > value["percentiles"][1]


def test_background_changes_no_fingerprint(calibrated, default_encoder):
    card = read_card(calibrated)
    assert card.fingerprint == read_card(default_encoder).fingerprint
    assert card.fingerprint == compute_fingerprint(
        calibrated, pooling=card.pooling, max_length=card.max_length
    )


def test_card_keeps_ascending_quantiles(calibrated):
    background = read_card(calibrated).background
    assert len(background) == QUANTILES
    assert list(background) == sorted(background)


def test_the_reference_sentences_are_different_and_enough():
    sentences = unrelated_sentences()
    assert len(sentences) == len(set(sentences)) >= 150
    assert all(sentence.strip() == sentence != "" for sentence in sentences)


def test_percentile_is_the_share_below():
    background = quantiles(np.linspace(0, 1, 1001, dtype=np.float32))
    assert percentiles([0.25, 0.9], background) == pytest.approx([25, 90], abs=0.1)
    assert percentiles([-1, 2], background).tolist() == [0, 100]


@pytest.mark.parametrize(
    ("percentile", "words"),
    [
        (99.2, "closer than 99.2 % of unrelated pairs"),
        (99.99, "closer than 99.9 % of unrelated pairs"),
        (100, "closer than all unrelated pairs"),
        (20, "further apart than 80.0 % of unrelated pairs"),
        (0, "further apart than all unrelated pairs"),
    ],
)
def test_percentile_in_words(percentile, words):
    assert describe(percentile) == words


def test_related_begins_above_unrelated():
    assert 0.3 < Background((-0.2, 0.0, 0.1, 0.3)).related_from < 1


def test_meaning_in_a_collection(cli, calibrated, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    for i, sentence in enumerate(unrelated_sentences()[:30]):
        (docs / f"{i}.txt").write_text(sentence)
    assert cli("index", docs, "-c", "notes", "--model", calibrated).code == 0
    close = cli("score", "A cat sleeps.", "A cat is sleeping.", "-c", "notes", "--json")
    assert close.json()["percentile"] == 100
    ended = cli("score", "A cat sleeps.", "A cat is sleeping.", "-c", "notes")
    assert ended.out.endswith("closer than all pairs of passages in notes\n")


@pytest.mark.parametrize("option", ["--file", "--matrix"])
def test_a_small_collection_says_nothing_for_files_either(cli, library, tmp_path, option):
    (tmp_path / "f.txt").write_text("a\tb\n")
    ended = cli("score", option, tmp_path / "f.txt", "-c", "recipes")
    assert (ended.code, ended.out) == (2, "")
    assert "too small" in ended.err


def test_a_small_collection_says_nothing(cli, library):
    ended = cli("score", "a", "b", "-c", "recipes")
    assert (ended.code, ended.out) == (2, "")
    assert "too small" in ended.err


def test_a_collection_of_another_encoder_is_refused(cli, library, other_encoder):
    assert cli("score", "a", "b", "-c", "default", "--model", other_encoder).code == 4


def test_a_collection_that_does_not_exist(cli, default_encoder):
    assert cli("score", "a", "b", "-c", "absent").code == 3
