"""Settings: defaults, then the configuration file, then the environment, then options."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from app.cores import default_threads
from app.errors import SettingError

DEFAULT_ENCODER = "default"
"""The name of the encoder that comes with the program."""


@dataclass(frozen=True)
class Settings:
    """Effective settings. A key of the configuration file is the name with its first `_` a dot.

    Attributes:
        encoder: Name or path of the encoder for new collections and for scoring.
        threads: Threads that encode side by side; no more run than there are cores.
        index_graph_from: Number of passages from which a graph is kept.
        index_max_file_mb: Size up to which a file is read.
        index_max_seconds: Time that reading one file may take.
        index_max_memory_mb: Memory that reading one file may take.
        search_mode: `hybrid`, `dense` or `lexical`.
        search_limit: Hits shown when no number is asked for.
        tui_debounce_ms: Pause after a key before a search begins, while another is on its way.
        tui_theme: `dark`, `light`, `contrast`, `none` for no colour, or a theme of Textual's.
        tui_keys: Keys by the id of the action that they do, several separated by commas.
    """

    encoder: str = DEFAULT_ENCODER
    threads: int = field(default_factory=default_threads)
    index_graph_from: int = 20_000
    index_max_file_mb: int = 64
    index_max_seconds: int = 30
    index_max_memory_mb: int = 1024
    search_mode: str = "hybrid"
    search_limit: int = 10
    tui_debounce_ms: int = 40
    tui_theme: str = "dark"
    tui_keys: Mapping[str, str] = field(default_factory=dict)


KEYS = {
    "encoder": "encoder",
    "threads": "threads",
    "index.graph_from": "index_graph_from",
    "index.max_file_mb": "index_max_file_mb",
    "index.max_seconds": "index_max_seconds",
    "index.max_memory_mb": "index_max_memory_mb",
    "search.mode": "search_mode",
    "search.limit": "search_limit",
    "tui.debounce_ms": "tui_debounce_ms",
    "tui.theme": "tui_theme",
    "tui.keys": "tui_keys",
}
"""Keys of the configuration file, with the setting each one sets."""

VARIABLES = {"JTCSE_ENCODER": "encoder", "JTCSE_THREADS": "threads"}
"""Environment variables, with the setting each one sets."""

_RANGES = {
    "threads": (1, 256),
    "index_graph_from": (1, 1_000_000_000),
    "index_max_file_mb": (1, 4096),
    "index_max_seconds": (1, 3600),
    "index_max_memory_mb": (256, 1_000_000),
    "search_limit": (1, 10_000),
    "tui_debounce_ms": (0, 2_000),
}
_CHOICES = {"search_mode": ("hybrid", "dense", "lexical")}


class Loaded(NamedTuple):
    """Settings, and where each one comes from."""

    settings: Settings
    origins: Mapping[str, str]


def load_settings(
    config: Path,
    options: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Loaded:
    """Combine all sources of settings.

    Args:
        config: The configuration file; it may be missing.
        options: Settings given on the command line; None values are not given.
        environment: The process's environment by default.

    Raises:
        SettingError: A key is unknown or a value is wrong.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origins = {field.name: "default" for field in fields(Settings)}
    for name, value in _read_file(config).items():
        values[name] = _checked(name, value, str(config))
        origins[name] = str(config)
    for variable, name in VARIABLES.items():
        if environment.get(variable):
            values[name] = _checked(name, environment[variable], variable)
            origins[name] = variable
    for name, value in (options or {}).items():
        if value is not None:
            values[name] = _checked(name, value, "the command line")
            origins[name] = "command line"
    return Loaded(replace(Settings(), **values), origins)


def _read_file(config: Path) -> dict[str, Any]:
    try:
        data = config.read_bytes()
        # Most have no such file, and need not wait for what reads it.
        import tomllib

        tree = tomllib.loads(data.decode())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise SettingError(f"{config} cannot be read: {why}", "mend it or move it away") from error
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": part for inner, part in value.items()}
        else:
            flat[key] = value
    return {_setting_of(key, config): value for key, value in flat.items()}


def _setting_of(key: str, config: Path) -> str:
    if key in KEYS:
        return KEYS[key]
    close = get_close_matches(key, KEYS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(KEYS)}"
    raise SettingError(f"{config}: unknown key {key!r}", hint)


def _keys(value: Any, origin: str, above: str = "") -> dict[str, str]:
    """Read a table of keys; an id with a dot may be written as a table in the table."""
    if not isinstance(value, Mapping):
        raise SettingError(f"{origin}: tui.keys is no table", 'such as [tui.keys], help = "f1"')
    keys: dict[str, str] = {}
    for name, given in value.items():
        if isinstance(given, Mapping):
            keys |= _keys(given, origin, f"{above}{name}.")
        elif isinstance(given, str) and given.strip():
            keys[above + name] = given.replace(" ", "")
        else:
            raise SettingError(
                f"{origin}: tui.keys: {above}{name} is {given!r}", 'give keys such as "ctrl+g,f9"'
            )
    return keys


def _checked(name: str, value: Any, origin: str) -> Any:
    key = next(key for key, setting in KEYS.items() if setting == name)
    if name == "tui_keys":
        from app.keymap import check_keys

        return check_keys(_keys(value, origin), origin)
    if name in _RANGES:
        low, high = _RANGES[name]
        try:
            number = int(str(value))
        except ValueError:
            number = low - 1
        if not low <= number <= high or isinstance(value, bool):
            raise SettingError(
                f"{origin}: {key} is {value!r}", f"give a whole number from {low} to {high}"
            )
        return number
    if name == "encoder" and not str(value).strip():
        raise SettingError(f"{origin}: encoder is empty", "give a name, or the path of a folder")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise SettingError(f"{origin}: {key} is {value!r}", f"one of: {', '.join(_CHOICES[name])}")
    return str(value)


def store_setting(config: Path, key: str, value: str) -> None:
    """Set one top-level key of the configuration file and leave the rest as it stands.

    Raises:
        SettingError: The file cannot be read or written.
    """
    _read_file(config)  # a file that cannot be understood is not written to
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    try:
        lines = config.read_text(encoding="utf-8").splitlines() if config.is_file() else []
        tables = (i for i, text in enumerate(lines) if text.lstrip().startswith("["))
        top = next(tables, len(lines))
        for i in range(top):
            if lines[i].split("=")[0].strip() == key:
                lines[i] = line
                break
        else:
            lines.insert(0, line)
        data = ("\n".join(lines) + "\n").encode()
        config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = config.with_name(f".{config.name}.new")
        temporary.write_bytes(data)
        temporary.replace(config)
    except OSError as error:
        raise SettingError(f"{config} cannot be written: {error.strerror}", "check it") from error
    except UnicodeEncodeError as error:
        raise SettingError(
            f"{config} cannot hold {value}, which is not UTF-8", "rename it"
        ) from error
