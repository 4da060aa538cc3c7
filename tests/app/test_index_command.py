"""`jtcse index` as DESIGN fixes it: counts, skips, roots, and what it refuses."""

import os
import shutil
from pathlib import Path

import pytest

COUNTS = ("added", "updated", "unchanged", "removed", "skipped")


def counts(ended):
    value = ended.json()
    return tuple(value[name] for name in COUNTS)


def found(cli, query, *options):
    return {
        Path(hit["path"]).name for hit in cli("search", query, "--json", *options).json()["hits"]
    }


@pytest.fixture(autouse=True)
def _small_encoder(tiny_encoder, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))


def test_json_has_every_key_of_the_contract(cli, sample_docs):
    ended = cli("index", sample_docs, "--json")
    assert ended.code == 0
    value = ended.json()
    assert value.keys() >= {*COUNTS, "passages", "seconds", "skips"}
    assert counts(ended) == (5, 0, 0, 0, 0)
    assert value["passages"] >= 5
    assert value["skips"] == []


def test_report_is_one_line_of_data(cli, sample_docs):
    ended = cli("index", sample_docs)
    assert ended.out.startswith("default: 5 added, 0 updated, 0 unchanged, 0 removed, 0 skipped")
    assert ended.out.count("\n") == 1
    assert ended.err == ""


def test_second_run_encodes_nothing(cli, sample_docs):
    cli("index", sample_docs)
    value = cli("index", sample_docs, "--json").json()
    assert (value["unchanged"], value["encoded"], value["passages"]) == (5, 0, 0)


def test_without_a_path_all_roots_are_updated(cli, sample_docs):
    cli("index", sample_docs / "sea", sample_docs / "bread.md")
    (sample_docs / "sea" / "new.txt").write_text("A lighthouse stands on the cape.\n")
    (sample_docs / "bread.md").write_text("# Rye\n\nRye bread is dark.\n")
    assert counts(cli("index", "--json")) == (1, 1, 2, 0, 0)


def test_removed_file_is_gone_from_results(cli, sample_docs):
    cli("index", sample_docs)
    (sample_docs / "owls.rst").unlink()
    assert counts(cli("index", "--json")) == (0, 0, 4, 1, 0)
    assert "owls.rst" not in found(cli, "owl")


def test_run_prunes_only_under_the_roots_it_walked(cli, sample_docs):
    cli("index", sample_docs / "sea", sample_docs / "bread.md")
    (sample_docs / "sea" / "ships.txt").unlink()
    assert counts(cli("index", sample_docs / "bread.md", "--json")) == (0, 0, 1, 0, 0)
    assert "ships.txt" in found(cli, "ship")


def test_collections_are_apart(cli, sample_docs):
    cli("index", sample_docs / "sea", "-c", "sea")
    cli("index", sample_docs / "bread.md", "-c", "kitchen")
    assert found(cli, "bread", "-c", "sea") == {"tides.html", "ships.txt"}


def test_globs_choose_files_and_are_remembered(cli, sample_docs):
    cli("index", sample_docs, "--include", "*.md", "--include", "*.txt", "--exclude", "bread*")
    (sample_docs / "later.md").write_text("Tea is served at five.\n")
    (sample_docs / "later.rst").write_text("Coffee is served at six.\n")
    cli("index")
    assert found(cli, "served") == {"later.md", "ships.txt"}


def test_dry_run_writes_nothing(cli, sample_docs, tmp_path):
    ended = cli("index", sample_docs, "--dry-run")
    assert ended.code == 0
    assert f"add\t{sample_docs}/bread.md" in ended.out.splitlines()
    assert "nothing was written" in ended.err
    assert not (tmp_path / "user").exists()


def test_dry_run_tells_what_would_change(cli, sample_docs):
    cli("index", sample_docs)
    (sample_docs / "owls.rst").unlink()
    (sample_docs / "bread.md").write_text("# Rye\n")
    (sample_docs / "data.bin").write_bytes(b"\0\1")
    steps = cli("index", "--dry-run", "--json").json()["would"]
    assert {(step["what"], Path(step["path"]).name) for step in steps} == {
        ("remove", "owls.rst"),
        ("update", "bread.md"),
        ("skip", "data.bin"),
    }


