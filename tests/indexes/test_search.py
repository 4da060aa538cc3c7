"""Searches: filters, modes, phrases, ties, damage."""

import json
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from indexes.catalog import Catalog
from indexes.errors import BadName, CollectionNotFound, Damaged, EncoderMismatch, NewerFormat
from indexes.health import verify
from indexes.locking import LOCK_FILE
from indexes.mending import repair
from indexes.search import search
from indexes.store import Store
from indexes.types import MODES, Request
from indexes.view import View
from tests.indexes.word_encoder import WordEncoder


@pytest.fixture
def many(docs: Path) -> Path:
    """A hundred documents with one word in common; every fifth is Markdown."""
    for i in range(100):
        extension = "md" if i % 5 == 0 else "txt"
        (docs / f"n{i:03}.{extension}").write_text(f"common words and number{i} number{i}")
    return docs


def names(answer) -> list[str]:
    return [Path(hit.path).name for hit in answer.hits]


def test_nothing_is_still_being_encoded_when_the_words_cannot_be_read(index, folder):
    class Slow(WordEncoder):
        def encode(self, texts, reached=None):
            time.sleep(0.5)
            return super().encode(texts, reached)

    index()
    with closing(sqlite3.connect(folder / "collection.db")) as connection, connection:
        connection.execute("UPDATE words_data SET block = x'ff' WHERE id > 10")
    with closing(View(folder, 10_000)) as view, pytest.raises(Damaged):
        search([view], Request("honey"), lambda row: Slow())
    assert not [t for t in threading.enumerate() if t.name == "jtcse-background"]


@pytest.mark.parametrize("mode", MODES)
def test_the_document_with_the_words_comes_first(index, ask, mode):
    index()
    assert names(ask("honey from clover", mode))[0] == "bees.txt"


def test_each_mode_says_what_it_measured(index, ask):
    index()
    hybrid, dense, lexical = (ask("honey", mode).hits[0] for mode in MODES)
    assert hybrid.cosine is not None
    assert hybrid.bm25 is not None
    assert (dense.bm25, lexical.cosine) == (None, None)
    assert dense.score == pytest.approx(dense.cosine)
    assert hybrid.score == pytest.approx(hybrid.dense_part + hybrid.lexical_part)


@pytest.mark.parametrize("mode", MODES)
def test_a_filter_never_starves_the_top_k(index, ask, many, mode):
    index()
    answer = ask("common number1", mode, k=20, types=("md",))
    found = [name for name in names(answer) if name.startswith("n")]
    assert len(found) == 20 if mode == "lexical" else len(answer.hits) == 20
    assert all(name.endswith(".md") for name in names(answer))


def test_a_filter_changes_no_score(index, ask, many):
    (many / "target.md").write_text("number1 crosses the common")
    index()
    for text in ("common number1", "crosses the common", "crosses", "words"):
        every = {hit.path: hit for hit in ask(text, k=200).hits}
        for filters in ({"types": ("md",)}, {"path": "target.md"}, {"path": "n001.txt"}):
            for hit in ask(text, k=200, **filters).hits:
                alone = every[hit.path]
                assert hit.score == pytest.approx(alone.score, abs=1e-6)
                assert hit.match == pytest.approx(alone.match, abs=1e-6)


def test_paths_filter_by_part_and_by_glob(index, ask):
    index()
    assert names(ask("the", "dense", path="boats")) == ["boats.md"]
    assert set(names(ask("the", "dense", path="*.md"))) == {"boats.md", "bread.md"}


def test_dates_filter(index, ask, docs):
    import os

    os.utime(docs / "bees.txt", (1_000, 1_000))
    index()
    assert "bees.txt" not in names(ask("honey", "dense", since=2_000.0))
    assert "bees.txt" in names(ask("honey", "dense", since=900.0))


def test_the_best_passage_stands_for_its_document(index, ask, docs):
    parts = [f"# P{i}\n\n{' '.join(f'x{i}y{j}' for j in range(120))}" for i in range(5)]
    (docs / "long.md").write_text("\n\n".join([*parts, "# Last\n\nzebra zebra zebra"]))
    index()
    answer = ask("zebra", "lexical")
    assert names(answer) == ["long.md"]
    assert "zebra" in answer.hits[0].text


