"""What every command shares: the options that stand everywhere, and the session."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import diagnostics, output, process
from app.cli.diagnostics import ExitCode
from app.errors import UsageError

if TYPE_CHECKING:
    from app.session import Session
    from app.settings import Loaded

HomeOption = Annotated[
    Path | None, typer.Option("--home", metavar="DIR", help="Keep collections and encoders here.")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", metavar="N", help="Threads that encode.")
]

_COMMON: dict[str, tuple[Any, Any]] = {
    "home": (HomeOption, None),
    "debug": (DebugOption, False),
    "threads": (ThreadsOption, None),
}


class Context:
    """The options of one call, and what they open.

    Args:
        home: `--home`.
        debug: `--debug`.
        threads: `--threads`.
    """

    def __init__(self, home: Path | None, debug: bool, threads: int | None) -> None:
        self.home = home
        self.debug = debug
        self._threads = threads
        self._session: Session | None = None

    def settings(self) -> Loaded:
        """Load the settings.

        Raises:
            SettingError: One of them is wrong.
        """
        from app.paths import find_paths
        from app.settings import load_settings

        return load_settings(find_paths(self.home).config, {"threads": self._threads})

    @property
    def session(self) -> Session:
        """The session of this call, opened on first use."""
        if self._session is None:
            self._session = self.new_session()
        return self._session

    def new_session(self) -> Session:
        """Open another session with the same options."""
        from app.session import Session

        return Session.open(self.home, self.settings())

    def close(self) -> None:
        """Close what was opened."""
        if self._session is not None:
            self._session.close()


def command(
    function: Callable[..., ExitCode | None],
) -> Callable[..., None]:
    """Give a command the options that stand everywhere, and one way to end.

    The command gets a `Context` first; its other parameters are its own options. Errors
    become one line and an exit code, a closed pipe ends it quietly.
    """
    signature = inspect.signature(function, eval_str=True)
    own = list(signature.parameters.values())[1:]
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in _COMMON.items()
    ]
    caller = inspect.Parameter(
        "caller", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )

    @wraps(function)
    def run(caller: typer.Context, **values: Any) -> None:
        context = _context(caller, values)
        try:
            code = function(context, **values)
            output.flush()
        except KeyboardInterrupt:
            code = diagnostics.interrupted()
        except BrokenPipeError:
            process.abandon_stdout()
            code = ExitCode.OK
        except Exception as error:  # noqa: BLE001 - the one place where errors end
            code = diagnostics.report(error, debug=context.debug)
        finally:
            context.close()
        raise typer.Exit(code or ExitCode.OK)

    parameters = [caller, *own, *extra]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def require(path: Path) -> None:
    """Refuse a path that was named and does not exist.

    Raises:
        UsageError: It does not exist.
    """
    if not path.exists():
        raise UsageError(f"{path} does not exist", "check the path")


def _context(caller: typer.Context, values: dict[str, Any]) -> Context:
    """Take the shared options, those after the command before those in front of it."""
    given = {name: values.pop(name) for name in _COMMON}
    before: dict[str, Any] = caller.find_object(dict) or {}
    return Context(
        given["home"] or before.get("home"),
        given["debug"] or bool(before.get("debug")),
        given["threads"] if given["threads"] is not None else before.get("threads"),
    )
