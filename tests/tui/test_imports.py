import subprocess
import sys
from pathlib import Path

HEAVY = (
    "torch transformers sentence_transformers scipy onnxruntime tokenizers hnswlib numpy sqlite3"
)


def test_the_interface_paints_before_anything_heavy_is_imported():
    code = f"import sys, app.tui.app; print(*(set({HEAVY.split()!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True
    )
    assert done.stdout.split() == [], done.stderr
