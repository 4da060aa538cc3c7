"""`jtcse` itself, and its commands about collections, settings and health."""

import json
import sqlite3

import pytest

from app import __version__


@pytest.fixture
def indexed(cli, sample_docs, tiny_encoder, monkeypatch):
    """A home with a collection `notes`, free to be changed."""
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))
    (sample_docs / "photo.bin").write_bytes(b"\0\1\2")
    cli("index", sample_docs, "-c", "notes")
    return sample_docs


@pytest.fixture
def folder(tmp_path, indexed):
    return tmp_path / "user" / "jtcse" / "collections" / "notes"


# The root command


def test_help_names_every_command(cli):
    ended = cli("--help")
    assert ended.code == 0
    for name in ("index", "search", "score", "align", "tui", "status", "verify", "config",
                 "export", "collections", "eval"):  # fmt: skip
        assert f"\n  {name} " in ended.out


def test_help_is_no_wider_than_a_small_terminal(jtcse):
    for arguments in ([], ["search"], ["index"], ["score"], ["align"], ["collections"], ["eval"]):
        out = jtcse(*arguments, "--help", environment={"COLUMNS": "80"}).out
        assert out
        assert max(map(len, out.splitlines())) <= 80


def test_help_does_not_speak_python(cli):
    for command in ("index", "search", "score", "export"):
        assert "list[" not in cli(command, "--help").out


def test_alone_and_without_a_terminal_it_prints_help(jtcse):
    assert jtcse().out == jtcse("--help").out