def test_dry_run_counts_what_is_passed_over_apart(cli, sample_docs):
    (sample_docs / "data.bin").write_bytes(b"\0\1")
    cli("index", sample_docs)
    assert "0 changes, 1 skipped; nothing was written" in cli("index", "--dry-run").err


def test_a_link_in_a_circle_is_a_usage_error(cli, tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    ended = cli("index", tmp_path / "loop")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"jtcse: {tmp_path}/loop leads nowhere; check the path\n"


def test_a_title_without_a_pipe_is_refused_with_the_command_that_takes_one(cli, sample_docs):
    ended = cli("index", sample_docs, "--title", "x")
    assert ended.code == 2
    assert "jtcse index - --title TITLE" in ended.err


def test_an_empty_database_is_told_as_damage(cli, sample_docs, tmp_path):
    cli("index", sample_docs)
    (database,) = (tmp_path / "user").rglob("collection.db")
    for file in database.parent.iterdir():
        file.unlink()
    database.touch()
    ended = cli("index", sample_docs)
    assert ended.code == 4
    assert "damaged" in ended.err


def test_missing_path_is_a_usage_error_and_makes_nothing(cli, tmp_path):
    ended = cli("index", tmp_path / "absent")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"jtcse: {tmp_path}/absent does not exist; check the path\n"
    assert not (tmp_path / "user").exists()


def test_missing_path_beside_a_good_one_changes_nothing(cli, sample_docs):
    cli("index", sample_docs / "sea")
    assert cli("index", sample_docs, sample_docs / "absent").code == 2
    assert cli("index", "--json").json()["unchanged"] == 2


def test_empty_folder_has_zero_counts(cli, tmp_path):
    (tmp_path / "empty").mkdir()
    ended = cli("index", tmp_path / "empty", "--json")
    assert ended.code == 0
    assert counts(ended) == (0, 0, 0, 0, 0)
    assert ended.json()["passages"] == 0


def test_empty_collection_can_be_searched(cli, tmp_path):
    (tmp_path / "empty").mkdir()
    cli("index", tmp_path / "empty")
    ended = cli("search", "anything")
    assert (ended.code, ended.out, ended.err) == (0, "", "no match\n")


def test_binary_file_is_skipped_by_name(cli, sample_docs):
    (sample_docs / "photo.jpg").write_bytes(bytes(range(256)) * 20)
    ended = cli("index", sample_docs, "--json")
    assert ended.code == 0
    assert ended.json()["skips"] == [
        {"path": str(sample_docs / "photo.jpg"), "reason": "binary file"}
    ]


def test_what_was_skipped_stands_in_skips_again(cli, sample_docs):
    (sample_docs / "photo.jpg").write_bytes(b"\0\1\2")
    first = cli("index", sample_docs, "--json").json()
    second = cli("index", "--json").json()
    assert second["skipped"] == 1
    assert second["skips"] == first["skips"]


def test_few_skips_are_named_on_standard_error(cli, sample_docs):
    for i in range(7):
        (sample_docs / f"{i}.bin").write_bytes(b"\0\1\2")
    ended = cli("index", sample_docs)
    assert "7 skipped" in ended.out
    assert ended.err.splitlines()[0] == f"skipped {sample_docs}/0.bin: binary file"
    assert ended.err.splitlines()[-1] == "... and 2 more; --json names them all"


def test_bad_name_of_a_collection(cli, sample_docs):
    ended = cli("index", sample_docs, "-c", "../outside")
    assert ended.code == 2
    assert "'../outside'" in ended.err


def test_update_of_an_unknown_collection(cli, sample_docs):
    cli("index", sample_docs, "-c", "notes")
    ended = cli("index", "-c", "note")
    assert ended.code == 3
    assert "'notes'" in ended.err


@pytest.mark.parametrize("how", ["missing", "emptied"])
def test_unmounted_root_prunes_nothing(cli, sample_docs, how):
    cli("index", sample_docs)
    shutil.rmtree(sample_docs)
    if how == "emptied":
        sample_docs.mkdir()
    ended = cli("index")
    assert ended.code == 1
    assert str(sample_docs) in ended.err
    assert "--prune-missing" in ended.err
    assert "bread.md" in found(cli, "bread")


def test_unmounted_root_is_named_in_json(cli, sample_docs):
    cli("index", sample_docs)
    shutil.rmtree(sample_docs)
    ended = cli("index", "--json")
    assert ended.code == 1
    assert ended.json()["removed"] == 0
    assert ended.json()["unreachable"] == [str(sample_docs)]


def test_unmounted_root_does_not_hinder_the_others(cli, sample_docs):
    cli("index", sample_docs / "sea", sample_docs / "bread.md")
    shutil.rmtree(sample_docs / "sea")
    (sample_docs / "bread.md").write_text("# Rye\n\nDark.\n")
    ended = cli("index", "--json")
    assert ended.code == 1
    assert counts(ended) == (0, 1, 0, 0, 0)


def test_missing_root_is_pruned_when_asked(cli, sample_docs):
    cli("index", sample_docs)
    shutil.rmtree(sample_docs)
    ended = cli("index", "--prune-missing", "--json")
    assert ended.code == 0
    assert counts(ended) == (0, 0, 0, 5, 0)


def test_encoder_can_be_chosen_for_a_new_collection(cli, sample_docs, other_encoder):
    cli("index", sample_docs, "--model", other_encoder)
    assert cli("collections", "show", "default", "--json").json()["encoder"]["name"] == (
        "shortsighted"
    )
    assert cli("search", "owl").code == 0
    assert cli("index", "--json").json()["unchanged"] == 5


def test_other_encoder_than_the_collections_is_refused(cli, sample_docs, other_encoder):
    cli("index", sample_docs)
    ended = cli("index", sample_docs, "--model", other_encoder)
    assert (ended.code, ended.out) == (4, "")
    assert "tiny-0" in ended.err
    assert "shortsighted" in ended.err
    assert cli("index", "--json").json()["unchanged"] == 5


def test_unknown_encoder_leaves_no_collection_behind(cli, sample_docs):
    ended = cli("index", sample_docs, "--model", "/nowhere")
    assert ended.code == 3
    assert cli("collections", "list", "--json").json() == []


def test_collection_is_private(cli, sample_docs, tmp_path):
    cli("index", sample_docs)
    folder = tmp_path / "user" / "jtcse" / "collections" / "default"
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_home_option_beats_the_variable(cli, sample_docs, tmp_path):
    cli("--home", tmp_path / "a", "index", sample_docs)
    cli("index", sample_docs, "--home", tmp_path / "b")
    for home in ("a", "b"):
        assert (tmp_path / home / "collections" / "default").is_dir()
    assert not (tmp_path / "user").exists()


def test_without_a_home_data_goes_where_xdg_says(cli, sample_docs, tmp_path, monkeypatch):
    monkeypatch.delenv("JTCSE_HOME")
    cli("index", sample_docs)
    assert (tmp_path / "user" / "data" / "jtcse" / "collections" / "default").is_dir()


def test_relative_root_is_remembered_as_absolute(cli, sample_docs, monkeypatch):
    monkeypatch.chdir(sample_docs)
    cli("index", "sea")
    monkeypatch.chdir("/")
    assert counts(cli("index", "--json")) == (0, 0, 2, 0, 0)


def test_name_with_controls_and_foreign_bytes_is_found(cli, sample_docs):
    name = b"caf\xe9\x1b[2J\nlog.txt"
    Path(os.fsdecode(os.fsencode(sample_docs) + b"/" + name)).write_text("A penguin marches.\n")
    assert counts(cli("index", sample_docs, "--json")) == (6, 0, 0, 0, 0)
    assert counts(cli("index", "--json")) == (0, 0, 6, 0, 0)
    assert cli("search", "penguin", "--json").json()["hits"][0]["text"] == "A penguin marches."
