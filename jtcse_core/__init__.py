"""The sentence encoder: load it, export it, measure it (and train it, with `[train]`).

Names are resolved on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jtcse_core.card import EncoderCard
    from jtcse_core.errors import CoreError
    from jtcse_core.loading import load_encoder
    from jtcse_core.onnx_encoder import OnnxEncoder

# The official builds of onnxruntime report to their maker, and keep an identifier in the
# user's home, unless told otherwise before they are loaded. Nothing here goes to the network.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

_HOMES = {
    "CoreError": "jtcse_core.errors",
    "EncoderCard": "jtcse_core.card",
    "OnnxEncoder": "jtcse_core.onnx_encoder",
    "load_encoder": "jtcse_core.loading",
}

__all__ = ["CoreError", "EncoderCard", "OnnxEncoder", "load_encoder"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
