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


def test_a_phrase_behind_a_dash_is_excluded() -> None:
    query = parse('honey -"hot spring" clover')
    assert (query.words, query.phrases, query.excluded) == (
        ("honey", "clover"), (), ("hot spring",),
    )  # fmt: skip


def test_one_field_takes_several_values_between_commas() -> None:
    filters = parse("bees type:md,.TXT lang:en,DE").filters
    assert (filters.types, filters.languages) == (("md", "txt"), ("en", "de"))


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
    assert parse('path:"my notes"').text == "path: my notes"


@pytest.mark.parametrize(
    ("text", "phrase", "plain"),
    [
        ('"rm -rf build"', "rm -rf build", "rm -rf build"),
        ('"git commit -am" undo', "git commit -am", "git commit -am undo"),
        ('see "the type:md field"', "the type:md field", "see the type:md field"),
        ("see “the tag:farm -field” it", "the tag:farm -field", "see the tag:farm -field it"),
        ('"-verbose"', "-verbose", "-verbose"),
        ('note:"since:7d -bees"', "since:7d -bees", "note: since:7d -bees"),
        ('since:"next -week" x', "next -week", "since: next -week x"),
    ],
)
def test_what_stands_in_quotation_marks_is_text(text, phrase, plain):
    query = parse(text)
    assert (query.phrases, query.excluded, query.filters) == ((phrase,), (), Filters())
    assert query.text == plain


@given(st.lists(st.sampled_from(["rm", "-rf", "type:md", "since:7d", "“", "a:b", "-"]), min_size=1))
def test_a_phrase_is_read_as_it_was_typed(parts):
    phrase = " ".join(["a", *parts])
    query = parse(f'"{phrase}"')
    assert (query.text, query.phrases) == (phrase, (phrase,))
    assert (query.excluded, query.filters) == ((), Filters())


def test_operators_beside_quotation_marks_still_act():
    query = parse('-honey "a type:md b" path:"my -own notes" type:txt -clover')
    assert query.phrases == ("a type:md b",)
    assert query.excluded == ("honey", "clover")
    assert (query.filters.path, query.filters.types) == ("my -own notes", ("txt",))
    assert query.text == "a type:md b"


def test_an_unclosed_quotation_mark_is_text():
    query = parse('a 5" pipe type:md -steel')
    assert (query.text, query.phrases) == ('a 5" pipe', ())
    assert (query.excluded, query.filters.types) == (("steel",), ("md",))


def test_a_phrase_with_operators_in_it_is_found(index, ask, docs):
    (docs / "clean.txt").write_text("To clean everything run rm -rf build and start again.")
    (docs / "farm.txt").write_text("A farm does rm build rf and other things.")
    index()
    for mode in MODES:
        assert [Path(hit.path).name for hit in ask('"rm -rf build"', mode).hits] == ["clean.txt"]


@pytest.mark.parametrize("mode", MODES)
def test_an_excluded_word_keeps_its_documents_out(index, ask, docs, mode):
    (docs / "wax.txt").write_text("bees make wax")
    index()
    with_both = {Path(hit.path).name for hit in ask("bees", mode).hits}
    without = {Path(hit.path).name for hit in ask("bees -honey", mode).hits}
    assert {"bees.txt", "wax.txt"} <= with_both
    assert "wax.txt" in without
    assert "bees.txt" not in without


def test_an_excluded_phrase_keeps_out_what_has_its_words_in_a_row(index, ask, docs):
    (docs / "row.txt").write_text("a hot spring in the woods")
    (docs / "apart.txt").write_text("spring is hot in the woods")
    index()
    names = {Path(hit.path).name for hit in ask('woods -"hot spring"', "lexical").hits}
    assert names == {"apart.txt"}


def test_a_typed_filter_goes_before_an_option(index, ask):
    index()
    names = {Path(hit.path).suffix for hit in ask("the type:txt", "dense", types=("md",)).hits}
    assert names == {".txt"}
