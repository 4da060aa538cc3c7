"""A matrix as a file: a picture, JSON or CSV, by the ending of its name."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

from app.writing import check_new, new_file

if TYPE_CHECKING:
    from app.scoring.matrix import Matrix

PICTURES = (".png", ".svg", ".pdf")
ENDINGS = (".csv", ".json", *PICTURES)
DIGITS = 6


def save_matrix(path: Path, matrix: Matrix) -> None:
    """Write a matrix to a new file, as its shell command would.

    Raises:
        UsageError: The ending is none of `ENDINGS`, the file exists, or its folder does not.
        OutputError: It cannot be written.
        CoreError: The picture cannot be made.
    """
    check_new(path, ENDINGS)
    ending = path.suffix.lower()
    if ending in PICTURES:
        from app.scoring.pictures import draw_matrix

        draw_matrix(path, matrix)
        return
    with new_file(path, errors="surrogateescape") as stream:
        if ending == ".json":
            scores = [[round(v, DIGITS) for v in row.tolist()] for row in matrix.scored_rows()]
            told = {"rows": matrix.rows, "columns": matrix.columns, "scores": scores}
            json.dump(told, stream, ensure_ascii=False)
            return
        writer = csv.writer(stream)
        writer.writerow(("", *matrix.columns))
        for text, row in zip(matrix.rows, matrix.scored_rows(), strict=True):
            writer.writerow([text, *(f"{v:.{DIGITS}f}" for v in row.tolist())])
