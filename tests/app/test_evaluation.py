"""Retrieval evaluation: the figures of a collection small enough to reckon by hand."""

import json
import math
from pathlib import Path

import pytest

from app.evaluation import evaluate_retrieval
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from jtcse_core.errors import DataError

pytestmark = pytest.mark.encoder

DOCUMENTS = {
    "bees": ("Bees", "A hive of bees makes honey from clover."),
    "boats": ("Boats", "Raise the sail when the wind is fair."),
    "bread": ("", "Knead the dough and bake it in a hot oven."),
}


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": i, "title": t, "text": x} for i, (t, x) in DOCUMENTS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    queries = {"q1": "honey", "q2": "   ", "q3": "sailing", "q4": "unjudged"}
    (folder / "queries.jsonl").write_text(
        "\n".join(json.dumps({"_id": i, "text": text}) for i, text in queries.items())
    )
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\tbees\t2\nq1\tbread\t1\nq2\tbees\t1\nq3\tboats\t1\n"
        "q4\tbees\t0\n"
    )
    return folder


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(find_paths(tmp_path / "home"), Settings())


def test_a_blank_query_finds_nothing_and_counts(session, beir):
    (report,) = evaluate_retrieval(session, beir, ["lexical"])
    assert (report.docs, report.queries) == (3, 3)
    # q1 finds bees (2) and misses bread (1); q2 is blank; q3 finds "Raise the sail" by its stem.
    ideal = 2 + 1 / math.log2(3)
    assert report.scores.ndcg_10 == pytest.approx((2 / ideal + 0 + 1) / 3)
    assert report.scores.recall_100 == pytest.approx((0.5 + 0 + 1) / 3)
    assert report.scores.map == pytest.approx((0.5 + 0 + 1) / 3)
    assert report.scores.mrr_10 == pytest.approx((1 + 0 + 1) / 3)


def test_every_mode_is_measured_on_one_encoding(session, beir):
    reports = evaluate_retrieval(session, beir, ["hybrid", "dense", "lexical"])
    assert [report.mode for report in reports] == ["hybrid", "dense", "lexical"]
    assert reports[1].scores.recall_100 == pytest.approx(2 / 3)


def test_the_collections_of_the_session_are_not_touched(session, beir):
    evaluate_retrieval(session, beir, ["lexical"])
    assert session.catalog.names() == []


def test_a_folder_of_another_layout_is_refused(session, tmp_path):
    with pytest.raises(DataError, match=r"corpus\.jsonl"):
        evaluate_retrieval(session, tmp_path, ["lexical"])
