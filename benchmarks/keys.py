"""The table of keys in docs/interface.md, from the registry: `python -m benchmarks.keys`."""

from __future__ import annotations

from pathlib import Path

from app.keys import ACTIONS, SCOPES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "interface.md"
MARK = "<!-- made by: python -m benchmarks.keys -->\n"


def table() -> str:
    """Return a table a scope."""
    parts = []
    for scope, heading in SCOPES.items():
        rows = [
            f"| {action.shown} | {action.help} | `{action.id}` |"
            for action in ACTIONS
            if action.scope == scope
        ]
        parts.append("\n".join([f"### {heading}\n", "| key | does | id |", "|---|---|---|", *rows]))
    return "\n" + "\n\n".join(parts) + "\n"


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page.partition(MARK)[0] + MARK + table(), encoding="utf-8")


if __name__ == "__main__":
    main()
