"""`jtcse eval` on data small enough to reckon by hand, and `jtcse export`."""

import json
import math
from pathlib import Path

import pytest

CORPUS = {
    "d1": ("Bees", "Bees make honey from clover."),
    "d2": ("Glaciers", "A glacier is a slow river of ice."),
    "d3": ("Clocks", "A pendulum keeps the clock on time."),
}
QUERIES = {"q1": "honey", "q2": "glacier", "q3": "zeppelin", "q4": "pendulum"}
JUDGEMENTS = [("q1", "d1", 1), ("q2", "d2", 2), ("q2", "d3", 1), ("q3", "d3", 1), ("q4", "d1", 0)]


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": id_, "title": title, "text": text} for id_, (title, text) in CORPUS.items()]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    queries = [{"_id": id_, "text": text} for id_, text in QUERIES.items()]
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries))
    lines = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in JUDGEMENTS)]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def sts(tmp_path):
    folder = tmp_path / "sts"
    folder.mkdir()
    (folder / "same.tsv").write_text("5\tabc\tabc\n1\tabc\txyz\n")
    (folder / "reversed.tsv").write_text("1\tabc\tabc\tmore\n5\tabc\txyz\tmore\n")
    return folder


def test_lexical_figures_are_those_reckoned_by_hand(cli, beir, tiny_encoder):
    ended = cli("eval", "retrieval", beir, "--mode", "lexical", "--model", tiny_encoder, "--json")
    assert ended.code == 0
    # q1 finds its document first. q2 finds the one of grade 2 and not the one of grade 1.
    # q3 finds nothing. q4 has no relevant document, and does not count.
    ndcg_of_q2 = 2 / (2 + 1 / math.log2(3))
    assert ended.json() == {
        "model": "tiny-0",
        "mode": "lexical",
        "docs": 3,
        "queries": 3,
        "ndcg@10": round((1 + ndcg_of_q2 + 0) / 3, 5),
        "recall@100": round((1 + 0.5 + 0) / 3, 5),
        "map": round((1 + 0.5 + 0) / 3, 5),
        "mrr@10": round((1 + 1 + 0) / 3, 5),
    }


def test_dense_mode_ranks_every_document(cli, beir, tiny_encoder):
    value = cli(
        "eval", "retrieval", beir, "--mode", "dense", "--model", tiny_encoder, "--json"
    ).json()
    assert value["recall@100"] == 1


def test_retrieval_narrates_on_standard_error_only(cli, beir, tiny_encoder):
    ended = cli("eval", "retrieval", beir, "--mode", "lexical", "--model", tiny_encoder)
    assert "lexical" in ended.out
    assert "indexing 3 documents" in ended.err


def test_all_modes_are_a_row_each(cli, beir, tiny_encoder):
    values = cli(
        "eval", "retrieval", beir, "--mode", "all", "--model", tiny_encoder, "--json"
    ).json()
    assert [value["mode"] for value in values] == ["hybrid", "dense", "lexical"]


