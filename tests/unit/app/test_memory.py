import stat

import pytest

from app.errors import OutputError
from app.memory import HISTORY, LOG_FILE, Memory, SavedSearch


@pytest.fixture
def memory(tmp_path):
    return Memory(tmp_path / "state")


def test_queries_are_remembered_newest_first_and_once(memory):
    for query in ("plums", "jam", " plums ", "", "plums"):
        memory.remember_query(query)
    assert memory.history() == ["plums", "jam"]


def test_history_is_bounded(memory, monkeypatch):
    monkeypatch.setattr("app.memory.HISTORY", 3)
    for number in range(5):
        memory.remember_query(f"query {number}")
    assert memory.history() == ["query 4", "query 3", "query 2"]
    assert HISTORY >= 100


def test_searches_are_saved_replaced_and_dropped(memory):
    memory.save(SavedSearch("b", "plums", "hybrid"))
    memory.save(SavedSearch("a", "jam", "dense", "type:md"))
    memory.save(SavedSearch("b", "figs", "lexical"))
    assert [(one.name, one.query) for one in memory.saved()] == [("a", "jam"), ("b", "figs")]
    memory.drop("a")
    assert [one.name for one in memory.saved()] == ["b"]


def test_what_is_remembered_is_its_owners_alone(memory, tmp_path):
    memory.remember_query("plums")
    memory.keep_state({"mode": "dense"})
    memory.log(ValueError("boom"))
    folder = tmp_path / "state"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 3


def test_a_crash_is_logged_with_its_traceback(memory, tmp_path):
    assert memory.log(ValueError("boom")) == tmp_path / "state" / LOG_FILE
    assert "ValueError: boom" in (tmp_path / "state" / LOG_FILE).read_text()


@pytest.mark.parametrize("content", ["", "{", "[1, {}]", '"x"', "\x00\xff"])
def test_damaged_files_are_as_if_not_there(memory, tmp_path, content):
    folder = tmp_path / "state"
    folder.mkdir()
    for name in ("interface.json", "searches.json"):
        (folder / name).write_text(content, encoding="latin-1")
    assert memory.state() == {}
    assert memory.saved() == []


def test_nothing_is_written_without_a_folder_or_where_it_cannot_be(tmp_path):
    (tmp_path / "file").touch()
    for memory in (Memory(None), Memory(tmp_path / "file" / "state")):
        memory.remember_query("plums")
        memory.keep_state({})
        assert memory.log(ValueError()) is None
        assert memory.history() == []


def test_a_search_that_cannot_be_saved_or_dropped_says_why(memory, tmp_path):
    memory.save(SavedSearch("a", "jam", "dense"))
    saved = tmp_path / "state" / "searches.json"
    kept = saved.read_text()
    (tmp_path / "file").touch()
    saved.unlink()
    saved.mkdir()  # as root, a folder may be written in whatever its mode says
    with pytest.raises(OutputError, match=f"directory: {saved}"):
        memory.save(SavedSearch("b", "plums", "dense"))
    saved.rmdir()
    saved.write_text(kept)
    assert [one.name for one in memory.saved()] == ["a"]
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]
    for nowhere in (Memory(tmp_path / "file" / "state"), Memory(None)):
        with pytest.raises(OutputError):
            nowhere.drop("a")
