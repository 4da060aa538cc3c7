# ruff: noqa: F811 - fixtures of another folder, imported and then named as arguments
"""One file becomes one table, and what was done is not done again."""

import json

import pytest

from benchmarks.experiments import as_markdown, read_plan, run_experiment
from jtcse_core.errors import ConfigError
from tests.jtcse_core.conftest import checkpoint, corpus, dev, make_checkpoint  # noqa: F401

pytestmark = pytest.mark.torch


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


PLAN = """
corpus = ["corpus.txt"]
dev = "dev.tsv"
sts = "dev.tsv"
retrieval = ["beir"]
seeds = [1, 2]

[shared]
base = "{base}"
steps = 2
batch_size = 8
max_length = 12
temperature = 0.1

[variants.untrained]
measure = "{base}"

[variants.plain]

[variants.cropped]
augmentations = ["crop:0.5"]

[variants.twin]
objective = "jtcse"
base = "@plain"
second_base = "@cropped"

[variants.student]
base = ""
distill = ["@twin"]
"""


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": str(i), "title": "", "text": t} for i, t in enumerate(["a cat", "a dog ran"])]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "cat"}))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t0\t1\n")
    return folder


def test_variants_and_seeds_become_one_table(tmp_path, checkpoint, corpus, dev, beir):
    (tmp_path / "plan.toml").write_text(PLAN.format(base=checkpoint))
    plan = read_plan(tmp_path / "plan.toml")
    said: list[str] = []
    rows = run_experiment(plan, tmp_path / "out", said.append)
    assert len(rows) == 10
    table = as_markdown(rows).splitlines()
    assert [line.split(" | ")[0] for line in table[2:]] == [
        "| untrained", "| plain", "| cropped", "| twin", "| student"
    ]  # fmt: skip
    assert "beir nDCG@10" in table[0]
    assert " ± " in table[3]
    said.clear()
    assert run_experiment(plan, tmp_path / "out", said.append) == rows
    assert said == []


@pytest.mark.parametrize(
    "text",
    [
        'corpus = ["c"]\ndev = "d"\nsts = "s"\nnonsense = 1\n[variants.a]\n',
        'corpus = ["c"]\ndev = "d"\n[variants.a]\n',
        'corpus = ["c"]\ndev = "d"\nsts = "s"\n[variants.a]\nbase = "@b"\n[variants.b]\n',
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(tmp_path, text):
    (tmp_path / "plan.toml").write_text(text)
    with pytest.raises(ConfigError):
        read_plan(tmp_path / "plan.toml")
