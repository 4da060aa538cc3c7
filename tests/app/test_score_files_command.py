"""`jtcse score --file` and `--plot` on bytes as they are found, against the evaluation."""

import json
import os
import pty
import xml.etree.ElementTree as ET

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.encoder

WORDS = "cat dog sea law sun map ice tea war art joy oak".split()


@pytest.fixture
def score(cli, tiny_encoder, tmp_path):
    def score(data, *options, name="pairs.tsv"):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return cli("score", "--file", path, "--model", tiny_encoder, *options)

    return score


@pytest.fixture
def graded(tmp_path):
    """Return a file of graded pairs without ties between their scores."""
    rows = [
        f"{i % 5}\t{a} {b}\t{b} {a}s and {WORDS[i % 7]}"
        for i, (a, b) in enumerate((a, b) for a in WORDS for b in WORDS if a < b)
    ]
    path = tmp_path / "graded.tsv"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_quotes_are_part_of_the_texts(score):
    value = score('"a\tb"\n"a""b"\tc\n', "--json").json()
    assert (value["pairs"], value["skipped"]) == (2, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_an_encoding_changes_no_score(score, encoding):
    text = "Zoë ist müde\tZoë schläft\r\nKöln grüßt\tÅse fährt\r\nplain\tÜbung\r\n"
    expected = score(text, "--json").json()["scores"]
    assert score(text.encode(encoding), "--json").json()["scores"] == expected


def test_a_code_page_is_told(score):
    ended = score("Zoë\tmüde\nKöln\tgrüßt\n".encode("cp1252"))
    assert ended.code == 0
    assert "not UTF-8" in ended.err


def test_texts_with_escape_sequences_are_scored_and_never_shown(score):
    ended = score("\x1b[2Ja\t\x1b]0;title\x07b\nx\ty\t\x1b[31mred\n")
    assert ended.out.count("\n") == 1
    assert "\x1b" not in ended.out + ended.err


def test_zero_bytes_are_part_of_a_text(score):
    assert score(b"a\0b\tc\nd\te\n", "--json").json()["pairs"] == 2


def test_a_very_long_line_is_scored(score):
    assert score(f"{'word ' * 40_000}\tword\n", "--json").json()["pairs"] == 1


def test_a_huge_line_is_passed_over(score):
    value = score(f"a\tb\n{'x' * (2 << 20)}\ty\nc\td\n", "--json").json()
    assert value["pairs"] == 2
    assert value["skipped"] == [{"line": 2, "reason": "longer than 1 MiB"}]


def test_empty_file_gives_no_scores(score):
    value = score(b"", "--json").json()
    assert (value["pairs"], value["scores"], value["skipped"]) == (0, [], [])


def test_a_folder_is_no_file(cli, tmp_path, tiny_encoder):
    ended = cli("score", "--file", tmp_path, "--model", tiny_encoder)
    assert (ended.code, ended.out) == (2, "")


def test_many_scores_are_one_json_object(score):
    value = score("a\tb\nc\tcd\n" * 5000, "--json").json()
    assert len(value["scores"]) == value["pairs"] == 10_000
    assert len(set(value["scores"])) == 2


def test_a_line_scores_what_the_pair_scores_alone(cli, default_encoder, graded):
    value = cli("score", "--file", graded, "--columns", "2,3,1", "--json").json()
    rows = [line.split("\t") for line in graded.read_text().splitlines()]
    for i in (0, 17, len(rows) - 1):
        alone = cli("score", *rows[i][1:], "--json").json()["score"]
        assert value["scores"][i] == pytest.approx(alone, abs=1e-4)


def test_spearman_is_that_of_eval(cli, default_encoder, graded):
    value = cli("score", "--file", graded, "--columns", "2,3,1", "--json").json()
    sts = cli("eval", "sts", graded, "--json").json()
    pairs = cli("eval", "pairs", graded, "--columns", "2,3,1", "--json").json()
    assert 100 * value["spearman"] == pytest.approx(sts["avg"], abs=0.01)
    assert value["spearman"] == pytest.approx(pairs["spearman"], abs=1e-4)


def test_auc_is_that_of_eval(cli, default_encoder, tmp_path):
    path = tmp_path / "classes.tsv"
    path.write_text(
        "a cat\ta kitten\t1\na cat\tthe law\t0\na dog\ta puppy\t1\na dog\ta tax\t0\nsea\tlaw\t1\n"
    )
    value = cli("score", "--file", path, "--json").json()
    assert value["auc"] == pytest.approx(cli("eval", "pairs", path, "--json").json()["auc"])
    assert f"AUC {value['auc']:.4f}" in cli("score", "--file", path).err


def test_swapped_columns_give_the_same_scores(cli, default_encoder, graded):
    one = cli("score", "--file", graded, "--columns", "2,3,1", "--json").json()
    assert cli("score", "--file", graded, "--columns", "3,2,1", "--json").json() == one


def test_progress_on_a_terminal_goes_to_standard_error(jtcse_process, tiny_encoder, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"text {i}\tother {i}\n" for i in range(4000)))
    leader, follower = pty.openpty()
    try:
        with jtcse_process(
            "score", "--file", path, "--model", tiny_encoder, stderr=follower
        ) as process:
            out, _ = process.communicate(timeout=60)
        os.close(follower)
        drawn = os.read(leader, 1 << 16).decode()
    finally:
        os.close(leader)
    assert out.count(b"\n") == 4000
    assert b"\x1b" not in out
    assert "pairs/s" in drawn
    assert "left" in drawn


