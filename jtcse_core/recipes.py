"""How an encoder was made, as its training left it beside the weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECIPE_FILE = "recipe.json"


def write_recipe(folder: Path, recipe: Mapping[str, Any]) -> None:
    """Leave a recipe beside a checkpoint's weights."""
    text = json.dumps(recipe, indent=2, default=dict) + "\n"
    (folder / RECIPE_FILE).write_text(text, encoding="utf-8")


def read_recipe(folder: Path) -> dict[str, Any]:
    """Return a checkpoint's recipe; empty for one that was not trained here."""
    try:
        value = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
