"""A small folder of documents in several formats, each with a fact to look for."""

from __future__ import annotations

from pathlib import Path

DOCUMENTS = {
    "bread.md": """# Sourdough

A starter of flour and water is fed every day.

## Baking

Bake the loaf at 230 degrees for forty minutes.
""",
    "owls.rst": """Night birds
===========

The barn owl hunts mice in complete darkness by hearing alone.
""",
    "sea/tides.html": """<!doctype html><html><head><title>Tides</title></head><body>
<h1>Tides</h1><p>The moon pulls the sea, so that the water rises twice a day.</p>
</body></html>
""",
    "sea/ships.txt": """A ship's log is kept by the officer of the watch.

The error code ZX-4711 means that the bilge pump has failed.
""",
    "circle.py": '''def area(radius):
    """Return the area of a circle."""
    return 3.14159 * radius**2
''',
}


def write_documents(folder: Path) -> Path:
    """Write the documents into a new folder."""
    for name, text in DOCUMENTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