def test_version(cli):
    assert cli("--version").out == f"jtcse {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["frobnicate"], "jtcse --help"),
        (["--frobnicate"], "jtcse --help"),
        (["collections"], "jtcse collections --help"),
        (["collections", "frobnicate"], "jtcse collections --help"),
        (["eval"], "jtcse eval --help"),
        (["collections", "show"], "jtcse collections show --help"),
        (["--home"], "jtcse --help"),
        (["--threads", "0", "score", "a", "b"], "from 1 to 256"),
    ],
)
def test_wrong_use_is_one_line_that_says_what_to_do(cli, arguments, says):
    ended = cli(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("jtcse: ")
    assert says in ended.err
    assert ended.err.count("\n") == 1


def test_interface_needs_a_terminal(jtcse):
    ended = jtcse("tui")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "jtcse: the interface needs a terminal; in a script, use: jtcse search\n"


def test_traceback_only_with_debug(cli):
    plain, debug = cli("search", "x", "-c", "none"), cli("search", "x", "-c", "none", "--debug")
    assert plain.code == debug.code == 3
    assert "Traceback" not in plain.err
    assert "Traceback" in debug.err


# collections


def test_list_in_an_empty_home(cli):
    ended = cli("collections", "list")
    assert (ended.code, ended.out) == (0, "")
    assert "jtcse index" in ended.err


def test_list_has_a_row_a_collection(cli, library):
    lines = cli("collections", "list").out.splitlines()
    assert lines[0].split() == ["name", "documents", "passages", "size", "unused", "updated"]
    assert [line.split()[:2] for line in lines[1:]] == [["default", "5"], ["recipes", "1"]]


def test_list_as_json(cli, library):
    assert [info["name"] for info in cli("collections", "list", "--json").json()] == [
        "default",
        "recipes",
    ]


def test_show_as_json_has_every_key_of_the_contract(cli, indexed):
    value = cli("collections", "show", "notes", "--json").json()
    assert value.keys() >= {
        "name", "documents", "passages", "bytes", "encoder", "roots", "updated",
    }  # fmt: skip
    assert (value["name"], value["documents"], value["skipped"]) == ("notes", 5, 1)
    assert value["passages"] >= 5
    assert value["bytes"] > 0
    assert value["encoder"]["name"] == "tiny-0"
    assert value["roots"] == [{"path": str(indexed), "include": [], "exclude": []}]
    assert value["updated"][:2] == "20"


def test_show_names_encoder_roots_and_skips(cli, indexed):
    out = cli("collections", "show", "notes").out
    assert "tiny-0" in out
    assert str(indexed) in out
    assert "1 files" in out


@pytest.mark.parametrize("command", ["show", "remove", "rename", "forget"])
def test_unknown_collection(cli, indexed, command):
    rest = {"rename": ["new"], "forget": ["/"]}.get(command, [])
    ended = cli("collections", command, "note", *rest)
    assert (ended.code, ended.out) == (3, "")
    assert "'notes'" in ended.err


def test_rename_keeps_the_contents(cli, indexed):
    assert cli("collections", "rename", "notes", "diary").code == 0
    assert cli("search", "owl", "-c", "diary").code == 0
    assert cli("search", "owl", "-c", "notes").code == 3
    assert cli("index", "-c", "diary", "--json").json()["unchanged"] == 5


def test_rename_does_not_overwrite(cli, indexed):
    cli("index", indexed, "-c", "other")
    ended = cli("collections", "rename", "notes", "other")
    assert ended.code == 2
    assert "'other'" in ended.err


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-x", "a" * 65])
def test_rename_to_what_cannot_be_a_name(cli, indexed, name):
    assert cli("collections", "rename", "--", "notes", name).code == 2
    assert cli("collections", "show", "notes").code == 0


def test_remove_leaves_no_file_and_no_document_touched(cli, indexed, folder):
    ended = cli("collections", "remove", "notes", "--yes")
    assert (ended.code, ended.out) == (0, "")
    assert list(folder.parent.iterdir()) == []
    assert (indexed / "bread.md").is_file()


def test_remove_asks_nobody_without_a_terminal_and_keeps_all(jtcse, cli, indexed):
    ended = jtcse("collections", "remove", "notes", stdin=b"y\n")
    assert (ended.code, ended.out) == (2, "")
    assert "--yes" in ended.err
    assert cli("collections", "show", "notes").code == 0


def test_forget_drops_a_root_and_what_was_under_it(cli, indexed, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "tea.md").write_text("# Tea\n")
    cli("index", tmp_path / "more", "-c", "notes")
    assert cli("collections", "forget", "notes", indexed).code == 0
    value = cli("collections", "show", "notes", "--json").json()
    assert value["documents"] == 1
    assert [root["path"] for root in value["roots"]] == [str(tmp_path / "more")]


def test_forget_what_is_no_root(cli, indexed):
    ended = cli("collections", "forget", "notes", indexed / "sea")
    assert ended.code == 2
    assert "jtcse collections show notes" in ended.err


# status, config


def test_status_as_json(cli, library):
    value = cli("status", "--json").json()
    assert value["home"] == str(library.home)
    assert value["encoder"]["name"] == "jtcse-minilm-l6"
    assert value["encoder"]["problem"] is None
    assert [info["name"] for info in value["collections"]] == ["default", "recipes"]


def test_status_of_an_empty_home_makes_nothing(cli, tmp_path):
    ended = cli("status")
    assert ended.code == 0
    assert "jtcse index PATH" in ended.out
    assert not (tmp_path / "user").exists()


def test_status_without_an_encoder_says_how_to_get_one(cli, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", "/nowhere")
    assert cli("status").code == 0
    assert "JTCSE_DEFAULT_ENCODER" in cli("status").out
    assert cli("status", "--json").json()["encoder"]["problem"]


@pytest.fixture
def write_config(tmp_path):
    def write(text):
        path = tmp_path / "user" / "jtcse" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


def test_config_names_each_value_and_where_it_comes_from(cli, write_config, monkeypatch):
    path = write_config('[search]\nlimit = 3\nmode = "lexical"\n')
    monkeypatch.setenv("JTCSE_ENCODER", "somewhere")
    value = cli("config", "--threads", 4, "--json").json()
    assert value["search.limit"] == {"value": 3, "from": str(path)}
    assert value["encoder"] == {"value": "somewhere", "from": "JTCSE_ENCODER"}
    assert value["threads"] == {"value": 4, "from": "command line"}
    assert value["index.graph_from"]["from"] == "default"


def test_settings_act(cli, library, monkeypatch):
    (library.home / "config.toml").write_text('[search]\nlimit = 1\nmode = "dense"\n')
    try:
        answer = cli("search", "water", "--json").json()
    finally:
        (library.home / "config.toml").unlink()
    assert answer["mode"] == "dense"
    assert len(answer["hits"]) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[search]\nlimits = 3\n", "'search.limit'"),
        ("[search]\nlimit = 0\n", "search.limit is 0; give a whole number from 1 to 10000"),
        ("[search]\nlimit = true\n", "whole number"),
        ('[search]\nmode = "psychic"\n', "hybrid"),
        ("no toml at all", "cannot be read"),
        ('encoder = ""\n', "encoder is empty; give a name, or the path of a folder"),
    ],
)
def test_wrong_configuration_is_named_with_its_file(cli, write_config, text, says):
    path = write_config(text)
    for command in (["config"], ["search", "moon"], ["status"]):
        ended = cli(*command)
        assert (ended.code, ended.out) == (2, "")
        assert str(path) in ended.err
        assert says in ended.err
        assert ended.err.count("\n") == 1


