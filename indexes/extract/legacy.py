"""Old Word and PowerPoint files, through a converter when one is installed."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from indexes.errors import SkipDocument
from indexes.extract.plain import extract_plain
from indexes.types import Extracted

MAX_CONVERTER_BYTES = 4 << 30
"""Addresses that a converter may use; LibreOffice maps a gigabyte before it begins."""

SPARE_SECONDS = 2
"""A converter is ended before its reader is, so that it never outlives it."""

_budget = 30.0
_SMALL = {
    "doc": (("antiword", "-w", "0", "-m", "UTF-8.txt"), ("catdoc", "-w", "-d", "utf-8")),
    "ppt": (("catppt", "-d", "utf-8"),),
}
_MODERN = {"doc": "docx", "ppt": "pptx"}
_NAMES = {"doc": "Word", "ppt": "PowerPoint"}
_WANTED = {"doc": "LibreOffice, antiword or catdoc", "ppt": "LibreOffice or catppt"}
_PICTURE = re.compile(r"^[ \t]*\[pic\][ \t]*$", re.MULTILINE)


def available_converters() -> tuple[str, ...]:
    """Return the converters that are installed."""
    programs = {"soffice", *(command[0] for commands in _SMALL.values() for command in commands)}
    return tuple(sorted(program for program in programs if shutil.which(program)))


def set_budget(seconds: float) -> None:
    """Say how long reading one file may take in this process."""
    global _budget
    _budget = seconds


def extract_legacy(data: bytes, kind: str) -> Extracted:
    """Read a DOC or PPT file: through LibreOffice with its structure, else as plain text.

    Args:
        data: The file's bytes.
        kind: `doc` or `ppt`.
    """
    deadline = time.monotonic() + max(_budget - SPARE_SECONDS, 1)
    reasons: list[str] = []
    with tempfile.TemporaryDirectory(prefix="jtcse-") as folder:
        source = Path(folder, f"document.{kind}")
        source.write_bytes(data)
        office = shutil.which("soffice")
        if office:
            try:
                return _office(office, source, kind, deadline)
            except SkipDocument as skip:
                reasons.append(skip.message)
        for program, *options in _SMALL[kind]:
            path = shutil.which(program)
            if path is None:
                continue
            text = _clean(_run([path, *options, str(source)], deadline))
            if text.strip():
                return extract_plain(text)
            reasons.append("no text in it that the installed converter can read")
    if reasons:
        raise SkipDocument(reasons[0])
    raise SkipDocument(
        f"an old {_NAMES[kind]} file, read through {_WANTED[kind]}, none of which is installed"
    )


def _office(program: str, source: Path, kind: str, deadline: float) -> Extracted:
    """Have LibreOffice write the file anew in a format that is read here."""
    form = _MODERN[kind]
    _run([
        program, f"-env:UserInstallation={source.parent.as_uri()}/profile", "--headless",
        "--convert-to", form, "--outdir", str(source.parent), str(source),
    ], deadline)  # fmt: skip
    from indexes.extract.archives import Archive
    from indexes.extract.slides import extract_slides
    from indexes.extract.word import extract_word

    output = source.with_suffix(f".{form}")
    if not output.is_file():
        raise SkipDocument("LibreOffice could not convert it")
    archive = Archive(output.read_bytes())
    extracted = extract_word(archive) if form == "docx" else extract_slides(archive)
    if not extracted.blocks:
        raise SkipDocument("no text in it")
    return extracted


def _run(command: list[str], deadline: float) -> str:
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(Path(command[-1]).parent)},
            start_new_session=True, preexec_fn=_widen,
        )  # fmt: skip
    except OSError as error:
        raise SkipDocument(f"{name} could not be started") from error
    try:
        out, _ = process.communicate(timeout=max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired as error:
        raise SkipDocument(f"{name} took too long to convert it") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and what it started
        process.wait()
    return out.decode("utf-8", "replace")


def _widen() -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MAX_CONVERTER_BYTES if hard == resource.RLIM_INFINITY else min(hard, MAX_CONVERTER_BYTES)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\f", "\n\n").replace("\0", "").lstrip("\ufeff")
    return _PICTURE.sub("", text)