@pytest.mark.parametrize("mode", MODES)
def test_a_document_of_many_passages_does_not_crowd_out_others(index, ask, docs, mode):
    part = "\n\n".join(f"# Common {i}\n\n{'common ' * 100}{i}" for i in range(300))
    (docs / "huge.md").write_text(part)
    for i in range(5):
        (docs / f"small{i}.txt").write_text(f"common {i} and a lot of other things beside")
    index()
    assert len(set(names(ask("common", mode, k=6)))) == 6


def test_quoted_phrases_must_stand_as_they_are(index, ask, docs):
    (docs / "a.txt").write_text("the quick brown fox")
    (docs / "b.txt").write_text("the brown quick fox")
    index()
    for mode in MODES:
        assert names(ask('"quick brown" fox', mode)) == ["a.txt"]
    assert names(ask('"Quick\tBROWN"')) == ["a.txt"]


@pytest.mark.parametrize(
    "text", ['"', '""', "AND", "NOT x", "a:b", "std::vector", "(", "*", "^x", "x NEAR y", "-", "'"]
)
def test_nothing_typed_is_an_error(index, ask, text):
    index()
    for mode in MODES:
        ask(text, mode)


def test_highlights_are_spans_of_the_words(index, ask, docs):
    (docs / "odd.txt").write_text("日本 naïve Baking, and bakes; baker")
    index()
    (hit,) = [h for h in ask("bake", "lexical").hits if h.path.endswith("odd.txt")]
    assert [hit.text[a:b] for a, b in hit.highlight] == ["Baking", "bakes"]


def test_words_that_the_text_lacks_are_named_with_where_they_stand(index, ask, docs):
    said = "Drive it in. Nail the rail to it. "
    (docs / "quiet-yard.html").write_text(
        f"<title>Goats</title><h1>Fences</h1><p>{said * 30}</p><p>What keeps a post upright.</p>"
    )
    index()
    for mode in ("hybrid", "lexical"):
        hit = ask("upright fence posts for goats in the yard", mode).hits[0]
        assert "Fences" not in hit.text
        assert hit.terms == ("post", "upright", "fences", "goats", "yard")
        assert hit.elsewhere == (
            ("fences", "heading"), ("goats", "title"), ("yard", "file name")
        )  # fmt: skip
        assert [hit.text[a:b] for a, b in hit.highlight] == ["post", "upright"]


def test_a_word_of_the_text_is_not_named_again_in_other_forms(index, ask, docs):
    (docs / "fencing.md").write_text("# Fences\n\nWhat keeps a fence upright.\n")
    index()
    hit = ask("fence", "lexical").hits[0]
    assert (hit.terms, hit.elsewhere) == (("fences", "fence"), ())


def test_ties_are_ranked_the_same_way_each_time(index, ask, many):
    index()
    answers = {tuple(names(ask("common words", "lexical", k=50))) for _ in range(3)}
    assert len(answers) == 1


def test_what_only_meaning_found_has_its_words_counted_too(index, ask, docs):
    for i in range(300):
        (docs / f"w{i}.txt").write_text("honey honey honey " + f"other{i} " * 5)
    (docs / "near.txt").write_text("hive bees clover makes honey filler filler filler filler")
    index()
    hits = ask("hive bees clover honey makes").hits
    (near,) = [hit for hit in hits if hit.path.endswith("near.txt")]
    assert near.bm25 > 0
    dense_first = ask("honey other7 other8 other9 other11", k=10).hits
    assert all(hit.bm25 > 0 for hit in dense_first if "honey" in hit.text)


def test_a_search_sees_one_state_and_the_next_one_the_new(index, folder, encoder, docs):
    index()
    view = View(folder, 10_000)
    ask = lambda: search([view], Request("honey", "dense"), lambda row: encoder)  # noqa: E731
    before = ask()
    (docs / "more.txt").write_text("honey honey honey")
    index()
    assert "more.txt" in names(ask())
    assert "more.txt" not in names(before)
    view.close()


