"""Index runs: what is read, encoded, kept and removed."""

import os
import time
from pathlib import Path

import pytest

from indexes.collection import Collection, describe
from indexes.errors import BadVectors, Busy, EncoderMismatch, SourceMissing
from indexes.health import verify
from indexes.locking import writer_lock
from indexes.store import Store
from indexes.sync import Record
from indexes.types import Root
from tests.indexes.word_encoder import WordEncoder


def test_a_first_run_adds_everything(index, folder):
    report = index()
    assert (report.added, report.passages) == (3, 3)
    assert describe(folder).documents == 3


def test_nothing_changed_encodes_nothing(index, encoder):
    index()
    encoder.encoded.clear()
    report = index()
    assert (report.unchanged, report.added, report.updated) == (3, 0, 0)
    assert encoder.encoded == []


def test_a_touched_file_with_the_same_contents_is_unchanged(index, docs, encoder):
    index()
    encoder.encoded.clear()
    os.utime(docs / "bees.txt", (1, 1))
    assert index().unchanged == 3
    assert encoder.encoded == []


def test_only_the_changed_passages_of_a_file_are_encoded(index, docs, encoder):
    long = [f"# Part {i}\n\n{' '.join(f'word{i}x{j}' for j in range(120))}\n" for i in range(4)]
    (docs / "long.md").write_text("\n".join(long))
    index()
    encoder.encoded.clear()
    long[2] = long[2].replace("word2x5", "changed")
    (docs / "long.md").write_text("\n".join(long))
    assert index().updated == 1
    assert len(encoder.encoded) == 1
    assert "changed" in encoder.encoded[0]


