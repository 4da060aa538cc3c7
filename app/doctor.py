"""Is everything there that the program needs? One line a question, with what to do about it."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from app import __version__
from app.cores import usable_cores
from app.errors import SettingError
from app.machine import kernels
from app.paths import is_there
from app.settings import Loaded, Settings
from indexes.errors import IndexesError
from jtcse_core.errors import CoreError

if TYPE_CHECKING:
    from app.paths import Paths
    from app.session import Session

State = Literal["ok", "note", "problem"]

LIBRARIES = ("numpy", "onnxruntime", "tokenizers", "sqlite-utils", "textual", "typer")
CONVERTERS = ("antiword", "catdoc", "catppt", "soffice")
LEAST_FREE = 1 << 30
SHIFT_NOTED = 0.01
SHIFT_WRONG = 0.03
WASTE_NOTED = 64 << 20


@dataclass(frozen=True)
class Check:
    """The answer to one question.

    Attributes:
        name: What was looked at.
        state: `ok`, `note` for what is worth knowing, `problem` for what stands in the way.
        what: What was found.
        hint: What to do; empty when there is nothing to do.
    """

    name: str
    state: State
    what: str
    hint: str = ""


def examine(
    paths: Paths, load: Callable[[], Loaded], open_session: Callable[[Settings], Session]
) -> Iterator[Check]:
    """Look at everything, from the machine to the collections; nothing is changed.

    Args:
        paths: Where things are kept.
        load: Loads the settings.
        open_session: Opens a session with settings.
    """
    yield Check("jtcse", "ok", f"{__version__}, Python {platform.python_version()}")
    yield from _libraries()
    yield _processor()
    settings = Settings()
    try:
        settings = load().settings
        yield Check("settings", "ok", str(paths.config) if paths.config.is_file() else "defaults")
    except SettingError as error:
        yield Check("settings", "problem", error.message, error.hint)
    yield _threads(settings)
    yield from _home(paths)
    yield _text()
    yield _terminal(os.environ)
    yield _converters()
    session = open_session(settings)
    try:
        yield _encoder(session)
        yield from _collections(session)
    finally:
        session.close()


def _libraries() -> Iterator[Check]:
    found = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    yield Check("libraries", "ok", f"{found}, SQLite {sqlite3.sqlite_version}")
    try:
        yield Check("graph", "ok", f"hnswlib {version('hnswlib')}")
    except PackageNotFoundError:
        yield Check(
            "graph",
            "note",
            "hnswlib is not installed: every search is exact, slow from 100,000 passages on",
            "pip install 'jtcse[graph]' (needs a C++ compiler; HNSWLIB_NO_NATIVE=1 to move it)",
        )
    if find_spec("torch") is None:
        hint = "only to train and export encoders: pip install 'jtcse[train]'"
        yield Check("training", "note", "PyTorch is not installed", hint)
    else:
        yield Check("training", "ok", f"torch {version('torch')}")


def _processor() -> Check:
    found = kernels()
    what = f"{found.name}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return Check("processor", "note" if found.advice else "ok", what, found.advice)


def _threads(settings: Settings) -> Check:
    cores = usable_cores()
    what = f"{settings.threads} encode side by side"
    if settings.threads > cores:
        hint = f"no more than {cores} pay here: set threads, JTCSE_THREADS or --threads"
        return Check("threads", "note", what, hint)
    return Check("threads", "ok", what)


def _home(paths: Paths) -> Iterator[Check]:
    existing = next(path for path in (paths.data, *paths.data.parents) if is_there(path))
    if not existing.is_dir() or not os.access(existing, os.R_OK | os.W_OK | os.X_OK):
        hint = "mend its permissions, or name another: --home DIR, JTCSE_HOME"
        yield Check("home", "problem", f"{existing} cannot be written", hint)
    elif existing != paths.data:
        yield Check("home", "ok", f"{paths.data}, made when something is indexed")
    elif paths.data.stat().st_mode & 0o077:
        hint = f"chmod 700 {paths.data}"
        yield Check("home", "note", f"others may look into {paths.data}", hint)
    else:
        yield Check("home", "ok", str(paths.data))
    free = shutil.disk_usage(existing).free
    what = f"{free / (1 << 30):,.1f} GB free"
    if free < LEAST_FREE:
        yield Check("disk", "problem", what, "a collection takes about 3 KB a passage: make room")
    else:
        yield Check("disk", "ok", what)


def _text() -> Check:
    encodings = {sys.getfilesystemencoding(), locale.getpreferredencoding(False)}
    encodings.add(getattr(sys.stdout, "encoding", None) or "utf-8")
    other = sorted(name for name in encodings if name.lower().replace("-", "") != "utf8")
    if other:
        hint = "set LANG to a UTF-8 locale, such as C.UTF-8, or PYTHONUTF8=1"
        return Check("text", "note", f"not UTF-8: {', '.join(other)}", hint)
    return Check("text", "ok", "UTF-8")


def _terminal(environment: Mapping[str, str]) -> Check:
    kind = environment.get("TERM", "")
    width, height = shutil.get_terminal_size((80, 24))
    size = f"{width}×{height}"
    if not sys.stdout.isatty():
        return Check("terminal", "ok", "none here, output goes into a pipe or a file")
    if kind in ("", "dumb"):
        hint = "the interface needs a terminal; set TERM, for example to xterm-256color"
        return Check("terminal", "note", f"TERM is {kind or 'not set'}", hint)
    if environment.get("NO_COLOR"):
        return Check("terminal", "ok", f"{kind}, {size}, without colour as NO_COLOR asks")
    many = environment.get("COLORTERM") in ("truecolor", "24bit")
    colours = "16 million colours" if many else "256" if "256" in kind else "16"
    hint = "" if many or "256" in kind else "TERM=xterm-256color, if yours has as many colours"
    what = f"{kind}, {size}, {colours}" + ("" if many else " colours")
    return Check("terminal", "note" if hint else "ok", what, hint)


def _converters() -> Check:
    found = [name for name in CONVERTERS if shutil.which(name)]
    if found:
        return Check("old Office files", "ok", f"read through {', '.join(found)}")
    hint = "to read .doc and .ppt, install antiword, catdoc or LibreOffice"
    return Check("old Office files", "note", "no converter is installed", hint)


def _encoder(session: Session) -> Check:
    """Look whether the encoder gives here what it gave where it was exported."""
    from jtcse_core.background import QUANTILES, measure_background
    from jtcse_core.card import compute_fingerprint
    from jtcse_core.onnx_encoder import OnnxEncoder
    from jtcse_core.packaged import renewal

    try:
        encoder = session.encoder().plain
        assert isinstance(encoder, OnnxEncoder)
        card = encoder.card
        found = compute_fingerprint(
            encoder.folder, pooling=card.pooling, max_length=card.max_length
        )
    except CoreError as error:
        return Check("encoder", "problem", error.message, error.hint)
    name = f"{card.name} ({card.fingerprint[:8]})"
    if found != card.fingerprint:
        what = f"{name}: its files are not those that were exported"
        return Check("encoder", "problem", what, renewal(encoder.folder))
    if len(card.background) != QUANTILES:
        what = f"{name}: exported by another version, nothing to compare with"
        return Check("encoder", "note", what, renewal(encoder.folder))
    here = measure_background(encoder)
    shift = max(abs(a - b) for a, b in zip(here, card.background, strict=True))
    what = f"{name}: its cosines are within {shift:.4f} of those where it was exported"
    again = renewal(encoder.folder)
    hint = again if kernels().exact else f"int8 saturates here: {again}"
    if shift < SHIFT_NOTED:
        return Check("encoder", "ok", what)
    return Check("encoder", "problem" if shift > SHIFT_WRONG else "note", what, hint)


def _collections(session: Session) -> Iterator[Check]:
    infos, problems = session.describe_all()
    for problem in problems:
        yield Check(f"collection {problem.collection}", "problem", problem.what, problem.hint)
    for info in infos:
        name = f"collection {info.name}"
        what = f"{info.documents:,} documents, {info.passages:,} passages"
        trouble = _trouble(session, info.name)
        if trouble is not None:
            yield Check(name, trouble.state, trouble.what, trouble.hint)
        elif info.reclaimable > WASTE_NOTED:
            waste = f"{what}; {info.reclaimable >> 20:,} MB of it are free pages"
            yield Check(name, "note", waste, f"jtcse collections compact {info.name}")
        else:
            yield Check(name, "ok", what)
    if not infos and not problems:
        yield Check("collections", "note", "there are none", "make one: jtcse index PATH")


def _trouble(session: Session, name: str) -> Check | None:
    """Return what of a collection needs attention, the worst first."""
    from indexes.errors import mismatch
    from indexes.locking import writer_of

    try:
        reader = session.view(name).reader
        with reader.consistent():
            row, roots, unfinished = reader.encoder(), reader.roots(), reader.meta("unfinished")
        if row is not None:
            encoder = session.places.encoder(row)
            if encoder.fingerprint != row.fingerprint:
                raise mismatch(name, row.name, row.fingerprint, encoder)
    except (CoreError, IndexesError) as error:
        return Check(name, "problem", error.message, error.hint)
    missing = [str(root.path) for root in roots if not is_there(root.path)]
    if missing:
        hint = "mount it, say where it is now (jtcse collections move), or that it is gone (forget)"
        return Check(name, "note", f"{missing[0]} is not there", hint)
    writer = writer_of(session.catalog.find(name))
    if writer:
        return Check(name, "ok", f"being written by {writer}")
    if unfinished:
        return Check(name, "note", "an index run did not finish", f"jtcse index -c {name}")
    return None
