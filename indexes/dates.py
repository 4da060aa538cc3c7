"""Points in time as people type them."""

from __future__ import annotations

import re
import time
from datetime import datetime

_AGE = re.compile(r"(\d{1,6})([hdwmy])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}


def parse_when(text: str) -> float | None:
    """Return the seconds since the epoch of an ISO date or an age such as `7d`; else None."""
    text = text.strip()
    age = _AGE.fullmatch(text)
    if age:
        return time.time() - int(age.group(1)) * _HOURS[age.group(2)] * 3600
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None