def test_evaluation_leaves_nothing_behind(cli, beir, tiny_encoder, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    cli("eval", "retrieval", beir, "--mode", "lexical", "--model", tiny_encoder)
    assert list(scratch.iterdir()) == []
    assert cli("collections", "list", "--json").json() == []


def test_sts_as_json(cli, sts, tiny_encoder):
    ended = cli("eval", "sts", sts, "--model", tiny_encoder, "--json")
    assert ended.code == 0
    assert ended.json() == {
        "model": "tiny-0",
        "tasks": {"reversed": -100.0, "same": 100.0},
        "avg": 0.0,
    }


def test_sts_as_a_table(cli, sts, tiny_encoder):
    lines = cli("eval", "sts", sts, "--model", tiny_encoder).out.splitlines()
    assert lines[0].split() == ["tiny-0", "Spearman"]
    assert lines[-1].split() == ["mean", "0.00"]


def test_constant_grades_have_no_correlation_and_make_valid_json(cli, sts, tiny_encoder):
    (sts / "same.tsv").write_text("3\ta\tb\n3\tc\td\n")
    ended = cli("eval", "sts", sts, "--model", tiny_encoder, "--json")
    assert ended.code == 0
    assert ended.json()["tasks"]["same"] is None


@pytest.mark.parametrize("options", [["--model"], ["--compare", "default"]])
def test_where_no_correlation_is_defined_it_is_said_in_words(
    cli, sts, tiny_encoder, default_encoder, options
):
    (sts / "same.tsv").write_text("3\ta\tb\n3\tc\td\n")
    ended = cli("eval", "sts", sts, *options, tiny_encoder)
    assert ended.code == 0
    assert "same: all grades are alike, so no correlation is defined" in ended.err
    assert "Warning" not in ended.err


def test_cosines_that_are_all_alike_have_no_correlation_either(cli, sts, tiny_encoder):
    (sts / "same.tsv").write_text("1\ta\ta\n3\ta\ta\n")
    ended = cli("eval", "sts", sts, "--model", tiny_encoder)
    assert "same: all cosines are alike, so no correlation is defined" in ended.err


@pytest.mark.parametrize("command", ["sts", "retrieval"])
def test_missing_folder(cli, tmp_path, command):
    ended = cli("eval", command, tmp_path / "absent")
    assert (ended.code, ended.out) == (2, "")
    assert "absent does not exist" in ended.err


@pytest.mark.parametrize("command", ["sts", "retrieval"])
def test_folder_of_another_layout_says_what_is_expected(cli, tmp_path, command, tiny_encoder):
    ended = cli("eval", command, tmp_path, "--model", tiny_encoder)
    assert (ended.code, ended.out) == (1, "")
    assert {"sts": "score<TAB>", "retrieval": "corpus.jsonl"}[command] in ended.err
    assert ended.err.count("\n") == 1


def test_bad_line_is_named_by_number(cli, sts, tiny_encoder):
    (sts / "same.tsv").write_text("5\ta\tb\nmany\tc\td\n")
    ended = cli("eval", "sts", sts, "--model", tiny_encoder)
    assert ended.code == 1
    assert "same.tsv:2" in ended.err


def test_unknown_mode(cli, beir):
    ended = cli("eval", "retrieval", beir, "--mode", "psychic")
    assert ended.code == 2
    assert "hybrid, dense, lexical, all" in ended.err


# eval pairs


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tb\tgold\n" + "abc\tabc\t1\nabc\txyz\t0\nefg\tefg\t1\nefg\tuvw\t0\n")
    return path


def test_pairs_as_json_have_every_key_of_the_contract(cli, pairs, tiny_encoder):
    ended = cli("eval", "pairs", pairs, "--header", "--model", tiny_encoder, "--json")
    assert ended.code == 0
    value = ended.json()
    assert value.keys() >= {
        "model", "pairs", "spearman", "auc", "average_precision", "f1", "threshold",
    }  # fmt: skip
    assert (value["pairs"], value["auc"], value["average_precision"]) == (4, 1, 1)
    assert 0 < value["threshold"] < 1


def test_file_of_pairs_that_does_not_exist(cli, tmp_path):
    ended = cli("eval", "pairs", tmp_path / "absent")
    assert (ended.code, ended.out) == (2, "")
    assert "absent" in ended.err


# export


@pytest.mark.parametrize("arguments", [["base"], ["base", "out", "--as-default"]])
def test_export_wants_one_place_to_write_to(cli, arguments):
    ended = cli("export", *arguments)
    assert ended.code == 2
    assert "jtcse export BASE OUT" in ended.err


def test_weights_have_no_card_to_write_on(cli, tmp_path):
    layout = ["--layout", "sentence-transformers"]
    ended = cli("export", "base", tmp_path / "out", *layout, "--name", "mine", "--languages", "de")
    assert (ended.code, ended.out) == (2, "")
    assert "--name and --languages go onto an encoder's card" in ended.err


def test_training_on_a_file_that_does_not_exist(cli, tmp_path):
    for command in (["train", "absent"], ["distill", "teacher", "--corpus", "absent"]):
        ended = cli(*command, "-o", tmp_path / "out")
        assert (ended.code, ended.out) == (2, ""), command
        assert ended.err == "jtcse: absent does not exist; check the path\n"


@pytest.mark.torch
def test_export_of_what_does_not_exist_asks_no_network(cli, tmp_path):
    ended = cli("export", "nobody/nothing", tmp_path / "out")
    assert (ended.code, ended.out) == (3, "")
    assert "--allow-download" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.deep
@pytest.mark.torch
def test_exported_base_searches(cli, tmp_path, sample_docs, default_encoder):
    out = tmp_path / "mine"
    value = cli("export", "base", out, "--json").json()
    assert value["folder"] == str(out)
    assert value["parity"]["min_cosine"] > 0.95
    assert value["fused"]["Attention"] == 6
    assert cli("index", sample_docs, "--model", out).code == 0
    hit = cli("search", "temperature for the oven", "--json").json()["hits"][0]
    assert Path(hit["path"]).name == "bread.md"


def evaluate(cli, beir, *arguments):
    return cli("eval", "retrieval", beir, *arguments)


def test_several_modes_are_a_list_in_their_order(cli, beir, tiny_encoder):
    ended = evaluate(
        cli, beir, "--mode", "lexical", "--mode", "dense", "--model", tiny_encoder, "--json"
    )
    assert [value["mode"] for value in ended.json()] == ["lexical", "dense"]


def test_each_query_is_written_with_what_was_found(cli, beir, tiny_encoder, tmp_path):
    file = tmp_path / "queries.jsonl"
    mean = evaluate(
        cli, beir, "--mode", "lexical", "--model", tiny_encoder, "--per-query", file, "--json"
    ).json()
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["query"] for row in rows] == ["q1", "q2", "q3"]
    assert rows[1] | {"ndcg@10": 0} == {
        "query": "q2",
        "text": "glacier",
        "model": "tiny-0",
        "mode": "lexical",
        "ndcg@10": 0,
        "recall@100": 0.5,
        "map": 0.5,
        "mrr@10": 1,
        "relevant": {"d2": 2, "d3": 1},
        "found": ["d2"],
    }
    for name in ("ndcg@10", "recall@100", "map", "mrr@10"):
        assert sum(row[name] for row in rows) / 3 == pytest.approx(mean[name], abs=1e-4)


