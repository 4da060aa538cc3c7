"""Files, disks and homes that refuse, met by a user who is not root."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.app.documents import write_documents
from tests.conftest import ROOT

NOBODY = 65534


@pytest.fixture
def place(tiny_encoder):
    """A folder that an ordinary user owns and can reach, which a test's own may not be."""
    folder = Path(tempfile.mkdtemp(prefix="jtcse-test-"))
    write_documents(folder / "docs")
    shutil.copytree(tiny_encoder, folder / "encoder")
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.fixture
def user(jtcse, place):
    """Run the command line as an ordinary user whom permissions bind."""
    before = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root reads everything, and setpriv is not there to be another user")
        before = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        reach = [*before, sys.executable, "-c", f"open({str(ROOT / 'app/__init__.py')!r})"]
        if subprocess.run(reach, capture_output=True, check=False).returncode:
            pytest.skip("the checkout cannot be read by another user")
    environment = {
        "JTCSE_HOME": str(place / "home"),
        "JTCSE_DEFAULT_ENCODER": str(place / "encoder"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def run(*arguments):
        return jtcse(*arguments, before=before, environment=environment, cwd="/")

    return run


def test_unreadable_file_is_skipped_with_the_reason(user, place):
    (place / "docs" / "bread.md").chmod(0)
    ended = user("index", place / "docs", "--json")
    assert ended.code == 0
    report = ended.json()
    assert (report["added"], report["skipped"]) == (4, 1)
    assert report["skips"] == [
        {"path": str(place / "docs" / "bread.md"), "reason": "permission denied"}
    ]


def test_unreadable_folder_is_skipped_with_the_reason(user, place):
    (place / "docs" / "sea").chmod(0)
    report = user("index", place / "docs", "--json").json()
    assert (report["added"], report["skipped"]) == (3, 1)
    assert report["skips"] == [{"path": str(place / "docs" / "sea"), "reason": "permission denied"}]


def test_file_that_becomes_readable_is_indexed(user, place):
    (place / "docs" / "bread.md").chmod(0)
    user("index", place / "docs")
    (place / "docs" / "bread.md").chmod(0o600)
    report = user("index", "--json").json()
    assert (report["added"], report["unchanged"], report["skipped"]) == (1, 4, 0)


def test_unreadable_root_prunes_nothing(user, place):
    user("index", place / "docs")
    (place / "docs").chmod(0)
    ended = user("index", "--json")
    assert ended.code == 1
    assert ended.json()["removed"] == 0
    assert "docs" in ended.err


def test_read_only_home_can_be_searched(user, place):
    user("index", place / "docs")
    for path in sorted((place / "home").rglob("*"), reverse=True):
        path.chmod(0o400 if path.is_file() else 0o500)
    (place / "home").chmod(0o500)
    for command in (["search", "owl"], ["status"], ["collections", "list"]):
        ended = user(*command)
        assert (ended.code, ended.err) == (0, ""), command
    assert user("verify").out == "default: sound\n"


def test_read_only_home_refuses_to_be_written_in_one_line(user, place):
    user("index", place / "docs")
    for path in sorted((place / "home").rglob("*"), reverse=True):
        path.chmod(0o400 if path.is_file() else 0o500)
    (place / "home").chmod(0o500)
    commands = (["index"], ["index", place / "docs", "-c", "new"],
                ["collections", "remove", "default", "--yes"],
                ["collections", "rename", "default", "new"])  # fmt: skip
    for command in commands:
        ended = user(*command)
        assert (ended.code, ended.out) == (1, ""), command
        assert ended.err.count("\n") == 1
        assert "ermission denied" in ended.err or "readonly" in ended.err


def test_home_that_cannot_be_made(user, place):
    ended = user("--home", "/proc/none", "index", place / "docs")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1


def test_unreadable_file_of_pairs(user, place):
    (place / "docs" / "bread.md").chmod(0)
    ended = user("score", "--file", place / "docs" / "bread.md")
    assert ended.code == 2
    assert "readable" in ended.err


def test_unreadable_configuration(user, place):
    (place / "home").mkdir()
    (place / "home" / "config.toml").write_text("")
    (place / "home" / "config.toml").chmod(0)
    ended = user("search", "owl")
    if os.geteuid() == 0:
        os.chown(place / "home", NOBODY, NOBODY)
    assert ended.code == 2
    assert "config.toml" in ended.err


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_full_disk_loses_nothing_that_was_committed(
    cli, small_disk, sample_docs, tiny_encoder, monkeypatch, tmp_path
):
    monkeypatch.setenv("JTCSE_DEFAULT_ENCODER", str(tiny_encoder))
    monkeypatch.setenv("JTCSE_HOME", str(small_disk / "home"))
    assert cli("index", sample_docs).code == 0
    big = tmp_path / "big"
    big.mkdir()
    for i in range(40):
        (big / f"{i}.txt").write_text("".join(f"Line {i} {k} of a long log. " for k in range(2000)))
    ended = cli("index", big)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1
    assert "full" in ended.err
    assert cli("search", "owl").code == 0
    assert cli("verify").code == 0
    assert cli("collections", "show", "default", "--json").json()["documents"] >= 5
    assert cli("collections", "remove", "default", "--yes").code == 0


def test_documents_of_a_folder_that_closes_are_kept_until_it_opens_or_goes(user, place):
    sea = place / "docs" / "sea"
    user("index", place / "docs")
    sea.chmod(0)
    for _ in range(2):
        ended = user("index", "--json")
        assert ended.code == 1
        report = ended.json()
        assert (report["removed"], report["unreachable"]) == (0, [str(sea)])
        assert report["skips"] == [{"path": str(sea), "reason": "permission denied"}]
    assert "tides.html" in user("search", "moon", "--mode", "lexical", "--files").out
    sea.chmod(0o700)
    report = user("index", "--json").json()
    assert (report["unchanged"], report["unreachable"], report["skips"]) == (5, [], [])
    sea.chmod(0)
    assert "closed to you" in user("index").err
    sea.chmod(0o700)
    shutil.rmtree(sea)
    report = user("index", "--json").json()
    assert (report["removed"], report["unreachable"]) == (2, [])


def test_a_closed_folder_is_pruned_when_asked(user, place):
    user("index", place / "docs")
    (place / "docs" / "sea").chmod(0)
    ended = user("index", "--prune-missing", "--json")
    assert (ended.code, ended.json()["removed"]) == (0, 2)
