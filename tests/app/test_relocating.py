"""A collection whose encoder stands elsewhere now goes on as if nothing were."""

import shutil

import pytest

from app.doctor import examine
from app.paths import find_paths
from app.session import Session
from app.settings import Loaded, Settings
from indexes.errors import EncoderMismatch
from indexes.types import Request, Root
from jtcse_core.errors import EncoderNotFound
from tests.app.tiny_encoder import write_tiny_encoder


@pytest.fixture
def made(tmp_path):
    """A collection made with an encoder that was given by its folder, and that folder."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("squirrels gather hazelnuts")
    folder = write_tiny_encoder(tmp_path / "elsewhere")
    session = Session(find_paths(tmp_path / "home"), Settings())
    session.index([Root(tmp_path / "docs")], encoder=str(folder))
    session.close()
    return folder


def again(folder):
    return Session(find_paths(folder.parent / "home"), Settings())


def test_the_same_encoder_in_another_place_is_used(made):
    session = again(made)
    session.paths.encoders.mkdir(parents=True)
    made.rename(session.paths.encoders / "mine")
    assert len(session.search(Request("hazelnuts", "dense", 5)).hits) == 1
    (made.parent / "docs" / "b.md").write_text("owls hunt mice")
    assert session.index([]).added == 1


def test_an_update_remembers_where_it_stands_now(moved):
    moved.index([])
    row = moved.view("default").reader.encoder()
    assert row is not None
    assert row.location == "mine"


def test_another_one_is_not(made):
    session = again(made)
    session.paths.encoders.mkdir(parents=True)
    write_tiny_encoder(session.paths.encoders / "other", 5)
    made.rename(made.parent / "gone")
    with pytest.raises(EncoderNotFound, match="elsewhere"):
        session.search(Request("hazelnuts", "dense", 5))
    with pytest.raises(EncoderNotFound, match="elsewhere") as raised:
        session.index([])
    assert "jtcse models use NAME -c default --yes" in raised.value.hint


@pytest.fixture
def opened(made):
    """A session that has used an encoder, which was then replaced where it stands."""
    session = again(made)
    session.search(Request("hazelnuts", "dense", 5))
    session.scoring.score([("one", "two")], str(made))
    shutil.rmtree(made)
    write_tiny_encoder(made, 5)
    yield session
    session.close()


def move_elsewhere(made):
    """Move the collection to the encoder that stands there now, in another session."""
    session = again(made)
    assert session.upkeep.reencode("default", str(made)) == 1
    session.close()


def test_a_session_searches_with_what_took_the_place_of_an_open_encoder(opened, made):
    move_elsewhere(made)
    assert len(opened.search(Request("hazelnuts", "dense", 5)).hits) == 1


def test_a_session_indexes_with_what_took_the_place_of_an_open_encoder(opened, made):
    move_elsewhere(made)
    (made.parent / "docs" / "b.md").write_text("owls hunt mice")
    assert opened.index([]).added == 1


def test_a_session_scores_with_what_took_the_place_of_an_open_encoder(opened, made):
    move_elsewhere(made)
    opened.search(Request("hazelnuts", "dense", 5))
    pairs = [("one", "two")]
    new = again(made).scoring.score(pairs, str(made))
    assert list(opened.scoring.score(pairs, str(made))) == list(new)


def test_a_session_moves_a_collection_to_what_took_the_place_of_an_open_encoder(opened, made):
    assert opened.upkeep.reencode("default", str(made)) == 1
    assert len(opened.search(Request("hazelnuts", "dense", 5)).hits) == 1


def test_what_took_the_place_is_not_used_for_what_the_open_one_made(opened):
    assert len(opened.search(Request("hazelnuts", "dense", 5)).hits) == 1


def test_a_collection_of_another_encoder_is_refused_still(opened, made):
    move_elsewhere(made)
    shutil.rmtree(made)
    write_tiny_encoder(made, 6)
    with pytest.raises(EncoderMismatch, match="tiny-5"):
        opened.search(Request("hazelnuts", "dense", 5))


@pytest.fixture
def moved(made):
    """The session of a collection whose encoder stands among the installed ones now."""
    session = again(made)
    session.paths.encoders.mkdir(parents=True)
    made.rename(session.paths.encoders / "mine")
    yield session
    session.close()


def test_the_doctor_finds_it(moved, made):
    found = examine(moved.paths, lambda: Loaded(Settings(), {}), lambda settings: again(made))
    assert {check.name: check.state for check in found}["collection default"] == "ok"


@pytest.mark.parametrize("options", [[], ["--explain"]])
def test_best_sentences_and_explanations_find_it(moved, made, cli, options):
    (made.parent / "docs" / "a.md").write_text(
        "Squirrels gather hazelnuts. Owls hunt mice by night. Bees make honey from flowers."
    )
    moved.index([])
    ended = cli("--home", made.parent / "home", "search", "hazelnuts", "--json", *options)
    assert (ended.code, ended.err) == (0, "")
    assert ended.json()["hits"][0]["path"].endswith("a.md")


def test_scores_among_a_collections_passages_find_it(moved, made, cli):
    for number in range(40):
        (made.parent / "docs" / f"{number}.md").write_text(f"note {number} on squirrels and owls")
    moved.index([])
    ended = cli("--home", made.parent / "home", "score", "one", "two", "-c", "default", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert "score" in ended.json()
