"""What users are told whose encoder cannot be used, is what helps them."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from jtcse_core.card import read_card
from jtcse_core.errors import EncoderDamaged, EncoderNotFound, OutputError
from jtcse_core.locations import resolve_encoder
from jtcse_core.packaged import packaged_encoder_folder, renewal


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOENT, "folder is not there"),
        (errno.EACCES, "permissions"),
        (errno.ENOSPC, "free some space"),
    ],
)
def test_what_cannot_be_written_is_told_with_what_helps(number, hint):
    error = OutputError.of(Path("out"), OSError(number, os.strerror(number)))
    assert hint in error.hint


def test_who_misspells_a_name_is_told_what_there_is(tmp_path):
    with pytest.raises(EncoderNotFound) as raised:
        resolve_encoder("mni", tmp_path)
    assert "jtcse models list" in raised.value.hint


def test_a_checkpoint_can_be_exported_and_any_other_folder_cannot(tmp_path):
    with pytest.raises(EncoderNotFound) as raised:
        read_card(tmp_path)
    assert "jtcse models list" in raised.value.hint
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderNotFound) as raised:
        read_card(tmp_path)
    assert f"jtcse export {tmp_path} OUT" in raised.value.hint


def test_the_encoder_of_the_package_is_installed_again_and_others_are_exported(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(packaged_encoder_folder(), folder)
    (folder / "model.onnx").write_bytes(b"short")
    with pytest.raises(EncoderDamaged) as raised:
        read_card(folder)
    assert "export it again" in raised.value.hint
    assert renewal(packaged_encoder_folder()) == "install jtcse again"
