"""Tokens are counted by words, and come to what the tokenizer says of the whole text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel

from jtcse_core.locations import default_encoder_folder
from jtcse_core.onnx_encoder import load_tokenizer
from jtcse_core.token_counting import LONGEST, TokenCounts

ODD = (
    *("[SEP]", "[MASK]", "##ing", "a-b_c", "don't", "x" * 300),
    *("e\u0301", "\u0301", "ΑΣ", "İ", "中文", "한국어", "😀"),
    *("\u3000", "\xa0", "\x0b", "\x1c", "\x85", "\u2028", "\u200b", "\x00", "\ufffd", "\ufeff"),
)
SPACES = (" ", "\n", "\t", "\r")
PIECES = st.one_of(st.text(), st.sampled_from(ODD), st.sampled_from(SPACES))
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def whole(tokenizer: Tokenizer, texts: list[str]) -> list[int]:
    return [len(tokenizer.encode(text, add_special_tokens=False)) for text in texts]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(default_encoder_folder(), None)


@pytest.fixture(scope="module")
def counts(tokenizer: Tokenizer) -> TokenCounts:
    return TokenCounts(tokenizer)


@given(st.lists(TEXTS, max_size=5))
def test_any_text_has_as_many_as_the_tokenizer_says(tokenizer, counts, texts):
    assert counts.count(texts) == whole(tokenizer, texts)


def test_words_are_tokenized_once(tokenizer):
    class Watched:
        def __init__(self) -> None:
            self.seen: list[str] = []
            self.normalizer, self.pre_tokenizer = tokenizer.normalizer, tokenizer.pre_tokenizer
            self.get_added_tokens_decoder = tokenizer.get_added_tokens_decoder

        def encode_batch_fast(self, texts, **options):
            self.seen += texts
            return tokenizer.encode_batch_fast(texts, **options)

    watched = Watched()
    own = TokenCounts(watched)  # type: ignore[arg-type]
    own.count(["to be or not to be"])
    assert own.count(["to be"]) == [2]
    assert sorted(watched.seen) == ["be", "not", "or", "to"]


def test_long_words_are_not_kept(tokenizer):
    own = TokenCounts(tokenizer)
    texts = ["y" * 100_000, "short"]
    assert own.count(texts) == whole(tokenizer, texts)
    assert [word for word in own._known if len(word) <= LONGEST] == list(own._known) == ["short"]


def test_what_is_kept_is_bounded(tokenizer, monkeypatch):
    monkeypatch.setattr("jtcse_core.token_counting.MOST_WORDS", 10)
    own = TokenCounts(tokenizer)
    for start in range(0, 40, 5):
        texts = [f"word{number} again" for number in range(start, start + 5)]
        assert own.count(texts) == whole(tokenizer, texts)
        assert len(own._known) <= 10


def test_a_tokenizer_that_looks_across_spaces_counts_whole_texts():
    pieces = {"a": 0, "b": 1, "Ġ": 2, "Ġa": 3, "Ġb": 4}
    tokenizer = Tokenizer(BPE(pieces, [("Ġ", "a"), ("Ġ", "b")]))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    texts = ["a b a", " a", "a  b"]
    assert TokenCounts(tokenizer).count(texts) == whole(tokenizer, texts)
