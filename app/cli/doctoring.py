"""`jtcse doctor`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli import output
from app.cli.calling import Context
from app.cli.diagnostics import ExitCode
from app.cli.options import JsonOption

if TYPE_CHECKING:
    from app.session import Session
    from app.settings import Settings


def doctor(
    context: Context,
    json: JsonOption = False,
) -> ExitCode | None:
    """Look whether everything is there that is needed, and say what to do where it is not.

    Exits with 1 when something stands in the way. Collections are looked at, not read
    through; that is: jtcse verify.
    """
    from app.doctor import examine
    from app.paths import find_paths

    paths = find_paths(context.home)

    def open_session(settings: Settings) -> Session:
        from app.session import Session

        return Session(paths, settings)

    checks = []
    for check in examine(paths, context.settings, open_session):
        checks.append(check)
        if not json:
            mark = {"ok": "ok  ", "note": "note", "problem": "BAD "}[check.state]
            output.line(f"{mark}  {check.name}: {check.what}")
            if check.hint:
                output.line(f"        {check.hint}")
    troubled = any(check.state == "problem" for check in checks)
    if json:
        output.as_json({"sound": not troubled, "checks": [asdict(check) for check in checks]})
    return ExitCode.FAILED if troubled else None
