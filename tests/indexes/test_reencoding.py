"""A collection moves to another encoder beside its old vectors, and is swapped when complete."""

import pytest

from indexes.collection import Collection, describe
from indexes.events import Committed
from indexes.health import verify
from indexes.reader import Reader
from indexes.search import search
from indexes.store import Store
from indexes.types import Request, Root
from indexes.view import View
from tests.indexes.word_encoder import WordEncoder

LOW = 3


class Stopped(BaseException):
    pass


def stop(event: object) -> None:
    raise Stopped


def stop_when_committed(event: object) -> None:
    if isinstance(event, Committed):
        raise Stopped


@pytest.fixture
def other() -> WordEncoder:
    return WordEncoder(16, "others")


def move(folder, other, on_event=lambda event: None) -> int:
    return Collection(folder, LOW).reencode(other, location="others", on_event=on_event)


def hits(folder, text, *encoders):
    view = View(folder, LOW)
    by_fingerprint = {encoder.fingerprint: encoder for encoder in encoders}
    answer = search([view], Request(text, "dense"), lambda row: by_fingerprint[row.fingerprint])
    view.close()
    return answer.hits


def test_afterwards_the_new_encoder_answers_and_nothing_of_the_old_is_left(index, folder, other):
    index(graph_from=LOW)
    assert move(folder, other) == 3
    assert hits(folder, "honey from clover", other)[0].path.endswith("bees.txt")
    assert describe(folder).encoder == "others"
    reader = Reader(folder)
    assert [row.name for row in reader.encoders()] == ["others"]
    assert reader.count("vectors") == 3
    assert len(list(folder.glob("*.hnsw"))) == 1
    assert verify(folder) == []


def test_until_then_the_old_encoder_answers(index, folder, encoder, other, monkeypatch):
    monkeypatch.setattr("indexes.reencoding.BATCH_TEXTS", 1)
    index(graph_from=LOW)
    with pytest.raises(Stopped):
        move(folder, other, stop)
    assert hits(folder, "honey from clover", encoder)[0].path.endswith("bees.txt")
    moving = describe(folder).moving
    assert moving == {"encoder": "others", "location": "others", "texts": 1, "of": 3}
    assert [finding.severity for finding in verify(folder)] == ["note"]


def test_an_interrupted_move_goes_on_where_it_stopped(index, folder, other, monkeypatch):
    monkeypatch.setattr("indexes.reencoding.BATCH_TEXTS", 1)
    index(graph_from=LOW)
    with pytest.raises(Stopped):
        move(folder, other, stop)
    assert move(folder, other) == 2


def test_documents_indexed_in_between_come_along(index, folder, docs, encoder, other, monkeypatch):
    monkeypatch.setattr("indexes.reencoding.BATCH_TEXTS", 1)
    index(graph_from=LOW)
    with pytest.raises(Stopped):
        move(folder, other, stop)
    (docs / "bells.txt").write_text("Bells ring from the tower.")
    Collection(folder, LOW).index([Root(docs)], encoder)
    assert move(folder, other) == 3
    assert hits(folder, "bells ring", other)[0].path.endswith("bells.txt")


def test_a_move_to_a_third_drops_what_was_made_for_the_second(index, folder, other, monkeypatch):
    monkeypatch.setattr("indexes.reencoding.BATCH_TEXTS", 1)
    third = WordEncoder(8, "thirds")
    index(graph_from=LOW)
    with pytest.raises(Stopped):
        move(folder, other, stop)
    assert move(folder, third) == 3
    assert describe(folder).encoder == "thirds"
    assert verify(folder) == []


def test_moving_back_on_the_way_needs_no_encoding(index, folder, encoder, other, monkeypatch):
    monkeypatch.setattr("indexes.reencoding.BATCH_TEXTS", 1)
    index(graph_from=LOW)
    with pytest.raises(Stopped):
        move(folder, other, stop)
    assert move(folder, encoder) == 0
    assert describe(folder).moving is None
    assert verify(folder) == []


def test_what_scores_mean_is_measured_anew(index, folder, other):
    index(graph_from=LOW)
    before = describe(folder)
    move(folder, other)
    view = View(folder, LOW)
    assert view.background() is not None
    assert describe(folder).generation > before.generation


@pytest.mark.parametrize("graph_from", [LOW, 10_000])
@pytest.mark.parametrize("held", [False, True])
def test_a_text_that_comes_back_after_a_move_is_found(
    index, folder, docs, encoder, other, graph_from, held
):
    """Its vector is new to the encoder: graphs and open views must not take it for known."""
    collection = Collection(folder, graph_from)
    index(graph_from=graph_from)
    text = (docs / "bees.txt").read_text()
    (docs / "bees.txt").write_text("Wasps make paper from wood.")
    with pytest.raises(Stopped):  # before the run lets the old text go
        collection.index([Root(docs)], encoder, on_event=stop_when_committed)
    collection.reencode(other, location="others")
    view = View(folder, graph_from)
    request = Request("honey from clover", "dense")
    if held:
        search([view], request, lambda row: other)
    (docs / "bees.txt").write_text(text)
    collection.index([Root(docs)], other)
    found = search([view], request, lambda row: other).hits
    view.close()
    assert found[0].text == text.strip()
    assert len(found) == 3
    assert verify(folder) == []


def test_a_vector_that_is_new_to_a_text_without_passages_gets_a_new_id(index, folder, encoder):
    """Also in collections that an older version left with such a text."""
    index(graph_from=LOW)
    store, reader = Store(folder), Reader(folder)
    row = reader.encoder()
    assert row is not None
    with store.transaction():
        store.connection.execute("INSERT INTO texts (id, hash) VALUES (50, ?)", (b"old",))
        store.connection.execute("INSERT INTO texts (id, hash) VALUES (60, ?)", (b"new",))
        store.put_vectors([b"new"], encoder.encode(["new"]), row.id)
    with store.transaction():
        store.put_vectors([b"new", b"old"], encoder.encode(["new", "old"]), row.id)
    store.close()
    assert reader.vector_ids(row).tolist() == [1, 2, 3, 61, 62]
    reader.close()
