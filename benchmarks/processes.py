"""Whole processes, as a user starts them."""

from __future__ import annotations

import os


def user_environment(**values: str) -> dict[str, str]:
    """Return this environment with some values set, in which Python keeps its bytecode.

    Where it is told not to, each process compiles all of our modules anew, which no user's does.
    """
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **values}
