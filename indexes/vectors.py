"""Rows of vectors as a matrix, each row tested against its checksum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from indexes.errors import BadVectors, Damaged
from indexes.rows import vector_checksum

if TYPE_CHECKING:
    from numpy.typing import NDArray


def collect_vectors(
    rows: Iterable[tuple[int, object, int]], dim: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return text ids (n,), ascending, and vectors (n, dim) of rows of id, vector, checksum.

    Raises:
        Damaged: A row is not what was written.
    """
    ids: list[int] = []
    blobs: list[bytes] = []
    for text_id, vector, checksum in rows:
        if (
            not isinstance(vector, bytes)
            or len(vector) != 4 * dim
            or checksum != vector_checksum(text_id, vector)
        ):
            raise Damaged(f"the vector of text {text_id} is damaged", "see: jtcse verify")
        ids.append(text_id)
        blobs.append(vector)
    matrix = np.frombuffer(b"".join(blobs), dtype=np.float32).reshape(len(ids), dim)
    keys = np.array(ids, dtype=np.int64)
    if len(keys) > 1 and (np.diff(keys) < 0).any():
        order = np.argsort(keys, kind="stable")
        return keys[order], matrix[order]
    return keys, matrix


def check_finite(vectors: NDArray[np.float32], encoder: str) -> None:
    """Refuse vectors (n, dim) that are not finite numbers, naming the encoder.

    Raises:
        BadVectors: Some are not.
    """
    broken = int((~np.isfinite(vectors).all(axis=1)).sum())
    if broken:
        raise BadVectors(
            f"encoder {encoder} gave vectors that are not finite for {broken} of {len(vectors)} "
            "texts",
            "choose another encoder: jtcse models list",
        )
