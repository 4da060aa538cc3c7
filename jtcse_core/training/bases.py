"""The checkpoint that a run starts from, made ready to be trained."""

from __future__ import annotations

from pathlib import Path

from jtcse_core.config import RunConfig
from jtcse_core.errors import ConfigError
from jtcse_core.export.source import read_source
from jtcse_core.towers import Tower, load_tower


def load_for_training(folder: Path, config: RunConfig, pooling: str) -> Tower:
    """Load a tower as a run's settings want it.

    Args:
        folder: Where the checkpoint stands.
        config: The run.
        pooling: `mean` or `cls`; empty for what the checkpoint says.

    Raises:
        ConfigError: It cannot read as many tokens as the run gives it, or is not supported.
        EncoderNotFound: The folder holds no checkpoint.
        EncoderDamaged: It cannot be read.
    """
    positions = read_source(folder, pooling or None).positions
    if config.max_length > positions:
        raise ConfigError(
            f"max_length {config.max_length} is more than {folder.name} can read: "
            f"at most {positions}",
            "set a smaller max_length",
        )
    dropout = config.dropout if config.dropout >= 0 else None
    tower = load_tower(folder, pooling or None, dropout=dropout)
    if config.freeze_embeddings:
        tower.freeze_embeddings()
    return tower
