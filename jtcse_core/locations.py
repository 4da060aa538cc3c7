"""Where encoders stand: the default, one by name, one by path."""

from __future__ import annotations

import os
from pathlib import Path

from jtcse_core.card import CARD_FILE
from jtcse_core.errors import EncoderNotFound
from jtcse_core.packaged import packaged_encoder_folder

DEFAULT_ENCODER_VARIABLE = "JTCSE_DEFAULT_ENCODER"
MAKE_DEFAULT_COMMAND = "jtcse export base --as-default"


def default_encoder_folder() -> Path:
    """Return where the default encoder stands: the variable's path, or the package's own."""
    override = os.environ.get(DEFAULT_ENCODER_VARIABLE)
    return Path(override) if override else packaged_encoder_folder()


def resolve_encoder(name_or_path: str | Path | None, encoders: Path | None = None) -> Path:
    """Turn a name, a path or None into the folder of an encoder.

    Args:
        name_or_path: None or `default` for the default encoder, the name of a folder below
            `encoders`, or a path.
        encoders: Where installed encoders stand, one folder each.

    Raises:
        EncoderNotFound: Nothing stands there.
    """
    if name_or_path is None or name_or_path == "default":
        return _resolve_default()
    if encoders is not None and (encoders / str(name_or_path) / CARD_FILE).is_file():
        return encoders / str(name_or_path)
    path = Path(name_or_path).expanduser()
    if path.is_dir():
        return path
    raise EncoderNotFound(
        f"no encoder named {str(name_or_path)!r}, and no folder of that path",
        "jtcse models list names those at hand; or give the path of an encoder folder",
    )


def _resolve_default() -> Path:
    folder = default_encoder_folder()
    if (folder / CARD_FILE).is_file():
        return folder
    if os.environ.get(DEFAULT_ENCODER_VARIABLE):
        raise EncoderNotFound(
            f"{DEFAULT_ENCODER_VARIABLE} names {folder}, which is not an encoder",
            f"unset it, or point it to a folder that holds {CARD_FILE}",
        )
    raise EncoderNotFound(
        "the default encoder is missing from the installation",
        f"install jtcse again, or make one: {MAKE_DEFAULT_COMMAND}  (needs 'jtcse[train]')",
    )