def test_a_file_that_changed_within_its_time_stamp_is_noticed(index, docs, ask):
    index()
    stamp = (docs / "bees.txt").stat()
    (docs / "bees.txt").write_text("A hive of ants makes honey from clover.\n"[: stamp.st_size])
    os.utime(docs / "bees.txt", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    index()
    assert ask("ants", "lexical").hits


def test_a_file_that_changed_after_it_was_read_is_noticed(docs, folder, monkeypatch, ask):
    """It counts when the file was read, not when that was written, which can be much later."""
    file = docs / "bees.txt"
    written = time.time_ns() + 5 * 10**9
    os.utime(file, ns=(written, written))

    class Slow(WordEncoder):
        def encode(self, texts, reached=None):
            if any("honey" in text for text in texts):
                later(monkeypatch, 20)
                rewrite(file, "honey", "amber")
            return super().encode(texts, reached)

    Collection(folder).index([Root(docs)], Slow())
    assert Collection(folder).index([Root(docs)], WordEncoder()).updated == 1
    assert ask("amber", "lexical").hits


def test_a_file_that_was_written_just_before_is_read_once_more_and_no_more(
    index, docs, monkeypatch
):
    index()
    later(monkeypatch, 20)
    assert index().unchanged == 3
    rewrite(docs / "bees.txt", "honey", "amber")  # which only reading could tell
    assert index().unchanged == 3


def test_a_skipped_file_that_changed_within_its_time_stamp_is_noticed(index, docs, ask):
    file = docs / "late.txt"
    file.write_bytes(b"\0" * 14)
    index()
    stamp = file.stat()
    file.write_text("a late arrival")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert index().skips == ()
    assert ask("arrival", "lexical").hits


def test_a_skipped_file_that_was_written_just_before_is_read_once_more_and_no_more(
    index, docs, monkeypatch
):
    file = docs / "late.txt"
    file.write_bytes(b"\0" * 14)
    index()
    later(monkeypatch, 20)
    assert index().skipped == 1
    stamp = file.stat()
    file.write_text("a late arrival")  # which only reading could tell
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert index().skipped == 1


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let time pass without waiting."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + seconds)


def rewrite(file: Path, old: str, new: str) -> None:
    """Change a file's contents within its size and time stamp."""
    stamp = file.stat()
    file.write_text(file.read_text().replace(old, new))
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def test_a_removed_file_is_gone_from_results(index, docs, ask):
    index()
    (docs / "bees.txt").unlink()
    assert index().removed == 1
    assert not ask("honey", "lexical").hits
    assert all("bees" not in hit.path for hit in ask("honey", "dense").hits)


def test_a_renamed_file_is_not_encoded_again(index, docs, encoder, ask):
    index()
    encoder.encoded.clear()
    (docs / "bees.txt").rename(docs / "hive.txt")
    report = index()
    assert (report.added, report.removed) == (1, 1)
    assert encoder.encoded == []
    assert ask("honey", "lexical").hits[0].path.endswith("hive.txt")


def test_equal_texts_share_one_vector(index, docs, encoder, folder, ask):
    (docs / "copy.txt").write_text((docs / "bees.txt").read_text())
    index()
    assert sum("honey" in text for text in encoder.encoded) == 1
    assert {Path(hit.path).name for hit in ask("honey", "lexical").hits} == {"bees.txt", "copy.txt"}


def test_vectors_of_removed_texts_go_too(index, docs, folder):
    index()
    (docs / "bees.txt").unlink()
    index()
    assert verify(folder) == []


def test_vectors_of_a_file_that_becomes_unreadable_go_too(index, docs, folder):
    index()
    (docs / "bees.txt").write_bytes(b"\x00\x01\x02")
    index()
    assert verify(folder) == []


def test_vectors_of_a_replaced_record_go_too(folder, encoder):
    for text in ("the first edition", "the second edition"):
        Collection(folder).add_records(iter([Record("a", "", "txt", text)]), encoder)
    assert verify(folder) == []


def test_vectors_without_a_passage_go_with_the_next_run_whoever_left_them(index, folder, encoder):
    index()
    store = Store(folder)
    with store.transaction():
        store.put_vectors([b"nobody's"], encoder.encode(["nobody's"]), 1)
        store.remove_meta("tidy")  # as in a collection of an older version
    store.close()
    assert [finding.severity for finding in verify(folder)] == ["note"]
    index()
    assert verify(folder) == []


def test_a_run_prunes_only_under_the_roots_it_walked(index, docs, tmp_path, folder):
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.md").write_text("something else")
    index()
    index(other)
    (docs / "bees.txt").unlink()
    assert index(other).removed == 0
    assert describe(folder).documents == 4


def test_without_paths_all_roots_are_updated(index, docs, folder, encoder):
    index()
    (docs / "bees.txt").unlink()
    assert Collection(folder).index([], encoder).removed == 1


def test_a_root_keeps_the_options_it_was_added_with(docs, folder, encoder):
    Collection(folder).index([Root(docs, include=("*.md",))], encoder)
    (docs / "new.txt").write_text("not wanted")
    report = Collection(folder).index([], encoder)
    assert (report.added, report.unchanged) == (0, 2)


def test_an_unmounted_root_prunes_nothing(index, docs, folder):
    index()
    docs.rename(docs.with_name("away"))
    report = index(docs)
    assert report.unreachable == (str(docs),)
    assert report.removed == 0
    assert describe(folder).documents == 3


def test_a_root_that_became_empty_at_once_prunes_nothing_unless_told(index, docs, folder):
    index()
    for path in docs.iterdir():
        path.unlink()
    assert index().unreachable == (str(docs),)
    assert describe(folder).documents == 3
    assert index(prune_missing=True).removed == 3
    assert describe(folder).documents == 0


def test_a_root_that_never_was_is_an_error(index, tmp_path):
    with pytest.raises(SourceMissing):
        index(tmp_path / "nowhere")


def test_skipped_files_are_named_each_time(index, docs):
    (docs / "image.png").write_bytes(b"\x89PNG\r\n\x00\x01")
    (docs / "empty.md").write_text("")
    for _ in range(2):
        reasons = {Path(skip.path).name: skip.reason for skip in index().skips}
        assert reasons == {"image.png": "binary file: PNG image", "empty.md": "no text in it"}


def test_a_file_that_becomes_unreadable_text_leaves_the_index(index, docs, ask):
    index()
    (docs / "bees.txt").write_bytes(b"\x00\x01\x02")
    assert index().skipped == 1
    assert not ask("honey", "lexical").hits


def test_a_skipped_file_that_becomes_text_enters_it(index, docs, ask):
    (docs / "late.txt").write_bytes(b"\x00\x01\x02")
    index()
    (docs / "late.txt").write_text("a late arrival")
    assert index().skips == ()
    assert ask("arrival", "lexical").hits


def test_names_that_are_not_utf8_are_indexed(index, docs, ask):
    name = os.fsencode(str(docs)) + b"/caf\xe9.txt"
    Path(os.fsdecode(name)).write_text("an odd name")
    index()
    assert index().unchanged == 4
    assert ask("odd", "lexical").hits[0].title


def test_an_interrupted_run_keeps_what_it_committed_and_resumes(folder, tmp_path, encoder):
    docs = tmp_path / "many"
    docs.mkdir()
    for i in range(150):
        (docs / f"{i:03}.txt").write_text(f"document number{i}")

    class Interrupted(WordEncoder):
        def encode(self, texts, reached=None):
            if any("number120" in text for text in texts):
                raise KeyboardInterrupt
            return super().encode(texts, reached)

    with pytest.raises(KeyboardInterrupt):
        Collection(folder).index([Root(docs)], Interrupted())
    kept = describe(folder).documents
    assert 0 < kept < 150
    report = Collection(folder).index([Root(docs)], encoder)
    assert (report.unchanged, report.added) == (kept, 150 - kept)
    assert describe(folder).documents == 150


def test_a_second_writer_is_told_who_holds_the_lock(index, folder):
    index()
    with writer_lock(folder), pytest.raises(Busy, match=f"process {os.getpid()}"):
        index()


def test_another_encoder_is_refused_by_name(index, docs, folder):
    index()
    other = WordEncoder(name="other")
    with pytest.raises(EncoderMismatch, match=r"words.*other"):
        Collection(folder).index([Root(docs)], other)


def test_vectors_that_are_no_numbers_are_refused_by_the_encoders_name(index, docs, folder, ask):
    class Broken(WordEncoder):
        def encode(self, texts, reached=None):
            vectors = super().encode(texts, reached)
            vectors[[i for i, text in enumerate(texts) if "poison" in text]] = float("nan")
            return vectors

    index()
    (docs / "poison.txt").write_text("A poison apple.")
    for _ in range(2):
        with pytest.raises(BadVectors, match="encoder words"):
            Collection(folder).index([Root(docs)], Broken())
    assert describe(folder).documents == 3
    assert ask("apple").hits[0].score == ask("apple").hits[0].score
    assert [finding.severity for finding in verify(folder)] == ["note"]
    assert index().added == 1


def test_records_are_indexed_like_files(folder, encoder, ask):
    records = [Record("a", "First", "txt", "honey"), Record("b", "", "txt", "bread")]
    collection = Collection(folder)
    assert collection.add_records(iter(records), encoder).added == 2
    assert collection.add_records(iter(records), encoder).unchanged == 2
    assert ask("honey").hits[0].title == "First"


def test_files_of_a_collection_are_private(index, folder):
    index()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_text_of_a_document_can_be_put_together_again(index, docs, folder):
    text = "\n\n  # Odd\n\n\n\tpara one\n\n\n\npara two\u2003 \n\n"
    (docs / "odd.md").write_text(text)
    index()
    store = Store(folder)
    rows = store.connection.execute(
        "SELECT p.lead || p.text FROM passages p JOIN documents d ON d.id = p.document_id "
        "WHERE d.stem = 'odd' ORDER BY ordinal"
    ).fetchall()
    tail = store.connection.execute("SELECT tail FROM documents WHERE stem = 'odd'").fetchone()
    store.close()
    assert "".join(row[0] for row in rows) + tail[0] == text


def test_what_was_encoded_can_be_told_from_the_rows(index, docs, folder, encoder):
    from indexes.cutting import encoded_text, text_hash

    (docs / "untitled.md").write_text("no heading here")
    index()
    store = Store(folder)
    rows = store.connection.execute(
        "SELECT d.context, p.heading, p.text, t.hash FROM passages p "
        "JOIN documents d ON d.id = p.document_id JOIN texts t ON t.id = p.text_id"
    ).fetchall()
    store.close()
    assert len(rows) == 4
    assert all(text_hash(encoded_text(*row[:3])) == row[3] for row in rows)


def test_a_clock_that_was_set_back_hides_no_change(index, docs, ask):
    """A file that seems to come from the future is compared by its contents."""
    file = docs / "bees.txt"
    tomorrow = time.time_ns() + 86_400 * 10**9
    os.utime(file, ns=(tomorrow, tomorrow))
    index()
    text = file.read_text()
    file.write_text(text.replace("honey", "amber"))
    os.utime(file, ns=(tomorrow, tomorrow))
    assert index().updated == 1
    assert ask("amber", "lexical").hits