def test_a_theme_that_there_is_not_is_named_with_its_file(cli, write_config):
    path = write_config('[tui]\ntheme = "foo"\n')
    ended = cli("config")
    assert (ended.code, ended.out) == (2, "")
    assert f"{path}: tui.theme is 'foo'; one of: dark, light, contrast, none, " in ended.err


@pytest.mark.parametrize("theme", ["none", "nord"])
def test_a_theme_of_ours_or_of_textual_s_is_in_force(cli, write_config, theme):
    write_config(f'[tui]\ntheme = "{theme}"\n')
    assert cli("config", "--json").json()["tui.theme"]["value"] == theme


# verify


def test_sound_collections(cli, library):
    ended = cli("verify")
    assert (ended.code, ended.out) == (0, "default: sound\nrecipes: sound\n")


def test_verify_as_json(cli, library):
    assert cli("verify", "-c", "recipes", "--json").json() == {
        "sound": True,
        "collections": {"recipes": []},
    }


def test_verify_in_an_empty_home(cli):
    assert cli("verify").code == 0


def test_verify_of_an_unknown_collection(cli, library):
    assert cli("verify", "-c", "recipe").code == 3


def test_changed_passage_is_damage(cli, folder):
    with sqlite3.connect(folder / "collection.db") as database:
        database.execute("UPDATE passages SET text = text || '!' WHERE id = 1")
    database.close()
    ended = cli("verify", "-c", "notes")
    assert ended.code == 4
    assert "notes: not sound" in ended.out
    assert "damage: " in ended.out
    assert cli("verify", "--json").json()["sound"] is False


def test_changed_passage_never_answers(cli, folder):
    with sqlite3.connect(folder / "collection.db") as database:
        database.execute("UPDATE passages SET text = text || '!'")
    database.close()
    ended = cli("search", "owl", "-c", "notes")
    assert (ended.code, ended.out) == (4, "")


def test_file_that_is_no_database(cli, folder):
    for suffix in ("-wal", "-shm"):
        (folder / f"collection.db{suffix}").unlink(missing_ok=True)
    (folder / "collection.db").write_bytes(b"not a database" * 1000)
    for command in (["search", "owl", "-c"], ["collections", "show"], ["index", "-c"]):
        ended = cli(*command, "notes")
        assert ended.code == 4, command
        assert ended.err.count("\n") == 1


def test_damaged_collection_can_be_removed(cli, folder):
    (folder / "collection.db").write_bytes(b"not a database" * 1000)
    assert cli("collections", "remove", "notes", "--yes").code == 0
    assert not folder.exists()


def test_damaged_collection_does_not_hide_the_others(cli, folder, indexed):
    cli("index", indexed, "-c", "other")
    (folder / "collection.db").write_bytes(b"not a database" * 1000)
    listed = cli("collections", "list")
    assert listed.code == 4
    assert "other" in listed.out
    assert "notes" in listed.err
    status = cli("status", "--json")
    assert [info["name"] for info in status.json()["collections"]] == ["other"]
    verified = cli("verify")
    assert verified.code == 4
    assert "other: sound" in verified.out
    assert "notes: not sound" in verified.out


def test_stray_file_is_a_note_that_repair_removes(cli, folder):
    (folder / "left-over.tmp").write_text("x")
    ended = cli("verify", "-c", "notes")
    assert ended.code == 0
    assert "note: left-over.tmp" in ended.out
    assert "--repair" in ended.out
    assert cli("verify", "-c", "notes", "--repair").out == "notes: sound\n"
    assert not (folder / "left-over.tmp").exists()


def test_newer_format_is_refused(cli, folder):
    with sqlite3.connect(folder / "collection.db") as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    ended = cli("search", "owl", "-c", "notes")
    assert ended.code == 4
    assert "upgrade" in ended.err


# every command that returns data


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["config"],
        ["verify"],
        ["collections", "list"],
        ["collections", "show", "default"],
        ["search", "moon"],
        ["score", "a", "b"],
    ],
)
def test_with_json_standard_output_is_one_value_and_nothing_is_narrated(cli, library, arguments):
    ended = cli(*arguments, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("\n")
    json.loads(ended.out)
