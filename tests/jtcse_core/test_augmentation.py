"""Views come from chance that can be repeated, and never leave a sentence empty."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jtcse_core.augmentation import (
    View,
    hidden_positions,
    make_view,
    parse_augmentations,
)
from jtcse_core.errors import ConfigError

TEXT = "The quick brown fox jumps over the lazy dog"
WORDS = TEXT.split()


def view(spec: str, seed: int = 0, text: str = TEXT) -> View:
    return make_view(text, "the neighbour", parse_augmentations([spec])[0], Random(seed))


def test_none_leaves_a_sentence_alone() -> None:
    assert view("none") == View(TEXT)


def test_repetition_keeps_order_and_adds_words() -> None:
    grown = [view("repeat:0.5", seed).text.split() for seed in range(20)]
    assert any(len(words) > len(WORDS) for words in grown)
    for words in grown:
        assert [w for i, w in enumerate(words) if i == 0 or words[i - 1] != w] == WORDS


def test_case_switching_changes_first_letters_alone() -> None:
    changed = view("case:1.0").text
    assert changed == "the Quick Brown Fox Jumps Over The Lazy Dog"


def test_cropping_keeps_a_run_of_at_least_its_share() -> None:
    for seed in range(20):
        words = view("crop:0.5", seed).text.split()
        assert len(words) >= 5
        start = WORDS.index(words[0])
        assert WORDS[start : start + len(words)] == words


def test_dropping_leaves_out_words() -> None:
    assert len(view("drop:0.5").text.split()) < len(WORDS)


def test_dropping_everything_leaves_one_word() -> None:
    assert view("drop:1.0").text in WORDS


def test_adjacent_takes_the_neighbour() -> None:
    assert view("adjacent") == View("the neighbour")


def test_cut_off_leaves_the_text_and_names_its_share() -> None:
    assert view("cutoff:0.25") == View(TEXT, 0.25)


def test_cut_off_hides_inner_tokens_and_leaves_one() -> None:
    for seed in range(20):
        hidden = hidden_positions(12, 0.5, Random(seed))
        assert len(hidden) in (5, 6)
        assert set(hidden) <= set(range(1, 11))
    assert len(hidden_positions(5, 1.0, Random(0))) == 2
    assert hidden_positions(2, 1.0, Random(0)) == []


@pytest.mark.parametrize("spec", ["none", "repeat", "case", "cutoff", "crop", "drop", "adjacent"])
@given(text=st.text(min_size=1).filter(str.strip), seed=st.integers())
def test_a_view_is_never_empty_and_chance_repeats(spec: str, text: str, seed: int) -> None:
    first = view(spec, seed, text)
    assert first.text.strip()
    assert first == view(spec, seed, text)


@pytest.mark.parametrize("spec", ["translate", "crop:2", "crop:much", "drop:-0.1"])
def test_an_unknown_way_or_rate_is_refused(spec: str) -> None:
    with pytest.raises(ConfigError):
        parse_augmentations([spec])


def test_no_augmentation_is_dropout_alone() -> None:
    assert [way.name for way in parse_augmentations([])] == ["none"]
