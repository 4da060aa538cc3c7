"""The default encoder inside the installation, and how an encoder's folder is made anew."""

from __future__ import annotations

from pathlib import Path


def packaged_encoder_folder() -> Path:
    """Return the folder of the default encoder inside the installation."""
    return Path(__file__).parent / "data" / "default"


def renewal(folder: Path) -> str:
    """Say what a user can do whose encoder is damaged, or of an older version."""
    if folder == packaged_encoder_folder():
        return "install jtcse again"
    return "export it again, or use another: jtcse models list names those at hand"
