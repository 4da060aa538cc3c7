"""Attribution: it adds up, and it names the words that matter."""

import re

import pytest

from benchmarks.accept.explaining import faithfulness
from jtcse_core import load_encoder
from jtcse_core.attribution import attribute
from tests.conftest import ROOT

pytestmark = pytest.mark.encoder

PAIRS = [
    ("how are bees kept", "Honey is made in hives. The weather was fine all week, and we rested."),
    ("memory leak", "After days of running, the server's memory isn't freed — it gets slow."),
    ("日本", "Tokyo (東京) is the capital of Japan; café-goers abound."),
    ("x", "word " * 400),
    ("बिल्ली", "बिल्ली घर में रहती है। Cafe\u0301s abound."),
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


def test_vowel_signs_and_joiners_tear_no_word(encoder):
    text = "बिल्ली रहती है, नमी क्\u200dष में\u0964"
    q = encoder.encode(["cat"])[0]
    words = [text[w.start : w.end] for w in attribute(encoder, text, q).words]
    assert set(words) <= {"बिल्ली", "रहती", "है", ",", "नमी", "क्\u200dष", "में", "\u0964"}
    assert {"बिल्ली", "रहती", "है"} <= set(words)


def test_the_word_that_answers_has_the_greatest_part(encoder):
    text = "On Monday the committee discussed the price of honey at length."
    q = encoder.encode(["what do beekeepers sell"])[0]
    best = max(attribute(encoder, text, q).words, key=lambda word: word.part)
    assert text[best.start : best.end] == "honey"


def test_taking_the_named_words_out_costs_more_than_taking_others(encoder):
    cases = list(sections())
    assert len(cases) > 40
    gap, share = faithfulness(encoder, cases)
    assert gap <= 1e-4
    assert share >= 0.85


def sections():
    """Yield headings of this project's documentation with the text under them."""
    for path in sorted((ROOT / "docs").rglob("*.md")):
        parts = re.split(r"^#+ (.+)$", path.read_text(), flags=re.MULTILINE)
        for heading, body in zip(parts[1::2], parts[2::2], strict=True):
            prose = " ".join(block for block in body.split("\n\n") if "|" not in block)
            if len(prose.split()) >= 25:
                yield heading, prose[:900]
