"""Graded pairs are read as they stand, and correlated over the whole file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from jtcse_core.errors import DataError
from jtcse_core.evaluation.sts import StsPair, evaluate_sts, read_sts
from jtcse_core.events import Event, StsTaskScored


class LetterEncoder:
    """Counts letters: a real encoder of a small, known kind."""

    name = "letters"
    dim = 26
    fingerprint = "letters-1"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text.lower():
                if "a" <= letter <= "z":
                    row[ord(letter) - ord("a")] += 1
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


PAIRS = [
    (5.0, "a cat sat", "a cat sat down"),
    (0.5, "a cat sat", "pigs fly over hills"),
    (3.0, "rain in the morning", "it rained in the morning"),
    (1.0, "rain in the morning", "zebra crossing"),
]


def write(path: Path, rows: list[tuple[float, str, str]]) -> Path:
    path.write_text("".join(f"{s}\t{a}\t{b}\textra\n" for s, a, b in rows), encoding="utf-8")
    return path


def test_a_line_is_a_score_and_two_sentences_and_more_is_ignored(tmp_path: Path) -> None:
    assert read_sts(write(tmp_path / "x.tsv", PAIRS))[0] == StsPair(*PAIRS[0])


def test_quotes_and_unicode_line_separators_belong_to_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text('1\t"quoted\u2028still\tb"\r\n', encoding="utf-8", newline="")
    assert read_sts(path) == [StsPair(1.0, '"quoted\u2028still', 'b"')]


@pytest.mark.parametrize("text", ["", "\n\n", "1\tonly one\n", "high\ta\tb\n", "nan\ta\tb\n"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.tsv"
    path.write_text(text)
    with pytest.raises(DataError):
        read_sts(path)


def test_the_refusal_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("1\ta\tb\noops\ta\tb\n")
    with pytest.raises(DataError, match=r"x\.tsv:2"):
        read_sts(path)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        evaluate_sts(LetterEncoder(), tmp_path)


def test_a_score_is_scipys_spearman_over_the_whole_file(tmp_path: Path) -> None:
    write(tmp_path / "T.tsv", PAIRS)
    vectors = [LetterEncoder().encode([a, b]) for _, a, b in PAIRS]
    expected = stats.spearmanr([v[0] @ v[1] for v in vectors], [s for s, _, _ in PAIRS]).statistic
    assert evaluate_sts(LetterEncoder(), tmp_path).tasks["T"] == pytest.approx(100 * expected)


def test_the_average_is_over_files_and_each_is_told(tmp_path: Path) -> None:
    write(tmp_path / "B.tsv", PAIRS)
    write(tmp_path / "A.tsv", PAIRS[:2])
    told: list[Event] = []
    report = evaluate_sts(LetterEncoder(), tmp_path, told.append)
    assert told == [
        StsTaskScored("A", report.tasks["A"], 1, 2),
        StsTaskScored("B", report.tasks["B"], 2, 2),
    ]
    assert report.avg == pytest.approx((report.tasks["A"] + report.tasks["B"]) / 2)
    assert report.model == "letters"
