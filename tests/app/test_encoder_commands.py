"""From a text file to a working search with one's own encoder, by commands alone."""

# ruff: noqa: F811 - fixtures of another folder, imported and then named as arguments
import json
from pathlib import Path

import pytest

from app.settings import load_settings
from tests.app.tiny_encoder import write_tiny_encoder
from tests.jtcse_core.conftest import (  # noqa: F401 - fixtures
    checkpoint,
    corpus,
    dev,
    make_checkpoint,
    other_checkpoint,
)
from tests.jtcse_core.tiny import SENTENCES

pytestmark = pytest.mark.torch

FAST = "--set batch_size=8 --set max_length=12 --set log_every=5 --set eval_every=5 --cpu".split()


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JTCSE_THREADS", "1")  # tests run side by side; threads would only wait


@pytest.fixture
def encoders(tmp_path):
    """Two installed encoders, `first` and `second`."""
    home = tmp_path / "user" / "jtcse" / "encoders"
    for seed, name in enumerate(("first", "second")):
        write_tiny_encoder(home / name, seed)
    return home


def test_a_text_file_becomes_an_encoder_that_scores(cli, checkpoint, other_checkpoint, corpus, dev):
    for name, base in (("one", checkpoint), ("two", other_checkpoint)):
        ended = cli("train", corpus, "-o", name, "--base", base, "--steps", 5, "--dev", dev, *FAST)
        assert (ended.code, ended.err.count("dev Spearman")) == (0, 2), ended.err
        assert ended.out.startswith(f"{name}: step 5 of 5 kept, dev Spearman")
    twin = ("--objective", "jtcse", "--base", "one", "--second-base", "two")
    assert cli("train", corpus, "-o", "twin", *twin, "--steps", 5, *FAST).code == 0
    taught = cli("distill", "twin", "-o", "student", "--corpus", corpus, "--steps", 5, *FAST)
    assert taught.code == 0, taught.err
    compared = cli("eval", "sts", dev, "--compare", "twin", "student", "--json").json()
    assert set(compared["differences"]) == {"dev"}
    assert cli("export", "student", "mine").code == 0
    assert cli("models", "show", "mine", "--json").json()["encoder"]["recipe"]["kind"] == "distill"
    assert cli("models", "use", "./mine").code == 0
    Path("docs").mkdir()
    for i, sentence in enumerate(SENTENCES[:12]):
        Path("docs", f"{i}.txt").write_text(sentence)
    assert cli("index", "docs").code == 0
    hits = cli("search", SENTENCES[3], "--mode", "dense", "--json").json()["hits"]
    assert Path(hits[0]["path"]).name == "3.txt"


def test_what_a_run_did_is_told_as_json(cli, checkpoint, corpus):
    ended = cli("train", corpus, "-o", "out", "--base", checkpoint, "--steps", 2, "--json", *FAST)
    report = ended.json()
    assert (ended.code, report["steps"], report["dev_spearman"]) == (0, 2, None)


def test_resuming_needs_no_settings_again(cli, checkpoint, corpus):
    assert cli("train", corpus, "-o", "out", "--base", checkpoint, "--steps", 2, *FAST).code == 0
    ended = cli("train", corpus, "-o", "out", "--resume", "--cpu")
    assert (ended.code, "going on from step 2" in ended.err) == (0, True), ended.err


def test_a_collection_is_a_corpus(cli, checkpoint, encoders):
    Path("docs").mkdir()
    Path("docs", "all.txt").write_text(". ".join(f"{s.capitalize()}" for s in SENTENCES) + ".")
    cli("models", "use", "first")
    assert cli("index", "docs", "-c", "notes").code == 0
    ended = cli("train", "-c", "notes", "-o", "out", "--base", checkpoint, "--steps", 2, *FAST)
    assert ended.code == 0, ended.err
    data = json.loads(Path("out/run/data.json").read_text())
    assert data["sources"] == {"notes": len(SENTENCES)}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("train absent.txt -o out --base CHECKPOINT", 2, "absent.txt does not exist"),
        ("train -o out", 2, "give a corpus or a collection"),
        ("train corpus.txt -o out --base nowhere-at-all", 3, "no folder nowhere-at-all"),
        ("train corpus.txt -o out --preset nonsense", 2, "unknown preset"),
        ("train corpus.txt -o out --set learning_rat=1", 2, "did you mean learning_rate?"),
        ("train corpus.txt -o out --set nothing", 2, "NAME=VALUE"),
        ("train one.txt -o out --base CHECKPOINT --set max_length=12", 1, "1 distinct sentences"),
        ("train empty.txt -o out --base CHECKPOINT", 1, "no sentence"),
        (
            "train corpus.txt -o corpus.txt --base CHECKPOINT --set max_length=12",
            2,
            "not a training run",
        ),
        ("train -c none -o out --base CHECKPOINT", 3, "no collection 'none'"),
        ("distill nowhere-at-all -o out --corpus corpus.txt", 3, "no folder nowhere-at-all"),
        ("eval sts dev.tsv --model nowhere-at-all", 3, "no folder nowhere-at-all"),
        ("eval sts absent", 2, "does not exist"),
        ("eval sts dev.tsv --model CHECKPOINT --plot x.txt", 2, "no picture"),
        ("eval pairs absent.tsv --model CHECKPOINT", 2, "absent.tsv: No such file"),
        ("models show nowhere-at-all", 3, "no encoder named"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_code(
    cli, corpus, dev, checkpoint, arguments, code, words
):
    Path("one.txt").write_text("only this\n")
    Path("empty.txt").write_text("\n")
    ended = cli(*(a.replace("CHECKPOINT", str(checkpoint)) for a in arguments.split()))
    assert (ended.code, ended.out) == (code, ""), ended.err
    assert words in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_two_published_towers_are_measured_with_one_command(cli, checkpoint, other_checkpoint, dev):
    spec = f"{checkpoint} + {other_checkpoint}"
    ended = cli("eval", "sts", dev, "--model", spec, "--pooling", "cls", "--json")
    report = ended.json()
    assert (ended.code, report["avg"]) == (0, report["tasks"]["dev"])


def test_a_checkpoint_or_ensemble_is_measured_on_retrieval_too(cli, checkpoint, other_checkpoint):
    folder = Path("beir")
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": str(i), "title": "", "text": text} for i, text in enumerate(SENTENCES[:9])]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": SENTENCES[4]}))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t4\t1\n")
    for spec in (str(checkpoint), f"{checkpoint} + {other_checkpoint}"):
        ended = cli("eval", "retrieval", folder, "--mode", "dense", "--model", spec, "--json")
        assert ended.code == 0, ended.err
        assert ended.json()["ndcg@10"] == 1.0


