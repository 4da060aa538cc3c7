"""A batch is encoded while the one before is written, and nothing is encoded twice or lost."""

import threading
import time

import pytest

from indexes.collection import Collection, describe
from indexes.errors import IndexesError
from indexes.events import IndexEvent, Progressed
from indexes.sync import Record
from indexes.telling import Telling
from indexes.types import Root
from tests.indexes.word_encoder import WordEncoder

PATIENCE = 20.0


def documents(folder):
    """How many are written; 0 before there is a collection."""
    try:
        return describe(folder).documents
    except IndexesError:
        return 0


def soon(look):
    """Look until there is something, and return it; 0 after a long while."""
    until = time.monotonic() + PATIENCE
    while not (found := look()) and time.monotonic() < until:
        time.sleep(0.01)
    return found


@pytest.fixture
def docs(tmp_path, monkeypatch):
    """Six documents, two of which make a batch."""
    monkeypatch.setattr("indexes.batching.BATCH_DOCUMENTS", 2)
    folder = tmp_path / "docs"
    folder.mkdir()
    for i in range(6):
        (folder / f"{i}.txt").write_text(f"document number{i}")
    return folder


def test_a_batch_is_written_while_the_next_is_encoded(folder, docs):
    written = []

    class Watching(WordEncoder):
        def encode(self, texts, reached=None):
            if "number2" in " ".join(texts):
                written.append(soon(lambda: documents(folder)))
            return super().encode(texts, reached)

    assert Collection(folder).index([Root(docs)], Watching()).added == 6
    assert written == [2]


def test_what_is_encoded_is_written_while_a_file_takes_long_to_read(folder, docs):
    written = []

    class Waiting(WordEncoder):
        def count_tokens(self, texts):
            if "number2" in " ".join(texts):
                written.append(soon(lambda: documents(folder)))
            return super().count_tokens(texts)

    assert Collection(folder).index([Root(docs)], Waiting()).added == 6
    assert written == [2]


def test_records_that_are_long_in_coming_keep_no_others_from_being_written(folder, docs):
    written = []

    def slowly():
        for number in range(3):
            yield Record(str(number), "", "txt", f"record number{number}")
            time.sleep(0.2)
        written.append(documents(folder))

    assert Collection(folder).add_records(slowly(), WordEncoder()).added == 3
    assert written == [2]


def test_the_batch_before_one_that_cannot_be_encoded_is_kept(folder, docs):
    class Failing(WordEncoder):
        def encode(self, texts, reached=None):
            if "number4" in " ".join(texts):
                raise MemoryError
            return super().encode(texts, reached)

    with pytest.raises(MemoryError):
        Collection(folder).index([Root(docs)], Failing())
    assert describe(folder).documents == 4


def test_the_encoder_has_work_before_a_whole_batch_is_read(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("indexes.batching.FIRST_TEXTS", 2)
    monkeypatch.setattr("indexes.batching.BATCH_TEXTS", 8)
    docs = tmp_path / "docs"
    docs.mkdir()
    for i in range(30):
        (docs / f"{i}.txt").write_text(f"document number{i}")
    sizes = []

    class Sizing(WordEncoder):
        def encode(self, texts, reached=None):
            sizes.append(len(texts))
            return super().encode(texts, reached)

    encoder = Sizing()
    assert Collection(folder).index([Root(docs)], encoder).encoded == 30
    assert sizes[:5] == [2, 4, 8, 8, 8]


def test_a_text_that_two_batches_share_is_encoded_once(folder, docs, encoder):
    for i in (0, 2, 4):
        (docs / f"{i}.txt").write_text("the very same words")
    assert Collection(folder).index([Root(docs)], encoder).added == 6
    assert len([text for text in encoder.encoded if "very same" in text]) == 1


def test_a_run_that_is_stopped_leaves_no_thread_encoding(folder, docs):
    class Stopped(Exception):
        pass

    encoding = threading.Event()

    class Slow(WordEncoder):
        def encode(self, texts, reached=None):
            encoding.set()
            time.sleep(0.3)
            return super().encode(texts, reached)

    def stop(event: IndexEvent) -> None:
        if encoding.is_set():
            raise Stopped

    encoder = Slow()
    before = set(threading.enumerate())
    with pytest.raises(Stopped):
        Collection(folder).index([Root(docs)], encoder, on_event=stop)
    assert set(threading.enumerate()) <= before
    assert len(encoder.encoded) <= 2


def test_a_document_counts_as_far_as_it_is_encoded():
    told: list[IndexEvent] = []
    telling = Telling(told.append)
    for path in ("a", "b"):
        telling.begin(path, 100, 4)
        for _ in range(4):
            telling.queue()
        telling.read(path, 100)
    telling.encoding(2, 8)
    telling.encoding(6, 8)
    telling.done(8, 0)
    seen = [(e.path, e.bytes, e.done, e.of) for e in told if isinstance(e, Progressed)]
    assert seen == [
        ("a", 0, 0, 0),
        ("b", 0, 0, 0),
        ("a", 50, 2, 4),
        ("b", 150, 2, 4),
        ("b", 200, 4, 4),
    ]


def test_documents_whose_texts_are_known_count_too(folder, docs, encoder):
    Collection(folder).index([Root(docs)], encoder)
    for path in sorted(docs.iterdir()):
        path.rename(path.with_stem(f"renamed-{path.stem}"))
    told: list[IndexEvent] = []
    report = Collection(folder).index([Root(docs)], encoder, on_event=told.append)
    assert (report.added, report.encoded) == (6, 0)
    sizes = [e.bytes for e in told if isinstance(e, Progressed)]
    assert sizes[-1] == sum(path.stat().st_size for path in docs.iterdir())


def test_a_file_that_needs_no_encoding_counts_when_it_is_read():
    told: list[IndexEvent] = []
    Telling(told.append).read("unchanged", 70)
    assert told == [Progressed(1, 70, 0, "unchanged")]
