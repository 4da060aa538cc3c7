"""`jtcse search` as DESIGN fixes it: formats, options, filters, refusals."""

import csv
import io
import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HIT_KEYS = {
    "rank",
    "score",
    "collection",
    "path",
    "title",
    "type",
    "line_start",
    "line_end",
    "page",
    "text",
    "highlight",
}


def paths(ended):
    return [hit["path"] for hit in ended.json()["hits"]]


def test_json_has_every_key_of_the_contract(cli, library):
    answer = cli("search", "how hot is the oven", "--json").json()
    assert {"query", "mode", "collections", "took_ms", "total", "hits"} <= answer.keys()
    assert answer["query"] == "how hot is the oven"
    assert answer["mode"] == "hybrid"
    assert answer["collections"] == ["default"]
    assert answer["took_ms"] > 0
    assert answer["total"] == 5
    for rank, hit in enumerate(answer["hits"], start=1):
        assert hit.keys() >= HIT_KEYS | {"cosine"}
        assert hit["rank"] == rank


def test_answer_is_found_by_meaning(cli, library):
    hit = cli("search", "temperature for the oven", "--json").json()["hits"][0]
    assert hit["path"] == str(library.docs / "bread.md")
    assert (hit["title"], hit["type"], hit["page"]) == ("Sourdough", "md", None)
    assert (hit["line_start"], hit["line_end"]) == (1, 7)
    assert "230 degrees" in hit["text"]


def test_line_is_that_of_the_sentence_which_answers(cli, library):
    hit = cli("search", "temperature for the oven", "--json").json()["hits"][0]
    lines = (library.docs / "bread.md").read_text().splitlines()
    assert hit["line"] > hit["line_start"]
    start, end = hit["sentence"]
    assert lines[hit["line"] - 1] in hit["text"][start:end]
    assert f"{hit['path']}:{hit['line']}" in cli("search", "temperature for the oven").out