def test_a_closed_pipe_ends_it_quietly(jtcse_process, tiny_encoder, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tb\n" * 200_000)
    with jtcse_process("score", "--file", path, "--model", tiny_encoder) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_interrupted_while_standard_input_waits(jtcse_process, tiny_encoder):
    import signal
    import time

    with jtcse_process("score", "--file", "-", "--model", tiny_encoder) as process:
        process.stdin.write(b"a\tb\n")
        process.stdin.flush()
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stderr.read().decode().splitlines() == ["jtcse: interrupted"]


def test_plot_of_a_file_with_gold(score, tmp_path):
    picture = tmp_path / "out.png"
    ended = score("a\tb\t1\nc\tcd\t2\n", "--plot", picture)
    assert (ended.code, ended.out.count("\n")) == (0, 2)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_plot_without_gold_shows_how_scores_are_spread(score, tmp_path):
    picture = tmp_path / "out.svg"
    assert score("a\tb\nc\tcd\n", "--plot", picture).code == 0
    assert ET.parse(picture).getroot().tag.endswith("svg")


def test_plot_of_a_matrix_with_any_texts(cli, tiny_encoder, tmp_path):
    texts, picture = tmp_path / "texts.txt", tmp_path / "out.svg"
    texts.write_text("costs $5 and $x^\n漢字 \x1b[31m\nplain\n")
    ended = cli("score", "--matrix", texts, "--model", tiny_encoder, "--plot", picture, "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["rows"][2] == "plain"
    assert ET.parse(picture).getroot().tag.endswith("svg")


def test_plot_of_another_format_is_refused_before_anything_is_scored(score, tmp_path):
    ended = score("a\tb\n", "--plot", tmp_path / "out.bmp")
    assert (ended.code, ended.out) == (2, "")
    assert ".png" in ended.err


def test_plot_in_a_folder_that_is_not_there_is_refused_before_anything_is_scored(score, tmp_path):
    ended = score("a\tb\n", "--plot", tmp_path / "absent" / "out.png")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"jtcse: {tmp_path / 'absent'} is no folder; make it, or draw elsewhere\n"


def test_a_plot_that_cannot_be_written(score, tmp_path):
    (tmp_path / "out.png").mkdir()
    ended = score("a\tb\n", "--plot", tmp_path / "out.png")
    assert ended.code == 1
    assert ended.err.endswith("Is a directory; a folder stands there; choose another name\n")


def test_a_pair_makes_no_picture(cli, tmp_path):
    assert cli("score", "a", "b", "--plot", tmp_path / "out.png").code == 2


def test_missing_matplotlib_is_named(jtcse, tiny_encoder, tmp_path):
    (tmp_path / "hidden" / "matplotlib").mkdir(parents=True)
    (tmp_path / "hidden" / "matplotlib" / "__init__.py").write_text("raise ImportError")
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("a\tb\n")
    ended = jtcse(
        "score", "--file", pairs, "--model", tiny_encoder, "--plot", tmp_path / "out.png",
        environment={"PYTHONPATH": f"{tmp_path / 'hidden'}:{ROOT}"},
    )  # fmt: skip
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert "pip install" in ended.err
