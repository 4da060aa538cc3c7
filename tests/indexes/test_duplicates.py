"""Documents that say the same make one hit, and none of them is lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes import duplicates
from indexes.duplicates import Texts
from indexes.search import search
from indexes.types import MODES, Request
from indexes.view import View

LONG = "the quick brown fox jumps over the lazy dog while seven " + " ".join(
    f"clever{letter} words" for letter in "abcdefghijklmnop"
)


@pytest.fixture
def find(folder, encoder, index):
    views: list[View] = []

    def run(text, *, k=10, mode="hybrid", collapse=True):
        if not views:
            index()
            views.append(View(folder, 10_000))
        request = Request(text, mode, k, collapse=collapse)
        return search(views, request, lambda row: encoder).hits

    yield run
    for view in views:
        view.close()


def stems(hits):
    return [Path(hit.path).stem for hit in hits]


def others(hit):
    return [Path(other.path).stem for other in hit.duplicates]


def groups(hits):
    return [{Path(hit.path).stem, *others(hit)} for hit in hits]


@pytest.mark.parametrize("mode", MODES)
def test_copies_make_one_hit_that_names_them_all(find, docs, mode):
    for i in range(7):
        (docs / f"copy{i}.txt").write_text(LONG)
    (found,) = [hit for hit in find("quick brown fox", mode=mode) if hit.duplicates]
    assert stems([found]) == ["copy0"]
    assert others(found) == [f"copy{i}" for i in range(1, 7)]


def test_case_and_white_space_make_no_difference(find, docs):
    (docs / "one.txt").write_text(LONG)
    (docs / "two.txt").write_text(LONG.upper().replace(" ", "\n"))
    assert {"one", "two"} in groups(find("quick brown fox"))


WORDS = st.lists(st.sampled_from(["a", "A", "b", "ß", "SS", "x" * 70, "X" * 70]), max_size=4)
SPACE = st.sampled_from([" ", "\n", "\t \u00a0", " " * 80])


@given(st.tuples(WORDS, SPACE), st.tuples(WORDS, SPACE))
def test_texts_are_equal_exactly_when_their_words_are(one, other):
    texts = [space + space.join(words) + space for words, space in (one, other)]
    plain = [[word.casefold() for word in words] for words, _ in (one, other)]
    assert Texts(texts).are_equal(0, 1) == (plain[0] == plain[1])


def test_a_word_more_makes_no_difference_in_a_long_text(find, docs):
    (docs / "one.txt").write_text(LONG)
    (docs / "two.txt").write_text(f"{LONG} indeed")
    assert {"one", "two"} in groups(find("quick brown fox"))


def test_what_nearly_repeats_is_found_however_far_apart_the_two_rank(find, docs, monkeypatch):
    monkeypatch.setattr(duplicates, "BLOCK", 2)
    for i in range(7):
        (docs / f"near{i}.txt").write_text(f"{LONG} {'very ' * i}")
    assert {f"near{i}" for i in range(3)} in [
        group & {f"near{i}" for i in range(3)} for group in groups(find("quick brown fox"))
    ]


@pytest.mark.parametrize("differing", ["number 17", "v2", "ZX-4711"])
def test_what_differs_in_a_number_is_not_the_same(find, docs, differing):
    (docs / "one.txt").write_text(LONG)
    (docs / "two.txt").write_text(f"{LONG} {differing}")
    assert {"one", "two"} <= set(stems(find("quick brown fox")))


def test_short_texts_must_be_equal(find, docs):
    (docs / "one.txt").write_text("the quick brown fox jumps high")
    (docs / "two.txt").write_text("the quick brown fox jumps low")
    assert {"one", "two"} <= set(stems(find("quick brown fox")))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("copies", [30, 700])
def test_k_counts_what_differs_however_many_copies_there_are(find, docs, mode, copies):
    for i in range(copies):
        (docs / f"copy{i:03}.txt").write_text("fox fox fox")
    for name in ("alpha", "beta", "gamma"):
        (docs / f"{name}.txt").write_text(f"fox fox fox {name}")
    hits = find("fox", k=4, mode=mode)
    assert set(stems(hits)) == {"copy000", "alpha", "beta", "gamma"}
    assert len(hits[0].duplicates) == copies - 1


def test_every_document_is_named_once(find, docs):
    for i in range(12):
        (docs / f"n{i}.txt").write_text(f"fox and {'hound' if i % 3 else 'goose'}")
    hits = find("fox", k=20)
    named = stems(hits) + [name for hit in hits for name in others(hit)]
    assert len(named) == len(set(named)) == 15


def test_nothing_is_collapsed_unless_asked_for(find, docs):
    for i in range(7):
        (docs / f"copy{i}.txt").write_text(LONG)
    hits = find(LONG, k=7, collapse=False)
    assert stems(hits) == [f"copy{i}" for i in range(7)]
    assert not any(hit.duplicates for hit in hits)


def test_copies_in_two_collections_make_one_hit(tmp_path, encoder, docs):
    from indexes.collection import Collection
    from indexes.types import Root

    views = []
    for name in ("one", "two"):
        Collection(tmp_path / "c" / name).index([Root(docs)], encoder)
        views.append(View(tmp_path / "c" / name, 10_000))
    hits = search(views, Request("honey", collapse=True), lambda row: encoder).hits
    assert len(hits) == 3
    assert [(h.collection, h.duplicates[0].collection) for h in hits] == [("one", "two")] * 3
    for view in views:
        view.close()
