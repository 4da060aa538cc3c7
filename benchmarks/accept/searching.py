"""The search on real documents and on a public collection."""

from __future__ import annotations

import csv
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.benching import read_cases, run_bench
from app.evaluation import evaluate_retrieval
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from benchmarks.accept.claim import Claim, at_least
from benchmarks.no_match import measure as measure_no_match
from indexes.types import MODES, Mode, Request, Root

COLLECTIONS = ("cranfield", "scifact", "xquad-en", "cosqa", "stackfaq")
SCIFACT_FLOORS: dict[Mode, float] = {"dense": 0.63, "lexical": 0.65}
FOLDERS = ("peps", "rust-book", "flask", "git", "kubernetes-community", "eips", "aria-practices")
QUESTIONS = Path(__file__).parent / "questions.tsv"
WITHIN = 3
FOREIGN_FOLDERS = ("tldr", "udhr", "flask")
FOREIGN = Path(__file__).parent / "foreign.tsv"
FOREIGN_FLOORS: dict[Mode, int] = {"hybrid": 15, "dense": 0, "lexical": 15}
FLOORS: dict[Mode, int] = {"hybrid": 17, "dense": 14, "lexical": 0}


def questions(data: Path, scratch: Path) -> Iterator[Claim]:
    """Ask paraphrased questions of seven documentation folders."""
    docs = _unpack(data, scratch, FOLDERS)
    session = Session(find_paths(scratch / "home"), Settings())
    roots = [Root(docs / name) for name in FOLDERS]
    report = session.index(roots, "docs")
    yield at_least("documents of seven folders indexed without a crash", report.added, 1000)
    again = session.index(roots, "docs")
    yield Claim(
        "indexing again with nothing changed encodes nothing",
        str(again.encoded),
        "0",
        again.encoded == 0 and again.unchanged == report.added,
    )
    with QUESTIONS.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    for mode in MODES:
        missed = tuple(_missed(session, rows, mode))
        found = len(rows) - len(missed)
        what = f"of {len(rows)} questions, those answered in the first {WITHIN}, {mode}"
        yield at_least(what, found, FLOORS[mode], missed)
    session.close()


def _missed(session: Session, rows: list[dict[str, str]], mode: Mode) -> Iterator[str]:
    for row in rows:
        hits = session.search(Request(row["question"], mode, 10), ["docs"]).hits
        rank = next((hit.rank for hit in hits if hit.path.endswith(row["document"])), None)
        if rank is None or rank > WITHIN:
            place = f"rank {rank}" if rank else "not in the first 10"
            yield f"{row['document']} ({place}): {row['question']}"


def retrieval(data: Path, scratch: Path) -> Iterator[Claim]:
    """Measure the modes on five collections: the default is good, and loses neither side."""
    session = Session(find_paths(scratch / "home"), Settings())
    ndcg: dict[str, dict[Mode, float]] = {}
    for name in COLLECTIONS:
        reports = evaluate_retrieval(session, data / "retrieval" / name, MODES)
        ndcg[name] = {report.mode: round(report.scores.ndcg_10, 4) for report in reports}
    session.close()
    for mode, floor in SCIFACT_FLOORS.items():
        yield at_least(f"nDCG@10 on SciFact, {mode}", ndcg["scifact"][mode], floor)
    detail = tuple(
        f"{name}: " + ", ".join(f"{mode} {value}" for mode, value in of.items())
        for name, of in ndcg.items()
    )
    mean = sum(of["hybrid"] for of in ndcg.values()) / len(ndcg)
    yield at_least("nDCG@10, hybrid, mean of five collections", round(mean, 4), 0.725, detail)
    gains = [of["hybrid"] - max(of["dense"], of["lexical"]) for of in ndcg.values()]
    least = round(min(gains), 4)
    yield at_least("hybrid against the better of its sides, where it gains least", least, -0.01)
    better = sum(gain > 0 for gain in gains)
    yield at_least("collections where hybrid is above both its sides", better, 3)


def foreign(data: Path, scratch: Path) -> Iterator[Claim]:
    """Ask in Russian, Korean and Chinese, of which the encoder knows nothing."""
    docs = _unpack(data, scratch, FOREIGN_FOLDERS)
    session = Session(find_paths(scratch / "home"), Settings())
    session.index([Root(docs / name) for name in FOREIGN_FOLDERS], "docs")
    with FOREIGN.open("rb") as stream:
        cases = read_cases(stream).cases
    for mode in MODES:
        report = run_bench(session, cases, ["docs"], mode, WITHIN)
        missed = tuple(f"{r.case.query}: {r.why}" for r in report.results if r.rank is None)
        what = f"of {len(cases)} foreign queries, those answered in the first {WITHIN}, {mode}"
        yield at_least(what, report.found, FOREIGN_FLOORS[mode], missed)
    session.close()


def no_match(data: Path, scratch: Path) -> Iterator[Claim]:
    """Tell queries that have an answer from those that have none."""
    told = measure_no_match(data / "retrieval", scratch / "home", queries=2000)
    detail = tuple(f"{name}: {t.others:.3f}, {t.removed:.3f}" for name, t in told.items())
    yield at_least(
        "area under the ROC curve of the best score, own queries against other collections'",
        round(min(one.others for one in told.values()), 3),
        0.98,
        detail,
    )
    yield at_least(
        "the same against the own queries with their documents taken out, mean of five",
        round(sum(one.removed for one in told.values()) / len(told), 4),
        0.74,
    )


def _unpack(data: Path, scratch: Path, folders: Sequence[str]) -> Path:
    with tarfile.open(data / "docs.tar.xz") as archive:
        wanted = (
            member
            for member in archive
            if member.name.split("/")[1:2] and member.name.split("/")[1] in folders
        )
        archive.extractall(scratch, wanted, filter="data")
    return scratch / "docs"
