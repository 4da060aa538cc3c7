"""Commands on whole collections: archives, moves, compaction, deep checks, other encoders."""

from contextlib import closing

import pytest

from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from indexes.errors import CollectionNotFound
from indexes.types import Request
from tests.app.tiny_encoder import write_tiny_encoder


@pytest.fixture
def other_encoder(tmp_path):
    return write_tiny_encoder(tmp_path / "other", seed=2)


@pytest.fixture
def indexed(cli, sample_docs, tiny_encoder, monkeypatch):
    """A home with a collection `notes`, free to be changed."""
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))
    cli("index", sample_docs, "-c", "notes")
    return sample_docs


@pytest.fixture
def archive(cli, indexed, tmp_path):
    file = tmp_path / "notes.jtcse"
    assert cli("collections", "export", "notes", file).code == 0
    return file


def paths(cli, name):
    return set(cli("search", "owl", "-c", name, "--files", "-k", "50").out.splitlines())


def test_an_exported_collection_comes_back_under_its_name(cli, archive):
    before = paths(cli, "notes")
    cli("collections", "remove", "notes", "--yes")
    ended = cli("collections", "import", archive)
    assert (ended.code, ended.out) == (0, "")
    assert "imported notes: " in ended.err
    assert paths(cli, "notes") == before
    assert cli("verify").code == 0


def test_an_exported_collection_comes_back_under_another_name(cli, archive):
    info = cli("collections", "import", archive, "-c", "copy", "--json").json()
    assert info["name"] == "copy"
    assert paths(cli, "copy") == paths(cli, "notes")


def test_an_archive_is_not_written_to_standard_output(cli, indexed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = cli("collections", "export", "notes", "-")
    assert (ended.code, ended.out) == (2, "")
    assert "give the path of a file" in ended.err
    assert not (tmp_path / "-").exists()


def test_a_taken_name_is_not_overwritten(cli, archive):
    ended = cli("collections", "import", archive)
    assert ended.code == 2
    assert "exists already" in ended.err


def test_an_import_says_which_folders_are_not_here(cli, archive, indexed):
    indexed.rename(indexed.with_name("gone"))
    ended = cli("collections", "import", archive, "-c", "copy")
    assert f"jtcse collections move copy {indexed} NEW" in ended.err


@pytest.mark.parametrize(
    ("content", "code"), [(b"", 4), (b"no archive", 4), (b"\0" * 10_240, 4), (None, 2)]
)
def test_what_is_no_archive_is_refused_in_one_line(cli, indexed, tmp_path, content, code):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    ended = cli("collections", "import", file, "-c", "copy")
    assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1)
    assert "copy" not in cli("collections", "list").out


def test_an_export_replaces_a_file_only_when_told_to(cli, indexed, tmp_path):
    notes = tmp_path / "precious.txt"
    notes.write_text("my notes")

    refused = cli("collections", "export", "notes", notes)
    assert (refused.code, notes.read_text()) == (2, "my notes")
    assert "--force" in refused.err

    assert cli("collections", "export", "notes", notes, "--force").code == 0
    assert notes.read_bytes() != b"my notes"


def test_an_export_to_no_folder_is_refused(cli, indexed, tmp_path):
    ended = cli("collections", "export", "notes", tmp_path / "none" / "file")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert str(tmp_path / "none") in ended.err


def test_a_link_in_a_circle_is_no_folder_to_forget_or_move_to(cli, indexed, tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for command in (["forget", "notes", loop], ["move", "notes", indexed, loop]):
        ended = cli("collections", *command)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err == f"jtcse: {loop} leads nowhere; check the path\n"


def test_a_moved_folder_is_followed(cli, indexed):
    new = indexed.with_name("new")
    indexed.rename(new)
    assert cli("collections", "move", "notes", indexed, new).code == 0
    assert paths(cli, "notes")
    assert all(path.startswith(str(new)) for path in paths(cli, "notes"))
    report = cli("index", "-c", "notes", "--json").json()
    assert (report["added"], report["updated"], report["removed"]) == (0, 0, 0)


def test_a_folder_that_is_not_there_is_named(cli, indexed, tmp_path):
    ended = cli("collections", "move", "notes", tmp_path / "none", tmp_path)
    assert (ended.code, ended.err.count("\n")) == (2, 1)


def test_compaction_says_what_it_freed(cli, indexed):
    long = indexed / "long.txt"
    long.write_text("".join(f"Sentence number {i} of a long page.\n\n" for i in range(2000)))
    cli("index", "-c", "notes")
    long.unlink()
    cli("index", "-c", "notes")
    unused = cli("status", "--json").json()["collections"][0]["reclaimable"]
    freed = cli("collections", "compact", "notes", "--json").json()["freed"]
    assert freed >= 0.9 * unused > 0
    assert cli("status", "--json").json()["collections"][0]["reclaimable"] == 0


def test_a_deep_verification_encodes_a_sample_again(cli, indexed):
    ended = cli("verify", "--deep")
    assert (ended.code, ended.out) == (0, "notes: sound\n")


def test_a_deep_verification_names_an_encoder_that_changed(
    cli, indexed, other_encoder, monkeypatch
):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(other_encoder))
    ended = cli("verify", "--deep")
    assert ended.code == 4
    assert "searches refuse" in ended.out


def test_moving_to_another_encoder_needs_no_documents(cli, indexed, other_encoder):
    before = paths(cli, "notes")
    indexed.rename(indexed.with_name("gone"))
    ended = cli("models", "use", other_encoder, "-c", "notes", "--yes")
    assert ended.code == 0
    info = cli("collections", "show", "notes", "--json").json()
    assert info["moving"] is None
    assert paths(cli, "notes") == before
    assert cli("verify").code == 0


def test_an_open_session_notices_that_a_collection_was_replaced(indexed, tmp_path, cli):
    with closing(Session(find_paths(None), Settings())) as session:
        assert session.search(Request("owl"), ["notes"]).hits
        cli("collections", "remove", "notes", "--yes")
        with pytest.raises(CollectionNotFound):
            session.search(Request("owl"), ["notes"])
        other = tmp_path / "other"
        other.mkdir()
        (other / "new.txt").write_text("A page about zeppelins.")
        cli("index", other, "-c", "notes")
        (hit,) = session.search(Request("owl"), ["notes"]).hits
        assert hit.path == str(other / "new.txt")