def test_queries_on_standard_output_leave_it_to_them(cli, beir, tiny_encoder):
    ended = evaluate(cli, beir, "--mode", "lexical", "--model", tiny_encoder, "--per-query", "-")
    assert [json.loads(line)["query"] for line in ended.out.splitlines()] == ["q1", "q2", "q3"]
    assert "ndcg@10 0." in ended.err


def test_two_modes_are_compared_on_the_same_queries(cli, beir, tiny_encoder):
    arguments = ("--mode", "lexical", "--against", "dense", "--model", tiny_encoder)
    value = evaluate(cli, beir, *arguments, "--json").json()
    assert (value["mode"], value["against"]["mode"]) == ("lexical", "dense")
    found = value["against"]["differences"]["recall@100"]
    assert found["difference"] == pytest.approx(0.5 - 1)
    assert found["low"] <= found["difference"] <= found["high"]
    assert "against tiny-0, dense" in evaluate(cli, beir, *arguments).out


def test_two_encoders_are_compared(cli, beir, tiny_encoder, default_encoder):
    arguments = ("--mode", "dense", "--model", tiny_encoder, "--against", "default")
    value = evaluate(cli, beir, *arguments, "--json").json()
    assert value["model"] == "tiny-0"
    assert value["against"]["model"] != "tiny-0"
    ndcg = value["against"]["differences"]["ndcg@10"]
    assert ndcg["difference"] == pytest.approx(
        value["ndcg@10"] - value["against"]["ndcg@10"], abs=1e-4
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--against", "nonsense"], "nonsense"),
        (["--mode", "dense", "--mode", "psychic"], "psychic"),
        (["--per-query", "-", "--json"], "standard output"),
        (["--per-query", "/nowhere/x.jsonl"], "/nowhere"),
    ],
)
def test_wrong_use_of_retrieval_is_one_line(cli, beir, tiny_encoder, arguments, says):
    ended = evaluate(cli, beir, "--model", tiny_encoder, *arguments)
    assert ended.code in (2, 3)
    assert ended.out == ""
    assert says in ended.err.splitlines()[-1]
