"""How an encoder was made, as its training left it beside the weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECIPE_FILE = "recipe.json"


def read_recipe(folder: Path) -> dict[str, Any]:
    """Return a checkpoint's recipe; empty for one that was not trained here."""
    try:
        value = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