def test_a_pipe_gets_styles_where_they_are_asked_for(cli, library, monkeypatch):
    assert "\x1b" not in cli("search", "moon").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1mmoon\x1b[0m" in cli("search", "moon").out
    assert "\x1b" not in cli("search", "moon", "--json").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in cli("search", "moon").out


def test_code_is_found_by_its_letters(cli, library):
    assert paths(cli("search", "ZX-4711", "--json"))[0] == str(library.docs / "sea/ships.txt")


def test_highlight_names_code_points_of_the_text(cli, library):
    hit = cli("search", "owl", "--json").json()["hits"][0]
    assert [hit["text"][start:end] for start, end in hit["highlight"]] == ["owl"]


def test_hits_come_best_first(cli, library):
    scores = [hit["score"] for hit in cli("search", "sea", "--json").json()["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_each_document_stands_once(cli, library):
    found = paths(cli("search", "water", "--json", "-k", 100))
    assert len(found) == len(set(found)) == 5


def test_several_words_are_joined(cli, library):
    assert cli("search", "the", "barn", "owl", "--json").json()["query"] == "the barn owl"


def test_query_that_begins_with_a_dash_goes_after_two(cli, library):
    ended = cli("search", "--json", "--", "-moon")
    assert ended.code == 0
    assert ended.json()["query"] == "-moon"


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_every_mode_finds_the_word(cli, library, mode):
    answer = cli("search", "moon", "--mode", mode, "--json").json()
    assert answer["mode"] == mode
    assert answer["hits"][0]["path"].endswith("tides.html")
    assert (answer["hits"][0]["cosine"] is None) == (mode == "lexical")


def test_lexical_mode_returns_only_what_holds_a_word(cli, library):
    assert paths(cli("search", "moon", "--mode", "lexical", "--json")) == [
        str(library.docs / "sea/tides.html")
    ]


def test_quoted_phrase_must_stand_as_it_is(cli, library):
    assert paths(cli("search", '"officer of the watch"', "--json")) == [
        str(library.docs / "sea/ships.txt")
    ]


def test_k_limits_the_documents(cli, library):
    assert len(cli("search", "water", "-k", 2, "--json").json()["hits"]) == 2


def test_json_lines_are_the_hits(cli, library):
    lines = cli("search", "moon", "--jsonl").out.splitlines()
    hits = cli("search", "moon", "--json").json()["hits"]
    assert [json.loads(line) for line in lines] == hits


def test_csv_has_a_header_and_a_row_a_hit(cli, library):
    rows = list(csv.DictReader(io.StringIO(cli("search", "moon", "--csv").out)))
    hits = cli("search", "moon", "--json").json()["hits"]
    assert [row["path"] for row in rows] == [hit["path"] for hit in hits]
    assert [float(row["score"]) for row in rows] == [hit["score"] for hit in hits]
    assert [row["text"] for row in rows] == [hit["text"] for hit in hits]


def test_paths_before_nul_are_those_of_files_byte_for_byte(jtcse, cli, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    names = [b"two\nlines.txt", b"not \xff utf-8.txt"]
    for name in names:
        (Path(os.fsdecode(bytes(docs) + b"/" + name))).write_text("amber beads")
    cli("index", docs)
    written = os.fsencode(jtcse("search", "amber", "--mode", "lexical", "-0").out)
    assert {*written.split(b"\0")} == {b"", *(bytes(docs) + b"/" + name for name in names)}


def test_where_all_collections_are_damaged_it_is_said_once(cli, tmp_path):
    (tmp_path / "bad.txt").write_text("amber beads")
    cli("index", tmp_path / "bad.txt", "-c", "bad")
    (database,) = (tmp_path / "user").rglob("bad/collection.db")
    for file in database.parent.iterdir():
        file.unlink()
    database.touch()

    ended = cli("search", "amber", "--mode", "lexical", "--all")

    assert (ended.code, ended.out, ended.err.count("\n")) == (4, "", 1)


def test_a_damaged_collection_is_left_out_of_all_and_told(cli, tmp_path):
    for name in ("good", "bad"):
        (tmp_path / f"{name}.txt").write_text("amber beads")
        cli("index", tmp_path / f"{name}.txt", "-c", name)
    (database,) = (tmp_path / "user").rglob("bad/collection.db")
    for file in database.parent.iterdir():
        file.unlink()
    database.touch()

    ended = cli("search", "amber", "--mode", "lexical", "--all", "--files")

    assert (ended.code, ended.out) == (4, f"{tmp_path}/good.txt\n")
    assert "bad is not searched" in ended.err


def test_files_are_the_paths_alone(cli, library):
    ended = cli("search", "moon", "--files")
    assert ended.out.splitlines() == paths(cli("search", "moon", "--json"))


def test_markdown_is_a_numbered_list_of_quotes(cli, library):
    out = cli("search", "moon", "--md", "-k", 1).out
    assert out.startswith(f"1. **Tides** ({library.docs}/sea/tides.html:")
    assert "   > The moon pulls the sea" in out


def test_text_names_rank_match_title_place_and_passage(cli, library):
    head, place, passage = cli("search", "moon", "-k", 1).out.splitlines()
    rank, match, percent, title = head.split()
    assert (rank, percent, title) == ("1", "%", "Tides")
    assert 95 <= int(match) <= 100
    assert place.strip().startswith(f"{library.docs}/sea/tides.html:")
    assert "The moon pulls the sea" in passage


def test_piped_text_has_no_styles_and_no_wrapping(jtcse, library):
    ended = jtcse("search", "ZX-4711", "-k", 1, environment={"COLUMNS": "40"})
    assert "\x1b" not in ended.out
    assert len(ended.out.splitlines()) == 3


def test_explain_says_what_gave_the_score(cli, library):
    hit = cli("search", "moon", "--explain", "--json").json()["hits"][0]
    parts = hit["explain"]
    assert parts["dense"] + parts["lexical"] == pytest.approx(hit["score"], abs=1e-5)
    assert parts["terms"] == ["moon"]
    assert sum(word["part"] for word in parts["words"]) + parts["rest"] == pytest.approx(
        hit["cosine"], abs=1e-4
    )
    for word in parts["words"]:
        assert {hit["text"][a:b].casefold() for a, b in word["spans"]} <= {word["text"]}
    (line,) = cli("search", "moon", "--jsonl", "--explain", "-k", 1).out.splitlines()
    assert json.loads(line) == hit


def test_explain_says_it_in_words(cli, library):
    out = cli("search", "moon", "--explain", "-k", 1).out
    assert "of the score; cosine" in out
    assert "of the cosine: moon +" in out
    assert "matched: moon" in out
    lexical = cli("search", "moon", "--explain", "--mode", "lexical").out
    assert "100% of the score; BM25" in lexical
    assert "cosine" not in lexical


@pytest.mark.parametrize("glob", ["*/sea/*", "sea/", "*.html"])
def test_path_filter(cli, library, glob):
    found = paths(cli("search", "owl", "--path", glob, "--json"))
    assert found
    assert all("/sea/" in path for path in found)


@pytest.mark.parametrize("types", [["md"], [".MD"], ["md,rst"], ["md", "rst"]])
def test_type_filter(cli, library, types):
    options = [option for extension in types for option in ("--type", extension)]
    found = paths(cli("search", "owl", "--json", *options))
    expected = {"bread.md", "owls.rst"} if "rst" in "".join(types) else {"bread.md"}
    assert {Path(path).name for path in found} == expected


def test_filter_comes_before_the_first_k_are_taken(cli, library):
    found = paths(cli("search", "moon and sea", "--type", "py", "-k", 1, "--json"))
    assert found == [str(library.docs / "circle.py")]


def test_since_leaves_out_what_is_older(cli, sample_docs, default_encoder):
    old = time.time() - 40 * 86400
    os.utime(sample_docs / "bread.md", (old, old))
    cli("index", sample_docs)
    every = paths(cli("search", "bread", "--json"))
    recent = paths(cli("search", "bread", "--since", "30d", "--json"))
    assert set(every) - set(recent) == {str(sample_docs / "bread.md")}
    assert paths(cli("search", "bread", "--since", "2001-02-03", "--json")) == every


def test_named_collections_are_searched_together(cli, library):
    answer = cli("search", "water", "-c", "recipes", "-c", "default", "--json").json()
    assert answer["collections"] == ["recipes", "default"]
    assert {hit["collection"] for hit in answer["hits"]} == {"recipes", "default"}


def test_all_searches_every_collection(cli, library):
    answer = cli("search", "leek", "--all", "--json").json()
    assert set(answer["collections"]) == {"default", "recipes"}
    assert answer["hits"][0]["path"].endswith("soup.md")


def test_without_a_name_the_default_collection_is_searched(cli, library):
    assert {hit["collection"] for hit in cli("search", "leek", "--json").json()["hits"]} == {
        "default"
    }


def test_no_hit_is_a_success_that_says_so(cli, library):
    ended = cli("search", "qwertzuiop", "--mode", "lexical")
    assert (ended.code, ended.out, ended.err) == (0, "", "no match\n")


def test_no_hit_in_json_is_an_empty_list(cli, library):
    ended = cli("search", "qwertzuiop", "--mode", "lexical", "--json")
    assert ended.code == 0
    assert ended.json()["hits"] == []


def test_long_query_is_cut_with_a_note(cli, library):
    ended = cli("search", "moon " * 20_000, "--json")
    assert ended.code == 0
    assert ended.json()["hits"][0]["path"].endswith("tides.html")
    assert "cut" in ended.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([""], "the query is empty"),
        (["  \t "], "the query is empty"),
        ([], "missing argument"),
        (["moon", "--mode", "psychic"], "hybrid, dense, lexical"),
        (["moon", "-k", "0"], "1 or more"),
        (["moon", "-k", "many"], "-k"),
        (["moon", "--since", "yesterday-ish"], "2026-01-31"),
        (["moon", "--lang", "chinese"], "'chinese' is no language; give its code of two letters"),
        (["moon", "--json", "--csv"], "choose one"),
        (["moon", "--colour"], "no such option"),
        (["git", "log", "--oneline"], "before a query with dashes put --"),
        (["-commit"], "missing argument 'QUERY...'; say what you look for, or --like PATH; before"),
        (["-kernel", "-c", "default"], "; before a query with dashes put --"),
        (["-c", "default"], "say what you look for, or --like PATH\n"),
        (["moon", "--explain", "--files"], "--explain does not go with --files"),
        (["moon", "--explain", "-0"], "--explain does not go with --null"),
        (["moon", "--explain", "--csv"], "--explain does not go with --csv"),
        (["moon", "--explain", "--md"], "--explain does not go with --md"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(cli, library, arguments, says):
    ended = cli("search", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1


def test_a_query_s_language_that_is_no_code_is_told_where_nothing_is_found(cli, library):
    ended = cli("search", "moon", "lang:chinese")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == (
        "no match: chinese is no language; give its code of two letters: zh for Chinese\n"
    )


def test_unknown_collection_names_the_nearest(cli, library):
    ended = cli("search", "moon", "-c", "recipe")
    assert (ended.code, ended.out) == (3, "")
    assert "'recipe'" in ended.err
    assert "'recipes'" in ended.err


def test_without_any_collection_says_how_to_make_one(cli):
    ended = cli("search", "moon")
    assert ended.code == 3
    assert "jtcse index" in ended.err


def test_all_without_any_collection_says_how_to_make_one(cli):
    ended = cli("search", "moon", "--all")
    assert ended.code == 3
    assert "jtcse index" in ended.err


def test_another_encoder_is_refused_and_both_are_named(cli, library, other_encoder, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(other_encoder))
    ended = cli("search", "moon")
    assert (ended.code, ended.out) == (4, "")
    assert "jtcse-minilm-l6" in ended.err
    assert "shortsighted" in ended.err


def test_lexical_search_needs_no_encoder(cli, library, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", "/nowhere")
    ended = cli("search", "moon", "--mode", "lexical", "--json")
    assert ended.code == 0
    assert len(ended.json()["hits"]) == 1


def test_missing_encoder_is_named_with_its_cause(cli, library, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", "/nowhere")
    ended = cli("search", "moon")
    assert ended.code == 3
    assert "JTCSE_DEFAULT_ENCODER" in ended.err


def test_searching_right_after_indexing_finds_the_new(cli, sample_docs, default_encoder):
    cli("index", sample_docs)
    (sample_docs / "new.md").write_text("# Volcano\n\nLava flowed for three weeks.\n")
    cli("index")
    assert paths(cli("search", "eruption", "--json"))[0] == str(sample_docs / "new.md")


@pytest.fixture
def copies(cli, sample_docs, default_encoder):
    """A library in which the text on bread stands three times."""
    for name in ("bread2.md", "sea/bread3.md"):
        (sample_docs / name).write_text((sample_docs / "bread.md").read_text())
    cli("index", sample_docs)
    return [str(sample_docs / name) for name in ("bread.md", "bread2.md", "sea/bread3.md")]


def test_copies_make_one_hit_that_names_the_others(cli, copies):
    hit, *rest = cli("search", "bake the loaf", "--json").json()["hits"]
    assert [hit["path"], *(other["path"] for other in hit["duplicates"])] == copies
    assert hit["duplicates"][0].keys() >= {"collection", "path", "line_start", "page"}
    assert len(rest) == 4
    assert all(other["duplicates"] == [] for other in rest)
    assert f"and 2 more like it: {copies[1]}:1, {copies[2]}:1" in cli("search", "bake the loaf").out


def test_copies_are_hits_of_their_own_where_that_is_wanted(cli, copies):
    assert paths(cli("search", "bake the loaf", "--duplicates", "-k", 3, "--json")) == copies
    assert cli("search", "bake the loaf", "--files", "-k", 3).out.splitlines() == copies
    rows = list(csv.DictReader(io.StringIO(cli("search", "loaf", "--csv", "-k", 3).out)))
    assert [row["path"] for row in rows] == copies


def test_every_document_of_a_filter_is_in_the_answer(cli, copies):
    hits = cli("search", "sea", "--type", "md", "-k", 3, "--json").json()["hits"]
    assert sorted(
        [h["path"] for h in hits] + [d["path"] for h in hits for d in h["duplicates"]]
    ) == sorted(copies)


TYPEABLE = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.one_of(
            st.text(
                st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20
            ),
            st.sampled_from(
                ["type:", "path:[", '"', "-x", "NEAR(", "*", "OR", "since:1d", "lang:xx"]
            ),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_nothing_typed_is_an_error_but_nothing(cli, library, words):
    ended = cli("search", "--json", "--", *words)
    assert ended.code == (0 if " ".join(words).strip() else 2)
