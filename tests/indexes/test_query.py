"""The query language: what is meant, and what is literal."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexes.query import parse
from indexes.search import search
from indexes.types import MODES, Filters, Request
from indexes.view import View

TYPED = st.lists(
    st.sampled_from(
        ["word", "-word", "--flag", "-v", '"', '"a b"', "type:md", "since:", "since:7d", "path:x",
         "std::vector", "http://a.b:80/c", "tag:", "a:b", "-", ":", "-\"x\"", "lang:en", "“x”"]
    ),
    max_size=8,
).map(" ".join)  # fmt: skip


@given(st.one_of(st.text(max_size=60), TYPED))
def test_nothing_typed_is_lost_unless_it_means_something(text):
    query = parse(text)
    if text.strip():
        assert query.text
    assert isinstance(query.filters, Filters)


PIECES = st.sampled_from(
    ["honey", "-clover", "type:txt", 'type:"', "since:", "since:99999d", "before:0", "path:*[",
     "^", "path:[!", "tag:'", "lang:%", '"', '" "', "“”", "“bees”", "(", ")", "*",
     "NEAR(a b, 1)", "AND", "OR", "NOT", "{a b}:c", "title:", "a+b", "\x00", "\ud800",
     "'; DROP TABLE words; --", "-", "--", "🐝", "é", "e\u0301", "ﬁ", "\u200b", "\u202e", "日本語",
     "%", "_", "\\", "C:\\x", "1e309"]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map(" ".join)))
def test_whatever_is_typed_is_searched_for(everything, text):
    for mode in MODES:
        answer = everything(text, mode)
        assert answer.query == text
        assert len(answer.hits) <= 3
        for hit in answer.hits:
            assert all(0 <= a < b <= len(hit.text) for a, b in hit.highlight)


@pytest.fixture
def everything(index, folder, encoder):
    """Return a function that searches one open collection."""
    index()
    view = View(folder, 10_000)
    yield lambda text, mode: search([view], Request(text, mode, collapse=True), lambda row: encoder)
    view.close()


@pytest.mark.parametrize(
    "text", ["std::vector", "http://host:80/x", "note:this", "since:whenever", "a -v b", "x --flag"]
)
def test_what_only_looks_like_syntax_is_literal(text):
    query = parse(text)
    assert (query.text, query.filters, query.excluded) == (text, Filters(), ())


def test_fields_become_filters():
    query = parse('bees type:md type:.TXT path:"my notes" tag:farm lang:EN before:2026-01-31')
    assert query.text == "bees"
    assert query.filters.types == ("md", "txt")
    assert (query.filters.path, query.filters.tags) == ("my notes", ("farm",))
    assert query.filters.languages == ("en",)
    assert time.localtime(query.filters.before)[:3] == (2026, 1, 31)


def test_a_query_of_nothing_but_syntax_is_text():
    assert parse("type:md").text == "type:md"
    assert parse("-honey").text == "-honey"


@pytest.mark.parametrize("mode", MODES)
def test_an_excluded_word_keeps_its_documents_out(index, ask, docs, mode):
    (docs / "wax.txt").write_text("bees make wax")
    index()
    with_both = {Path(hit.path).name for hit in ask("bees", mode).hits}
    without = {Path(hit.path).name for hit in ask("bees -honey", mode).hits}
    assert {"bees.txt", "wax.txt"} <= with_both
    assert "wax.txt" in without
    assert "bees.txt" not in without


def test_a_typed_filter_goes_before_an_option(index, ask):
    index()
    names = {Path(hit.path).suffix for hit in ask("the type:txt", "dense", types=("md",)).hits}
    assert names == {".txt"}
