"""Old Word and PowerPoint files, through a converter when one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from indexes.errors import SkipDocument
from indexes.extract.plain import extract_plain
from indexes.types import Extracted

CONVERT_SECONDS = 60

_SMALL = {
    "doc": (("antiword", "-m", "UTF-8.txt"), ("catdoc", "-d", "utf-8")),
    "ppt": (("catppt",),),
}
_NAMES = {"doc": "Word", "ppt": "PowerPoint"}
_WANTED = {"doc": "antiword, catdoc or LibreOffice", "ppt": "catppt or LibreOffice"}


def available_converters() -> tuple[str, ...]:
    """Return the converters that are installed."""
    programs = {"soffice", *(command[0] for commands in _SMALL.values() for command in commands)}
    return tuple(sorted(program for program in programs if shutil.which(program)))


def extract_legacy(data: bytes, kind: str) -> Extracted:
    """Read a DOC or PPT file."""
    with tempfile.TemporaryDirectory(prefix="jtcse-") as folder:
        source = Path(folder, f"document.{kind}")
        source.write_bytes(data)
        found = False
        for program, *options in _SMALL[kind]:
            if path := shutil.which(program):
                found = True
                text = _run([path, *options, str(source)])
                if text.strip():
                    return extract_plain(_clean(text))
        office = shutil.which("soffice")
        if office:
            return extract_plain(_clean(_office(office, source, kind)))
    if found:
        raise SkipDocument("no text in it that the installed converter can read")
    raise SkipDocument(
        f"an old {_NAMES[kind]} file, read through {_WANTED[kind]}, none of which is installed"
    )


def _office(program: str, source: Path, kind: str) -> str:
    form = "txt:Text (encoded):UTF8" if kind == "doc" else "txt"
    _run([
        program, f"-env:UserInstallation={source.parent.as_uri()}/profile", "--headless",
        "--convert-to", form, "--outdir", str(source.parent), str(source),
    ])  # fmt: skip
    output = source.with_suffix(".txt")
    if not output.is_file():
        raise SkipDocument("LibreOffice could not convert it")
    return output.read_text(encoding="utf-8", errors="replace")


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=CONVERT_SECONDS, stdin=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(Path(command[-1]).parent)},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise SkipDocument(f"{Path(command[0]).name} took too long to convert it") from error
    except OSError as error:
        raise SkipDocument(f"{Path(command[0]).name} could not be started") from error
    return done.stdout.decode("utf-8", "replace")


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\f", "\n\n").replace("\0", "").lstrip("\ufeff")