def test_pairs_with_classes_have_all_measures(cli, checkpoint):
    couples = zip(SENTENCES[:40], SENTENCES[40:80], strict=True)
    rows = [f"{i % 2}\t{a}\t{a if i % 2 else b}" for i, (a, b) in enumerate(couples)]
    Path("p.tsv").write_text("\n".join(["label\ta\tb", *rows]) + "\n")
    ended = cli(
        "eval", "pairs", "p.tsv", "--columns", "2,3,1", "--header", "--model", checkpoint, "--json"
    )
    assert ended.code == 0, ended.err
    assert set(ended.json()) == {
        "model", "pairs", "spearman", "auc", "average_precision", "f1", "threshold"
    }  # fmt: skip
    assert (ended.json()["pairs"], ended.json()["auc"]) == (40, 1.0)


def test_a_comparison_is_drawn(cli, checkpoint, other_checkpoint, dev):
    ended = cli("eval", "sts", dev, "--compare", checkpoint, other_checkpoint, "--plot", "p.svg")
    assert ended.code == 0
    assert "95 % interval" in ended.out
    assert Path("p.svg").stat().st_size > 1000


def test_using_an_encoder_sets_it_and_says_what_collections_cost(cli, encoders):
    Path("docs").mkdir()
    for i, sentence in enumerate(SENTENCES[:12]):
        Path("docs", f"{i}.txt").write_text(sentence)
    assert cli("models", "use", "first").code == 0
    config = encoders.parent / "config.toml"
    assert load_settings(config).settings.encoder == "first"
    assert cli("index", "docs").code == 0
    used = cli("models", "use", "second")
    assert (used.code, "default: 12 passages to encode again" in used.out) == (0, True)
    before = cli("collections", "show", "default", "--json").json()["encoder"]
    moved = cli("models", "use", "second", "-c", "default", "--yes", "--json").json()
    after = cli("collections", "show", "default", "--json").json()["encoder"]
    assert moved["moved"] is True
    assert before["fingerprint"] != after["fingerprint"]
    hits = cli("search", SENTENCES[3], "--mode", "dense", "--json").json()["hits"]
    assert Path(hits[0]["path"]).name == "3.txt"
    assert cli("collections", "list", "--json").json()[0]["name"] == "default"


def test_moving_to_an_encoder_needs_a_yes(cli, encoders):
    Path("a.txt").write_text(SENTENCES[0])
    cli("models", "use", "first")
    cli("index", "a.txt")
    ended = cli("models", "use", "second", "-c", "default")
    assert "--yes" in ended.out
    assert cli("search", "cat").code == 0


def test_choosing_an_encoder_leaves_other_settings_alone(cli, encoders):
    config = encoders.parent / "config.toml"
    config.write_text('# mine\nthreads = 1\nencoder = "first"\n\n[search]\nlimit = 3\n')
    assert cli("models", "use", "second").code == 0
    assert config.read_text() == (
        '# mine\nthreads = 1\nencoder = "second"\n\n[search]\nlimit = 3\n'
    )


def test_installed_encoders_are_listed_and_shown(cli, encoders):
    cli("models", "use", "second")
    listed = {e["name"]: e for e in cli("models", "list", "--json").json()}
    assert (listed["first"]["current"], listed["second"]["current"]) == (False, True)
    assert cli("models", "show", "first", "--json").json()["encoder"]["dim"] == 32
    assert "pooling  mean" in cli("models", "show", "first").out
    assert "second" in cli("models", "list").out


@pytest.mark.parametrize("dev", [{"spearman": "high"}, {"pearson": 0.8}, [0.8], None])
def test_scores_that_a_card_tells_another_way_are_left_out_of_the_list(cli, encoders, dev):
    card = encoders / "second" / "encoder.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), "scores": {"dev": dev}}))
    assert "second" in cli("models", "list").out