def test_collections_are_ranked_together(tmp_path, encoder, docs):
    from indexes.collection import Collection
    from indexes.types import Root

    views = []
    for name in ("one", "two"):
        Collection(tmp_path / "c" / name).index([Root(docs)], encoder)
        views.append(View(tmp_path / "c" / name, 10_000))
    answer = search(views, Request("honey", k=6), lambda row: encoder)
    assert {hit.collection for hit in answer.hits} == {"one", "two"}
    assert len(answer.hits) == 6
    for view in views:
        view.close()


def test_another_encoder_never_answers(index, folder):
    index()
    view = View(folder, 10_000)
    with pytest.raises(EncoderMismatch, match=r"words.*other"):
        search([view], Request("honey"), lambda row: WordEncoder(name="other"))
    view.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE passages SET text = text || '!'",
        "UPDATE passages SET line_start = line_start + 1",
        "UPDATE documents SET path = path || 'x'",
        "UPDATE vectors SET vector = zeroblob(length(vector))",
    ],
)
def test_a_damaged_row_is_refused_and_found(index, folder, ask, damage):
    index()
    store = Store(folder)
    with store.transaction():
        store.connection.execute(damage)
    store.close()
    with pytest.raises(Damaged):
        ask("honey")
    assert any(finding.severity == "damage" for finding in verify(folder))


def test_a_word_index_that_does_not_match_is_found_and_rebuilt(index, folder, ask):
    index()
    store = Store(folder)
    with store.transaction():
        store.connection.execute("INSERT INTO words (rowid, text) VALUES (999, 'phantom')")
    store.close()
    assert any("word index" in finding.what for finding in verify(folder))
    repair(folder)
    assert verify(folder) == []


def test_an_unfinished_run_is_a_note(index, folder):
    index()
    store = Store(folder)
    with store.transaction():
        store.set_meta("unfinished", "1 2")
    store.close()
    (finding,) = verify(folder)
    assert (finding.severity, finding.what) == ("note", "an index run did not finish")
    note = {"pid": os.getppid(), "command": "a window of jtcse", "since": 0}
    (folder / LOCK_FILE).write_text(json.dumps(note))
    (finding,) = verify(folder)
    assert "is being written by process" in finding.what


def test_a_newer_format_is_refused(index, folder, ask):
    index()
    store = Store(folder)
    store.connection.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(NewerFormat, match="99"):
        ask("honey")


def test_a_file_that_is_no_database_is_damage(folder, ask):
    folder.mkdir(parents=True)
    (folder / "collection.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Damaged):
        ask("honey")


def test_the_preview_shows_the_passage_in_its_document(index, folder, ask, docs):
    parts = [f"# P{i}\n\n{' '.join(f'x{i}y{j}' for j in range(120))}" for i in range(5)]
    (docs / "long.md").write_text("\n\n".join(parts))
    index()
    (hit,) = ask("x3y7", "lexical").hits
    view = View(folder, 10_000)
    preview = view.document(hit.document_id, hit.passage_id)
    view.close()
    assert preview.text[preview.start : preview.end] == hit.text
    assert "x0y0" in preview.text
    assert "x4y119" in preview.text


class TestCatalog:
    @pytest.fixture
    def catalog(self, index, folder) -> Catalog:
        index()
        return Catalog(folder.parent)

    def test_names_are_listed(self, catalog):
        assert catalog.names() == ["notes"]

    def test_an_unknown_name_gets_the_nearest(self, catalog):
        with pytest.raises(CollectionNotFound) as caught:
            catalog.find("note")
        assert "'notes'" in caught.value.hint

    @pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 65, "a b", "é"])
    def test_names_that_are_no_names_are_refused(self, catalog, name):
        with pytest.raises(BadName):
            catalog.folder(name)

    def test_removing_leaves_no_file_behind(self, catalog, folder):
        catalog.remove("notes")
        assert list(folder.parent.iterdir()) == []

    def test_renaming_keeps_the_contents(self, catalog, folder, encoder):
        catalog.rename("notes", "diary")
        view = View(folder.with_name("diary"), 10_000)
        answer = search([view], Request("honey"), lambda row: encoder)
        view.close()
        assert names(answer)[0] == "bees.txt"


def test_scores_are_finite(index, ask, many):
    index()
    for mode in MODES:
        assert np.isfinite([hit.score for hit in ask("common", mode, k=100).hits]).all()
