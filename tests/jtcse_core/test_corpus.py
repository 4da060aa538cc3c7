"""Sentences are read from whatever holds them, once each."""

import bz2
import gzip
import io
import lzma
import tarfile
from pathlib import Path

import pytest

from jtcse_core.corpus import Corpus, build_corpus, read_corpus
from jtcse_core.errors import DataError

LINES = ["The first sentence.", "The second one.", "And a third."]
TEXT = ("\n".join(LINES) + "\n").encode()


def corpus_of(*sources: list[str]) -> Corpus:
    return build_corpus((f"s{i}", lines) for i, lines in enumerate(sources))


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("c.txt", lambda data: data),
        ("c.txt.gz", gzip.compress),
        ("c.txt.bz2", bz2.compress),
        ("c.txt.xz", lzma.compress),
    ],
)
def test_plain_and_compressed_text_read_alike(tmp_path: Path, name: str, pack) -> None:
    (tmp_path / name).write_bytes(pack(TEXT))
    assert list(read_corpus([tmp_path / name]).sentences) == LINES


def make_tar(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:xz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_each_member_of_an_archive_is_a_source(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "c.tar.xz", {"a.txt": TEXT, "b.txt": b"Another.\n"})
    corpus = read_corpus([path])
    assert corpus.sizes() == {"a.txt": 3, "b.txt": 1}


def test_each_file_of_a_folder_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"Another.\n")
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / ".hidden").write_bytes(b"\0")
    assert read_corpus([tmp_path]).names == ("a.txt", "b.txt")


def test_blank_lines_and_repetitions_are_left_out() -> None:
    assert list(corpus_of(["a b", " ", "", "c"], ["c", "a  b", "d"]).sentences) == ["a b", "c", "d"]


def test_reading_stops_at_the_limit() -> None:
    corpus = build_corpus([("s", ["a", "b", "c"]), ("t", ["d"])], max_sentences=2)
    assert (list(corpus.sentences), corpus.names) == (["a", "b"], ("s",))


def test_a_neighbour_stands_in_the_same_source() -> None:
    corpus = corpus_of(["a", "b"], ["c"], ["d", "e", "f"])
    assert [corpus.neighbour(i) for i in range(6)] == [1, 0, 2, 4, 5, 4]


def test_the_fingerprint_follows_sentences_and_sources() -> None:
    prints = {
        corpus_of(["a", "b"]).fingerprint,
        corpus_of(["b", "a"]).fingerprint,
        corpus_of(["a"], ["b"]).fingerprint,
        corpus_of(["a", "c"]).fingerprint,
    }
    assert len(prints) == 4
    assert corpus_of(["a", "b"]).fingerprint in prints


def test_wrong_bytes_do_not_stop_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_bytes(b"caf\xe9 au lait\n")
    assert list(read_corpus([tmp_path / "c.txt"]).sentences) == ["caf\ufffd au lait"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("c.txt", b"", "no sentence"),
        ("c.txt", b"\n \n", "no sentence"),
        ("c.bin", b"ab\0cd\n", "binary"),
        ("c.txt.gz", b"not gzip", "cannot be read"),
        ("c.txt.gz", gzip.compress(TEXT * 99, mtime=0)[:60], "cannot be read"),
        ("c.txt.xz", lzma.compress(TEXT)[:40], "cannot be read"),
        ("c.tar.xz", b"not an archive", "cannot be read"),
    ],
)
def test_an_empty_damaged_or_binary_corpus_is_refused(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError, match=words):
        read_corpus([tmp_path / name])


def test_a_corpus_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="absent"):
        read_corpus([tmp_path / "absent.txt"])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="empty folder"):
        read_corpus([tmp_path])
