"""Arguments that are not UTF-8: of paths they are the bytes they are, of texts readable ones."""

import os
import shutil
from pathlib import Path

import pytest

ODD = os.fsdecode(b"caf\xe9")


@pytest.fixture(autouse=True)
def docs(cli, tiny_encoder, monkeypatch, tmp_path):
    """Index a file whose name is not UTF-8, one whose extension is not, and one of plain name."""
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in ((f"{ODD}.txt", "tide"), (f"ending.{ODD}", "bread"), ("plain.txt", "law")):
        (folder / name).write_text(f"words of {text}\n")
    assert cli("index", folder).code == 0
    return folder


def titles(ended):
    assert ended.code == 0, ended.err
    return {Path(hit["path"]).name for hit in ended.json()["hits"]}


def test_a_path_filters(cli):
    assert len(titles(cli("search", "words", "--path", f"{ODD}.t", "--json"))) == 1
    assert len(titles(cli("search", "words", "--path", f"*{ODD}*", "--json"))) == 2


def test_an_extension_filters(cli):
    (name,) = titles(cli("search", "words", "--type", ODD, "--json"))
    assert name.startswith("ending.")


@pytest.mark.parametrize("option", ["--tag", "--path"])
def test_what_nothing_has_finds_nothing(cli, option):
    ended = cli("search", "words", option, os.fsdecode(b"\xff\xfe"))
    assert (ended.code, ended.err) == (0, "no match\n")


@pytest.mark.parametrize("name", [f"{ODD}.txt", f"{ODD}.txt:1", f"{ODD}.txt^2"])
def test_an_example_is_found_by_its_name_and_by_its_path(cli, docs, name):
    for spec in (name, docs / name):
        found = titles(cli("search", "--like", spec, "--json"))
        assert len(found) == 2
        assert "plain.txt" in found


def test_an_example_that_is_not_there_is_refused(cli):
    ended = cli("search", "--like", os.fsdecode(b"n\xe9.txt"))
    assert ended.code == 2
    assert "is neither indexed nor a file" in ended.err


def test_a_collection_is_exported_to_such_a_file_and_back(cli, tmp_path):
    folder = tmp_path / os.fsdecode(b"backup\xe9")
    folder.mkdir()
    file = folder / f"{ODD}.jtcse"
    assert cli("collections", "export", "default", file).code == 0
    assert [path.name for path in folder.iterdir()] == [file.name]
    assert cli("collections", "import", file, "-c", "copy", "--json").json()["documents"] == 3


def test_a_title_is_made_readable(jtcse):
    assert jtcse("index", "-", "--title", ODD, stdin=b"piped words").code == 0
    hits = jtcse("search", "piped", "--mode", "lexical", "--json").json()["hits"]
    assert [hit["title"] for hit in hits] == ["caf\N{REPLACEMENT CHARACTER}"]


def test_an_encoder_whose_path_is_not_utf8_is_not_stored(cli, tiny_encoder, tmp_path):
    folder = shutil.copytree(tiny_encoder, tmp_path / ODD)
    ended = cli("models", "use", folder)
    assert (ended.code, ended.out) == (2, "")
    assert "which is not UTF-8; rename it" in ended.err


def test_a_dry_run_lists_such_files(cli, docs):
    (docs / f"new.{ODD}").write_text("new words\n")
    (step,) = cli("index", docs, "--dry-run", "--json").json()["would"]
    assert step["what"] == "add"
