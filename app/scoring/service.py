"""Scoring as both faces see it: encoders and collections by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.caching import QueryCache
    from app.scoring.alignment import Alignment, Sentence
    from app.scoring.comparing import Comparison
    from app.scoring.files import PairScores, Scored
    from app.scoring.matrix import Matrix
    from app.scoring.meaning import Background
    from app.scoring.pairs import PairFile
    from app.scoring.report import FileReport
    from app.scoring.vectors import VectorCache
    from indexes.extract.sandbox import Limits
    from indexes.view import View


class Scoring:
    """Scores texts with the encoders of a session.

    Wherever an encoder is named, None is the one that the settings name.

    Args:
        encoder: Opens an encoder by name or path.
        view: Opens a collection by name.
        limits: What reading a document may cost.
    """

    def __init__(
        self,
        encoder: Callable[[str | None], QueryCache],
        view: Callable[[str], View],
        limits: Limits,
    ) -> None:
        self._encoder = encoder
        self._view = view
        self._limits = limits
        self._caches: dict[str | None, VectorCache] = {}

    def _cached(self, encoder: str | None) -> VectorCache:
        # What is typed changes a line at a time; the others are not encoded again.
        from app.scoring.vectors import VectorCache

        if encoder not in self._caches:
            self._caches[encoder] = VectorCache(self._encoder(encoder))
        return self._caches[encoder]

    def compare(
        self, a: str, b: str, encoder: str | None = None, *, words: bool = True
    ) -> Comparison:
        """Compare two texts closely; see `app.scoring.comparing.compare`."""
        from app.scoring.comparing import compare

        return compare(self._encoder(encoder), a, b, words=words)

    def report(
        self,
        path: Path,
        columns: tuple[int, ...] | None = None,
        header: bool = False,
        *,
        on_progress: Callable[[Scored], None] = lambda scored: None,
    ) -> FileReport:
        """Score a file of pairs and report it; see `app.scoring.report.report_file`."""
        from app.scoring.report import report_file

        return report_file(self, path, columns, header, on_progress=on_progress)

    def score(
        self, pairs: Sequence[tuple[str, str]], encoder: str | None = None
    ) -> NDArray[np.float32]:
        """Return the cosine of each of n pairs, float32 (n,); equal texts are encoded once."""
        texts = [text for pair in pairs for text in pair]
        vectors = self._encoder(encoder).encode(texts)
        cosines: NDArray[np.float32] = (vectors[0::2] * vectors[1::2]).sum(axis=1)
        return cosines

    def cut(self, texts: Sequence[str] | int, encoder: str | None = None) -> str:
        """Say how many texts, or such a count, are not read to their end; empty when none."""
        from app.scoring.cut import long_texts, note_of_texts

        opened = self._encoder(encoder)
        count = texts if isinstance(texts, int) else len(long_texts(opened, texts))
        return note_of_texts(opened, count)

    def cut_of_pair(self, a: str, b: str, encoder: str | None = None) -> str:
        """Say which of two texts an encoder does not read to its end; empty when none."""
        from app.scoring.cut import note_of_pair

        return note_of_pair(self._encoder(encoder), a, b)

    def file(
        self,
        pairs: PairFile,
        encoder: str | None = None,
        *,
        on_scores: Callable[[NDArray[np.float32]], None] = lambda scores: None,
        on_progress: Callable[[Scored], None] = lambda scored: None,
    ) -> PairScores:
        """Score a file of pairs in bounded memory; see `app.scoring.files.score_file`."""
        from app.scoring.cut import long_texts
        from app.scoring.files import score_file

        opened = self._encoder(encoder)

        def count_cut(texts: Sequence[str]) -> int:
            return len(long_texts(opened, texts))

        return score_file(
            opened, pairs, on_scores=on_scores, on_progress=on_progress, count_cut=count_cut
        )

    def matrix(
        self, rows: Sequence[str], columns: Sequence[str], encoder: str | None = None
    ) -> Matrix:
        """Return the cosines of all rows with all columns, to be taken in blocks."""
        from app.scoring.matrix import make_matrix

        return make_matrix(self._cached(encoder), rows, columns)

    def sentences(self, path: Path) -> list[Sentence]:
        """Read a document's sentences; see `app.scoring.alignment.read_sentences`."""
        from app.scoring.alignment import read_sentences

        return read_sentences(path, self._limits)

    def align(
        self,
        a: Sequence[Sentence],
        b: Sequence[Sentence],
        encoder: str | None = None,
        *,
        threshold: float | None = None,
    ) -> Alignment:
        """Match the sentences of two documents; see `app.scoring.alignment.align`.

        Args:
            threshold: The lowest cosine of a match; None for what the encoder's background
                calls related.
        """
        from app.scoring.alignment import DEFAULT_THRESHOLD, align

        if threshold is None:
            background = self.background(encoder)
            threshold = DEFAULT_THRESHOLD if background is None else background.related_from
        return align(self._cached(encoder), a, b, threshold)

    def background(
        self, encoder: str | None = None, collection: str | None = None
    ) -> Background | None:
        """Return what cosines are compared with to say what they mean.

        Args:
            encoder: The encoder that gives the cosines.
            collection: Compare with the pairs of its passages; None for the reference set
                of the encoder, which an encoder may lack.

        Raises:
            UsageError: The collection is too small.
            CollectionNotFound: It does not exist.
            EncoderMismatch: It was made with another encoder.
        """
        from app.scoring.meaning import card_background, collection_background

        opened = self._encoder(encoder)
        if collection is None:
            return card_background(opened.background)
        reader = self._view(collection).reader
        row = reader.encoder()
        if row is None:
            raise UsageError(f"collection {collection!r} is empty", "index something into it")
        if row.fingerprint != opened.fingerprint:
            from indexes.errors import mismatch

            raise mismatch(collection, row.name, row.fingerprint, opened)
        return collection_background(reader, row, collection)
