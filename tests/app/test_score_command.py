"""`jtcse score`: a pair, a file, a matrix."""

import csv
import io
import json

import pytest

from tests.app.tiny_encoder import write_tiny_encoder

STS = (
    "5.0\tA cat sleeps.\tA cat is sleeping.\n"
    "0.5\tA cat sleeps.\tStocks fell.\n"
    "3.0\tA dog runs.\tA dog walks.\n"
)


@pytest.fixture(autouse=True)
def _encoder(default_encoder):
    return default_encoder


@pytest.fixture
def write(tmp_path):
    def write(text, name="pairs.tsv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_pair_as_text_is_one_number(cli):
    ended = cli("score", "A cat sleeps.", "A cat is sleeping.")
    assert (ended.code, ended.err) == (0, "")
    assert 0.8 < float(ended.out) <= 1


def test_pair_as_json(cli):
    value = cli("score", "A cat sleeps.", "Stocks fell.", "--json").json()
    assert value.keys() == {"score", "percentile"}
    assert value["score"] < 0.3


def test_equal_texts_score_one(cli):
    assert cli("score", "same words", "same words").out == "1.0000\n"


def test_score_of_a_pair_does_not_depend_on_the_order(cli):
    assert cli("score", "a b", "c d").out == cli("score", "c d", "a b").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["a", "b", "--columns", "1,2"], "a pair does not go with --columns"),
        (["a", "b", "--header"], "a pair does not go with --header"),
        (["--matrix", "f.txt", "--columns", "1,2"], "--matrix does not go with --columns"),
        (["--matrix", "f.txt", "--header"], "--matrix does not go with --header"),
    ],
)
def test_options_of_a_file_are_refused_elsewhere(cli, arguments, says):
    ended = cli("score", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err


LONG = "many words " * 200


def test_what_is_not_read_of_a_pair_is_told_beside_the_score(cli):
    ended = cli("score", LONG + "a", LONG + "b and more")
    assert float(ended.out) > 0
    assert "the first text has" in ended.err
    assert "and the second text has" in ended.err
    assert "only the first 254 were read" in ended.err


def test_what_is_not_read_of_a_matrix_is_told_beside_it(cli, write):
    ended = cli("score", "--matrix", write(f"short\n{LONG}\n"))
    assert "1 text is longer than 254 tokens; what follows those was not read" in ended.err
    assert cli("score", "--matrix", write("short\nwords\n")).err == ""


def test_what_is_not_read_of_a_file_is_told_once(cli, write):
    ended = cli("score", "--file", write(f"short\t{LONG}\n{LONG}\tshort\nshort\twords\n"))
    assert len(ended.out.splitlines()) == 3
    assert ended.err.count("not read") == 1
    assert "2 texts are longer than 254 tokens" in ended.err


def test_text_that_begins_with_a_dash(cli):
    assert cli("score", "--", "-1", "-1").out == "1.0000\n"


@pytest.mark.parametrize("texts", [[], ["one"], ["one", "two", "three"]])
def test_pair_is_two_texts(cli, texts):
    ended = cli("score", *texts)
    assert (ended.code, ended.out) == (2, "")
    assert f"{len(texts)} text" in ended.err
    assert "jtcse score" in ended.err


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_blank_text_is_refused(cli, blank):
    ended = cli("score", "words", blank)
    assert ended.code == 2
    assert "empty" in ended.err


def test_file_has_a_score_a_line_and_spearman_beside(cli, write):
    ended = cli("score", "--file", write(STS), "--columns", "2,3,1")
    scores = [float(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert scores[0] > scores[2] > scores[1]
    assert ended.err == "3 pairs, Spearman 1.0000\n"


def test_file_as_json(cli, write):
    value = cli("score", "--file", write(STS), "--columns", "2,3,1", "--json").json()
    assert value.keys() == {"pairs", "spearman", "auc", "scores", "percentiles", "skipped"}
    assert (value["pairs"], value["spearman"], value["skipped"]) == (3, 1.0, [])
    assert len(value["scores"]) == 3


def test_file_gives_what_single_pairs_give(cli, write):
    scores = cli("score", "--file", write(STS), "--columns", "2,3,1", "--json").json()["scores"]
    single = cli("score", "A cat sleeps.", "Stocks fell.", "--json").json()["score"]
    assert scores[1] == pytest.approx(single, abs=1e-4)


def test_without_gold_spearman_is_null(cli, write):
    value = cli("score", "--file", write("a cat\ta dog\na\tb\n"), "--json").json()
    assert value["spearman"] is None
    assert value["pairs"] == 2


def test_gold_is_the_third_column_when_nothing_is_said(cli, write):
    rows = "a cat\ta kitten\t5\na cat\tthe law\t0\na dog\ta puppy\t4.5\n"
    assert cli("score", "--file", write(rows), "--json").json()["spearman"] is not None


def test_constant_gold_has_no_correlation(cli, write):
    value = cli("score", "--file", write("a\tb\t1\nc\td\t1\n"), "--json").json()
    assert value["spearman"] is None


def test_two_columns_ignore_the_gold(cli, write):
    value = cli("score", "--file", write("a\tb\tnone\n"), "--columns", "1,2", "--json").json()
    assert (value["pairs"], value["skipped"]) == (1, [])


def test_header_is_passed_over(cli, write):
    text = "score\tfirst\tsecond\n" + STS
    value = cli("score", "--file", write(text), "--columns", "2,3,1", "--header", "--json").json()
    assert (value["pairs"], value["skipped"]) == (3, [])


def test_bad_lines_are_skipped_with_number_and_reason(cli, write):
    text = b"a\tb\t1\n\nalone\n\tempty\t2\nc\td\tgood\ncaf\xe9\tx\t1\ne\tf\tnan\ng\th\t3\n"
    value = cli("score", "--file", write(text), "--json").json()
    assert value["pairs"] == 2
    assert [item["line"] for item in value["skipped"]] == [2, 3, 4, 5, 6, 7]
    assert all(item.keys() == {"line", "reason"} and item["reason"] for item in value["skipped"])


def test_bad_lines_are_named_on_standard_error(cli, write):
    ended = cli("score", "--file", write("a\tb\nalone\n"))
    assert ended.code == 0
    assert ended.out.count("\n") == 1
    assert ended.err == "line 2 was passed over: 1 columns, 2 needed\n"


def test_wrong_columns_are_suggested(cli, write):
    assert "--columns 2,3,1" in cli("score", "--file", write(STS)).err


def test_byte_order_mark_and_windows_line_ends_are_no_text(cli, write):
    value = cli("score", "--file", write(b"\xef\xbb\xbfword\tword\r\n"), "--json").json()
    assert value["scores"] == [1.0]


def test_standard_input_is_a_file_named_dash(jtcse):
    ended = jtcse("score", "--file", "-", "--json", stdin=b"one\tone\ntwo\ttwo\n")
    assert ended.json()["scores"] == [1.0, 1.0]


@pytest.mark.parametrize("columns", ["1", "a,b", "0,1", "1,2,3,4", ""])
def test_columns_that_make_no_sense(cli, write, columns):
    ended = cli("score", "--file", write(STS), "--columns", columns)
    assert ended.code == 2
    assert "2,3,1" in ended.err


def test_matrix_of_a_file_with_itself(cli, write):
    value = cli("score", "--matrix", write("a cat\na kitten\nthe law\n"), "--json").json()
    assert value["rows"] == value["columns"] == ["a cat", "a kitten", "the law"]
    scores = value["scores"]
    assert [row[i] for i, row in enumerate(scores)] == pytest.approx([1, 1, 1], abs=1e-5)
    assert scores[0][1] == pytest.approx(scores[1][0], abs=1e-6)
    assert scores[0][1] > scores[0][2]


def test_matrix_of_two_files(cli, write):
    rows, columns = write("a cat\n\na dog\n", "f"), write("a kitten\n", "g")
    value = cli("score", "--matrix", rows, columns, "--json").json()
    assert (value["rows"], value["columns"]) == (["a cat", "a dog"], ["a kitten"])
    assert [len(row) for row in value["scores"]] == [1, 1]


def test_piped_matrix_is_csv(cli, write):
    rows = list(csv.reader(io.StringIO(cli("score", "--matrix", write("a, b\nc\n")).out)))
    assert rows[0] == ["", "a, b", "c"]
    assert rows[1][0] == "a, b"
    assert float(rows[1][1]) == pytest.approx(1, abs=1e-5)


def test_only_a_line_feed_ends_a_line_of_a_matrix(cli, write):
    value = cli("score", "--matrix", write("one\u2028line\ntwo\n"), "--json").json()
    assert value["rows"] == ["one\u2028line", "two"]


@pytest.mark.parametrize("option", ["--file", "--matrix"])
def test_missing_file(cli, tmp_path, option):
    ended = cli("score", option, tmp_path / "absent")
    assert (ended.code, ended.out) == (2, "")
    assert "absent" in ended.err


def test_matrix_without_text(cli, write):
    ended = cli("score", "--matrix", write("\n \n"))
    assert ended.code == 2
    assert "no text" in ended.err


def test_file_and_matrix_together(cli, write):
    path = write(STS)
    assert cli("score", "--file", path, "--matrix", path).code == 2


def test_text_beside_a_file(cli, write):
    assert cli("score", "--file", write(STS), "stray").code == 2


def test_chosen_encoder_scores(cli, tiny_encoder):
    assert cli("score", "abc", "cab", "--model", tiny_encoder).out == "1.0000\n"


def test_unknown_encoder(cli):
    ended = cli("score", "a", "b", "--model", "nobody")
    assert ended.code == 3
    assert "'nobody'" in ended.err


@pytest.mark.parametrize(("field", "value"), [("max_length", "256"), ("dim", 7)])
def test_an_encoder_with_a_damaged_card_is_told_in_one_line(cli, tmp_path, field, value):
    encoder = write_tiny_encoder(tmp_path / "encoder")
    card = encoder / "encoder.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), field: value}))
    ended = cli("--home", tmp_path / "home", "score", "one", "two", "--model", encoder)
    assert (ended.code, ended.out, ended.err.count("\n")) == (4, "", 1)
