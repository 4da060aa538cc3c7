"""Attribution: it adds up, and it names the words that matter."""

import numpy as np
import pytest

from jtcse_core import load_encoder
from jtcse_core.attribution import attribute

pytestmark = pytest.mark.encoder

PAIRS = [
    ("how are bees kept", "Honey is made in hives. The weather was fine all week, and we rested."),
    ("memory leak", "After days of running, the server's memory isn't freed — it gets slow."),
    ("日本", "Tokyo (東京) is the capital of Japan; café-goers abound."),
    ("x", "word " * 400),
]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


@pytest.mark.parametrize(("query", "text"), PAIRS)
def test_the_parts_add_up_to_the_cosine(encoder, query, text):
    q, t = encoder.encode([query, text])
    found = attribute(encoder, text, q)
    assert found.cosine == pytest.approx(float(q @ t), abs=1e-4)
    assert sum(word.part for word in found.words) + found.rest == pytest.approx(found.cosine)


def test_words_are_whole_and_in_order(encoder):
    text = "Unquestionably, hyphen-words aren't split."
    q = encoder.encode(["splitting"])[0]
    words = [text[w.start : w.end] for w in attribute(encoder, text, q).words]
    assert words == ["Unquestionably", ",", "hyphen-words", "aren't", "split", "."]


def test_the_word_that_answers_has_the_greatest_part(encoder):
    text = "On Monday the committee discussed the price of honey at length."
    q = encoder.encode(["what do beekeepers sell"])[0]
    best = max(attribute(encoder, text, q).words, key=lambda word: word.part)
    assert text[best.start : best.end] == "honey"


def test_taking_the_best_words_out_costs_more_than_taking_others(encoder):
    sentences = [
        ("how do I undo a commit", "Use git revert to record a new commit that reverses another."),
        ("healthy breakfast", "She starts the day with oats, berries and a long walk by the sea."),
        ("stock prices fell", "Shares dropped sharply on Friday after the bank raised its rates."),
    ]
    rng = np.random.default_rng(0)
    for query, text in sentences:
        q = encoder.encode([query])[0]
        words = [w for w in attribute(encoder, text, q).words if text[w.start].isalnum()]
        top = sorted(words, key=lambda word: -word.part)[:3]
        triples = [[words[i] for i in rng.choice(len(words), 3, replace=False)] for _ in range(10)]
        kept = encoder.encode([without(text, chosen) for chosen in (top, *triples)]) @ q
        assert kept[0] < kept[1:].mean()


def without(text, words):
    for word in sorted(words, key=lambda word: -word.start):
        text = text[: word.start] + text[word.end :]
    return text
