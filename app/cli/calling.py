"""One call of a command: what it opens, and the one way in which it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import diagnostics, output, process
from app.cli.diagnostics import ExitCode
from app.errors import UsageError

if TYPE_CHECKING:
    from app.forked import ForkedLoader
    from app.session import Session
    from app.settings import Loaded


class Context:
    """The options of one call, and what they open.

    Args:
        home: `--home`.
        debug: `--debug`.
        threads: `--threads`.
        loader: Loads encoders elsewhere.
        arguments: What was typed.
    """

    def __init__(
        self,
        home: Path | None = None,
        debug: bool = False,
        threads: int | None = None,
        loader: ForkedLoader | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        self.home = home
        self.debug = debug
        self.arguments = arguments
        self._threads = threads
        self._loader = loader
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

        load = self._loader.load if self._loader else None
        return Session.open(self.home, self.settings(), load)

    def done_encoding(self) -> None:
        """Let go of whatever encodes elsewhere, while what was found is told."""
        if self._loader is not None:
            self._loader.end()

    def close(self) -> None:
        """Close what was opened."""
        if self._session is not None:
            self._session.close()


def finish(context: Context, work: Callable[[], ExitCode | None]) -> ExitCode:
    """Do the work of a call, and return the code that it ends with.

    Errors become one line, a closed pipe ends it quietly.
    """
    try:
        code = work()
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
    return code or ExitCode.OK


def require(path: Path) -> None:
    """Refuse a path that was named and does not exist.

    Raises:
        UsageError: It does not exist.
    """
    if not path.exists():
        raise UsageError(f"{path} does not exist", "check the path")
