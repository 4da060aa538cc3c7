"""A folder of BEIR's layout is read as it stands, or the line that is wrong is named."""

import json
from pathlib import Path

import pytest

from jtcse_core.errors import DataError
from jtcse_core.evaluation.beir import read_beir

HEADER = "query-id\tcorpus-id\tscore\n"


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    documents = [{"_id": "d1", "title": "Bees", "text": "honey"}, {"_id": "d2"}]
    queries = [{"_id": "q1", "text": "bees"}, {"_id": "q2", "text": " "}]
    for name, rows in (("corpus", documents), ("queries", queries)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text)
    return judge(tmp_path, HEADER + "q1\td1\t2\nq2\td2\t1\n")


def judge(folder: Path, lines: str) -> Path:
    (folder / "qrels" / "test.tsv").write_text(lines)
    return folder


def test_documents_queries_and_grades_are_read(beir: Path) -> None:
    data = read_beir(beir)
    assert [(d.id, d.title, d.text) for d in data.documents] == [
        ("d1", "Bees", "honey"),
        ("d2", "", ""),
    ]
    assert data.queries == {"q1": "bees", "q2": " "}
    assert data.relevance == {"q1": {"d1": 2}, "q2": {"d2": 1}}


def test_judgements_without_a_header_lose_no_line(beir: Path) -> None:
    data = read_beir(judge(beir, "q1\td1\t2\nq2\td2\t1\n"))
    assert data.relevance == {"q1": {"d1": 2}, "q2": {"d2": 1}}


@pytest.mark.parametrize("header", [HEADER, "qid\tdocid\trel\n", "\ufeffquery-id\tid\tscore\r\n"])
def test_a_header_is_known_by_what_it_is_not(beir: Path, header: str) -> None:
    data = read_beir(judge(beir, header + "q1\td1\t1\n"))
    assert data.relevance == {"q1": {"d1": 1}}


def test_grades_may_be_written_with_a_point_and_be_below_nothing(beir: Path) -> None:
    data = read_beir(judge(beir, "q1\td1\t2.0\nq1\td2\t-1\n"))
    assert data.relevance == {"q1": {"d1": 2, "d2": -1}}


@pytest.mark.parametrize("grade", ["inf", "nan", "0.5", "many", "", "1e400"])
@pytest.mark.parametrize("before", ["", HEADER, HEADER + "q2\td2\t1\n"])
def test_a_grade_that_is_no_whole_number_is_named(beir: Path, grade: str, before: str) -> None:
    number = before.count("\n") + 1
    with pytest.raises(DataError, match=rf"test\.tsv:{number}: '{grade}' is no whole number"):
        read_beir(judge(beir, f"{before}q1\td1\t{grade}\n"))


def test_a_judgement_of_fewer_fields_is_named(beir: Path) -> None:
    with pytest.raises(DataError, match=r"test\.tsv:2 has 2 of 3 fields"):
        read_beir(judge(beir, HEADER + "q1\td1\n"))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('{"_id": "q9"}', "has no text"),
        ('{"_id": "q9", "text": null}', "has no text"),
        ('{"text": "bees"}', "has no _id"),
        ("[1]", "has no _id"),
        ("{broken", "is not JSON"),
    ],
)
def test_a_query_that_cannot_be_used_is_named(beir: Path, row: str, says: str) -> None:
    with (beir / "queries.jsonl").open("a") as stream:
        stream.write(row + "\n")
    with pytest.raises(DataError, match=rf"queries\.jsonl:3 {says}"):
        read_beir(beir)


def test_a_file_that_is_missing_is_named(beir: Path) -> None:
    (beir / "corpus.jsonl").unlink()
    with pytest.raises(DataError, match=r"corpus\.jsonl cannot be read"):
        read_beir(beir)
