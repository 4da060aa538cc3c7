"""What is known of a document besides its text, and searches that ask for it."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexes.collection import Collection
from indexes.health import verify
from indexes.store import Store
from indexes.sync import Record
from indexes.types import Root

ENGLISH = "The bees in the garden make honey for the winter and that is what they do all year. "
GERMAN = "Die Bienen im Garten machen Honig für den Winter und das ist es was sie mit sich tun. "


@pytest.fixture
def indexed(docs, index):
    (docs / "tagged.md").write_text(f"---\ntags: [Bread, oven]\n---\n\n{ENGLISH}")
    (docs / "other.md").write_text(f"---\ntags: [oven]\n---\n\n{ENGLISH}")
    (docs / "german.md").write_text(GERMAN)
    (docs / "old.eml").write_text(
        f"From: a@b\nSubject: Winter\nDate: Mon, 02 Jan 2006 15:04:05 +0000\n\n{ENGLISH}"
    )
    return index()


def names(answer) -> set[str]:
    return {Path(hit.path).name for hit in answer.hits}


def test_a_tag_filters_whatever_its_case(indexed, ask):
    assert names(ask("honey", tags=("bread",))) == {"tagged.md"}
    assert names(ask("honey", tags=("OVEN",))) == {"tagged.md", "other.md"}


def test_all_tags_that_are_asked_for_must_be_there(indexed, ask):
    assert names(ask("honey", tags=("bread", "oven"))) == {"tagged.md"}
    assert not ask("honey", tags=("bread", "wine")).hits


def test_a_language_filters(indexed, ask):
    assert names(ask("honig", languages=("de",))) == {"german.md"}
    assert "german.md" not in names(ask("honey", languages=("en",)))


def test_mail_is_from_when_it_was_sent(indexed, ask):
    year = datetime(2007, 1, 1, tzinfo=UTC).timestamp()
    assert names(ask("winter", before=year)) == {"old.eml"}
    assert "old.eml" not in names(ask("winter", since=year))


def test_languages_are_counted(indexed):
    assert indexed.languages == {"en": 3, "de": 1}


def test_a_collection_with_facts_is_sound_and_damage_to_them_is_found(indexed, folder):
    assert verify(folder) == []
    connection = sqlite3.connect(folder / "collection.db")
    connection.execute("UPDATE facts SET language = 'fr' WHERE language = 'de'")
    connection.commit()
    connection.close()
    assert [finding.severity for finding in verify(folder)] == ["damage"]


def test_facts_go_with_their_document(indexed, docs, index, folder):
    (docs / "german.md").unlink()
    assert index().languages == {"en": 3}
    assert verify(folder) == []


def test_text_from_a_pipe_is_recognised_by_its_bytes(folder, encoder, ask):
    from tests.indexes.formats.making import pdf

    record = Record("stdin:Report", "Report", "", pdf([["Known words."]]))
    Collection(folder).add_records(iter([record]), encoder)
    hit = ask("known words", "lexical").hits[0]
    assert (hit.title, hit.type, hit.page) == ("Report", "pdf", 1)


def test_documents_stay_sound_and_searchable_until_they_are_read_again(docs, folder, encoder, ask):
    class Stopped(Exception):
        pass

    Collection(folder).index([Root(docs)], encoder)
    store = Store(folder)
    with store.transaction():
        store.set_meta("versions", "0.0")
    store.close()

    def stop(event: object) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        Collection(folder).index([Root(docs)], encoder, on_event=stop)
    assert [f.severity for f in verify(folder)] in ([], ["note"])
    assert ask("honey", "lexical").hits
    encoder.encoded.clear()
    assert Collection(folder).index([Root(docs)], encoder).updated == 3
    assert encoder.encoded == []
