"""Why a hit was found, and how results leave the program, over a real collection."""

import csv
import json

import pytest

from app.errors import UsageError
from app.paths import find_paths
from app.results import citation, export
from app.session import Session
from app.settings import load_settings
from indexes.types import Example, Request


@pytest.fixture
def session(library):
    paths = find_paths(None)
    opened = Session(paths, load_settings(paths.config).settings)
    yield opened
    opened.close()


@pytest.fixture
def answer(session):
    return session.search(Request("how is the loaf baked at 230 degrees"))


def test_the_parts_of_the_score_add_up(session, answer):
    why = session.explain(answer.hits[0], answer.query)
    assert why.dense_part + why.lexical_part == pytest.approx(answer.hits[0].score)
    assert why.cosine == answer.hits[0].cosine
    assert "loaf" in why.terms


def test_words_that_carry_the_meaning_stand_in_the_passage(session, answer):
    hit = answer.hits[0]
    why = session.explain(hit, answer.query)
    assert why.words
    assert [word.part for word in why.words] == sorted((w.part for w in why.words), reverse=True)
    for word in why.words:
        assert {hit.text[a:b].casefold() for a, b in word.spans} <= {word.text}


def test_without_a_cosine_there_are_no_words(session):
    answer = session.search(Request("loaf", mode="lexical"))
    why = session.explain(answer.hits[0], answer.query)
    assert why.words == ()
    assert why.why_not


def test_words_that_the_text_lacks_are_named_with_where_they_stand(session):
    answer = session.search(Request("a loaf of bread", mode="lexical"))
    why = session.explain(answer.hits[0], answer.query)
    assert why.terms == ("loaf", "bread")
    assert why.found == ("loaf", "bread (in the file name)")


@pytest.mark.parametrize(
    ("query", "count", "compared"),
    [
        ("moon", 0, "the query"),
        ("moon", 1, "the query"),
        ("", 1, "the example"),
        ("", 2, "the examples"),
    ],
)
def test_it_says_what_a_hit_was_compared_with(session, answer, query, count, compared):
    like = tuple(Example((hit.text,)) for hit in answer.hits[:count])
    assert session.explain(answer.hits[0], query, like).compared == compared


def test_lists_are_exported_in_three_forms(tmp_path, answer):
    for ending in ("md", "json", "csv"):
        export(tmp_path / f"list.{ending}", answer, answer.hits)
    assert json.loads((tmp_path / "list.json").read_text())["hits"][0]["path"]
    with (tmp_path / "list.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(answer.hits)
    assert (tmp_path / "list.md").read_text().startswith(f"# {answer.query}\n\n1. **")


def test_an_export_replaces_no_file_and_needs_a_form(tmp_path, answer):
    (tmp_path / "mine.md").write_text("mine")
    for name in ("mine.md", "list.docx"):
        with pytest.raises(UsageError):
            export(tmp_path / name, answer, answer.hits)
    assert (tmp_path / "mine.md").read_text() == "mine"


def test_a_citation_names_title_and_place(answer):
    hit = answer.hits[0]
    assert hit.title in citation(hit)
    assert f"{hit.path}:{hit.line_start}" in citation(hit)
