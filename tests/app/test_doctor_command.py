"""`jtcse doctor`: what is there, what is missing, and what to do about it."""

import json
import os
import shutil
from contextlib import closing

import pytest

from app.machine import kernels
from indexes.store import Store
from tests.conftest import ROOT


@pytest.fixture
def doctor(cli):
    """Return a function that gives the checks by name, and how the command ended."""

    def run(*arguments):
        ended = cli("doctor", "--json", *arguments)
        return {check["name"]: check for check in ended.json()["checks"]}, ended

    return run


def test_a_sound_home_is_told_line_by_line(cli, doctor, library):
    checks, ended = doctor()
    assert ended.code == 0
    assert ended.json()["sound"] is True
    assert checks["encoder"]["state"] == "ok"
    assert "5 documents" in checks["collection default"]["what"]
    lines = cli("doctor").out.splitlines()
    assert all(line.startswith(("ok  ", "note", "     ")) for line in lines)


def test_every_trouble_has_a_hint(doctor, library):
    checks, _ = doctor()
    assert all(check["hint"] for check in checks.values() if check["state"] != "ok")


def test_without_an_encoder_it_says_how_to_get_one(doctor, monkeypatch):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", "/nowhere")
    checks, ended = doctor()
    assert ended.code == 1
    assert checks["encoder"]["state"] == "problem"
    assert "JTCSE_DEFAULT_ENCODER" in checks["encoder"]["what"]
    assert checks["collections"]["hint"] == "make one: jtcse index PATH"


def test_an_encoder_whose_files_were_changed_is_found_out(
    doctor, tmp_path, default_encoder, monkeypatch
):
    folder = tmp_path / "changed"
    shutil.copytree(default_encoder, folder)
    text = (folder / "tokenizer.json").read_text()
    (folder / "tokenizer.json").write_text(text + "\n")
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(folder))
    checks, ended = doctor()
    assert ended.code == 1
    assert "not those that were exported" in checks["encoder"]["what"]


def test_another_encoder_than_the_collections_is_a_problem_of_theirs(
    doctor, library, other_encoder, monkeypatch
):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(other_encoder))
    checks, ended = doctor()
    assert ended.code == 1
    assert "shortsighted" in checks["collection recipes"]["what"]


def test_wrong_settings_do_not_end_the_examination(doctor, tmp_path):
    (tmp_path / "config.toml").write_text("encodr = 'x'\n")
    checks, ended = doctor("--home", tmp_path)
    assert ended.code == 1
    assert "encoder" in checks["settings"]["hint"]
    assert "collections" in checks


def test_a_home_that_cannot_be_is_a_problem(doctor, tmp_path):
    (tmp_path / "file").write_text("")
    checks, ended = doctor("--home", tmp_path / "file")
    assert ended.code == 1
    assert checks["home"]["state"] == "problem"


def test_a_damaged_collection_is_named(cli, doctor, tmp_path, sample_docs, default_encoder):
    cli("index", sample_docs, "--home", tmp_path)
    (tmp_path / "collections/default/collection.db").write_bytes(b"no database" * 999)
    checks, ended = doctor("--home", tmp_path)
    assert ended.code == 1
    assert checks["collection default"]["state"] == "problem"


def test_a_folder_that_went_is_a_note(cli, doctor, tmp_path, sample_docs, default_encoder):
    cli("index", sample_docs, "--home", tmp_path)
    shutil.rmtree(sample_docs)
    checks, ended = doctor("--home", tmp_path)
    assert ended.code == 0
    assert str(sample_docs) in checks["collection default"]["what"]


def test_a_run_at_work_is_not_one_that_did_not_finish(cli, doctor, tmp_path, sample_docs):
    cli("index", sample_docs, "--home", tmp_path)
    folder = tmp_path / "collections/default"
    with closing(Store(folder)) as store, store.transaction():
        store.set_meta("unfinished", "1")
    assert "did not finish" in doctor("--home", tmp_path)[0]["collection default"]["what"]
    note = {"pid": os.getppid(), "command": "jtcse index", "since": 0}
    (folder / "writer.lock").write_text(json.dumps(note))
    check = doctor("--home", tmp_path)[0]["collection default"]
    assert check["state"] == "ok"
    assert f"being written by process {os.getppid()}" in check["what"]


def test_a_background_of_another_length_is_nothing_to_compare_with(
    doctor, tmp_path, default_encoder, monkeypatch
):
    folder = tmp_path / "other"
    shutil.copytree(default_encoder, folder)
    card = json.loads((folder / "encoder.json").read_text())
    (folder / "encoder.json").write_text(json.dumps({**card, "background": [0.0, 0.1, 0.9]}))
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(folder))
    checks, _ = doctor()
    assert checks["encoder"]["state"] == "note"
    assert "nothing to compare with" in checks["encoder"]["what"]


def test_nothing_is_made_by_looking(doctor, tmp_path):
    doctor("--home", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_locale_that_is_not_utf8_is_named(jtcse, library):
    environment = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = jtcse("doctor", environment={**environment, "PYTHONPATH": str(ROOT)})
    assert ended.code == 0
    assert "not UTF-8" in ended.out


@pytest.mark.parametrize(
    ("flags", "machine", "name", "exact"),
    [
        ("avx2 avx512bw avx512_vnni", "x86_64", "AVX-512 VNNI", True),
        ("avx2 avx_vnni", "x86_64", "AVX VNNI", True),
        ("avx2 avx512bw", "x86_64", "AVX-512 without VNNI", False),
        ("avx2", "AMD64", "AVX2", False),
        ("sse4_2", "x86_64", "SSE", False),
        ("asimd asimddp", "aarch64", "NEON dot products", True),
        ("", "riscv64", "unknown (riscv64)", True),
    ],
)
def test_the_kernel_class_is_told_from_the_flags(flags, machine, name, exact):
    found = kernels(frozenset(flags.split()), machine)
    assert (found.name, found.exact) == (name, exact)
    assert bool(found.advice) == (name == "SSE")
