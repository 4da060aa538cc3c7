"""`jtcse bench`: a list of one's own queries, scored on one's own documents."""

import json

import pytest


@pytest.fixture
def bench(cli, library, tmp_path):
    """Return a function from the lines of a list, and options, to how the command ended."""

    def run(*lines, options=()):
        (tmp_path / "list.tsv").write_bytes(b"\n".join(s.encode() for s in lines) + b"\n")
        return cli("bench", tmp_path / "list.tsv", *options)

    return run


LIST = (
    "query\tpath",
    "# a comment",
    "",
    "hunting at night\towls.rst",
    "moon\tsea/tides.html",
    "error code of the pump\t./sea/ships.txt",
    "sourdough\tnothing/such.md",
)


def test_what_is_expected_is_found_by_the_end_of_its_path(bench):
    value = bench(*LIST, options=["--json"]).json()
    assert (value["queries"], value["found"], value["recall"]) == (4, 3, 0.75)
    assert value["mrr"] == pytest.approx(sum(1 / r["rank"] for r in value["results"][:3]) / 4)
    assert [result["line"] for result in value["results"]] == [4, 5, 6, 7]


def test_what_failed_is_named_with_what_came_instead(bench, library):
    failed = bench(*LIST, options=["--json"]).json()["results"][3]
    assert failed["rank"] is None
    assert failed["why"] == "nothing/such.md is not indexed"
    assert failed["instead"][0]["path"] == str(library.docs / "bread.md")
    out = bench(*LIST).out
    assert "hybrid, line 7: sourdough" in out
    assert f"instead 1. {library.docs}/bread.md:1  Sourdough" in out
    assert "moon" not in out


def test_what_is_too_far_down_fails(bench):
    (result,) = bench("owl at sea\tcircle.py", options=["-k", 1, "--json"]).json()["results"]
    assert result["why"].startswith("circle.py stands at rank ")
    assert result["rank"] is None


def test_a_part_of_a_name_is_not_its_end(bench):
    (result,) = bench("moon\tides.html", options=["--json"]).json()["results"]
    assert "not indexed" in result["why"]


def test_a_line_must_stand_in_the_passage(bench):
    lines = ["baking\tbread.md:7", "baking\tbread.md:700"]
    right, wrong = bench(*lines, options=["--json"]).json()["results"]
    assert right["rank"] == 1
    assert wrong["why"] == "bread.md:700 is found with another passage, at rank 1"


def test_json_lines_are_read_too(bench):
    lines = [
        json.dumps({"query": "moon", "path": "tides.html"}),
        json.dumps({"question": "water", "paths": ["tides.html", "bread.md"]}),
        json.dumps({"query": "bake", "expected": "bread.md", "line": 7}),
    ]
    value = bench(*lines, options=["--json"]).json()
    assert (value["queries"], value["found"]) == (3, 3)
    assert value["results"][2]["expected"] == ["bread.md:7"]


def test_several_expected_documents_count_by_their_share(bench):
    (result,) = bench("moon\ttides.html\tnowhere.md", options=["--json"]).json()["results"]
    assert (result["rank"], result["recall"]) == (1, 0.5)


def test_every_mode_is_scored(bench):
    values = bench(*LIST, options=["--mode", "all", "--json"]).json()
    assert [value["mode"] for value in values] == ["hybrid", "dense", "lexical"]
    assert "lexical" in bench(*LIST, options=["--mode", "all"]).out


def test_a_required_share_decides_the_exit_code(bench):
    assert bench(*LIST, options=["--require", "0.75"]).code == 0
    ended = bench(*LIST, options=["--require", "0.8"])
    assert ended.code == 1
    assert "less than 0.8" in ended.err


def test_lines_that_are_no_case_are_named(bench):
    ended = bench("moon\ttides.html", "no path", "\tx.md", "{broken", '{"query": 1}')
    assert ended.code == 0
    assert [line.split(":")[0] for line in ended.err.splitlines()] == [
        f"line {i} was passed over" for i in (2, 3, 4, 5)
    ]


@pytest.mark.parametrize("line", ["true", "7.5", '"7"', "[7]", "0", "-1"])
def test_a_line_that_is_no_number_is_refused_by_its_number(bench, line):
    case = f'{{"query": "a", "path": "bread.md", "line": {line}}}'
    ended = bench("moon\ttides.html", case)
    assert ended.err.startswith("line 2 was passed over: line is not a number from 1")


def test_a_line_of_null_is_none(bench):
    value = bench('{"query": "bake", "path": "bread.md", "line": null}', options=["--json"]).json()
    assert value["results"][0]["expected"] == ["bread.md"]


@pytest.mark.parametrize(
    ("lines", "options", "code", "says"),
    [
        (["only a query"], [], 2, "no query with a path"),
        ([""], [], 2, "no query with a path"),
        (LIST, ["--mode", "psychic"], 2, "psychic"),
        (LIST, ["--require", "7"], 2, "no share"),
        (LIST, ["-k", "0"], 2, "1 or more"),
        (LIST, ["-c", "nope"], 3, "nope"),
    ],
)
def test_wrong_use_is_one_line(bench, lines, options, code, says):
    ended = bench(*lines, options=options)
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err.splitlines()[-1]


def test_a_missing_list_is_refused(cli, library):
    ended = cli("bench", "/nowhere/list.tsv")
    assert ended.code == 2
    assert "/nowhere/list.tsv" in ended.err


def test_a_copy_that_is_named_under_a_hit_is_found(cli, sample_docs, default_encoder, tmp_path):
    (sample_docs / "bread2.md").write_text((sample_docs / "bread.md").read_text())
    cli("index", sample_docs)
    (tmp_path / "list.tsv").write_text("bake the loaf\tbread2.md:7\n")
    assert cli("bench", tmp_path / "list.tsv", "--json").json()["found"] == 1
