"""Sets of ids as arrays.

`np.unique`, and `np.isin` by way of it, import `numpy.ma` when they are first called: 15 ms of a
search from a shell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def distinct(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each of the ids (n,) once, ascending."""
    ordered = np.sort(ids)
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def among(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return of each of the ids (n,) whether it is one of those wanted (m,)."""
    if not len(wanted):
        return np.zeros(len(ids), dtype=np.bool_)
    ordered = np.sort(wanted)
    places = np.searchsorted(ordered, ids)
    found: NDArray[np.bool_] = ordered[np.minimum(places, len(ordered) - 1)] == ids
    return found
