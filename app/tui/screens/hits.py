"""What can be done with hits: open, copy, export."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual import on
from textual.app import SuspendNotSupported

from app.errors import AppError
from app.keys import key
from app.paths import is_there
from app.tui import notices
from app.tui.editor import editor_command
from app.tui.folders import typed_path
from app.tui.screens.chooser import Ask
from app.tui.screens.layout import NO_RESULT, SearchLayout
from app.tui.widgets.preview import Preview
from app.tui.widgets.results import Results
from app.visible import visible_line

if TYPE_CHECKING:
    from indexes.types import Answer, Hit

NOT_FOR_EDITORS = {"pdf", "docx", "odt", "epub", "pptx", "rtf", "doc", "ppt", "xlsx", "ods"}
GONE = "the file is gone; update the collection"


class HitActions(SearchLayout):
    """The part of the search screen that acts on hits."""

    answer: Answer | None = None

    def remember(self) -> None:
        """Keep the query: it led to something."""
        self.home.memory.remember_query(self.field.value)

    def _result_to(self, do: str) -> Hit | None:
        """Return the selected hit; None where there is none, which is told."""
        if self.results.hit is None:
            self.tell(NO_RESULT.format(do))
        return self.results.hit

    @on(Results.Opened)
    @on(Preview.Opened)
    def action_open_hit(self) -> None:
        """Open the selected hit in the user's editor."""
        hit = self._result_to("open")
        if hit is None:
            return
        self.remember()
        command = editor_command(os.environ, hit.path, hit.line)
        if hit.type in NOT_FOR_EDITORS:
            opens = f"{key('preview.system')} opens it with the system's program"
            self.read_here(f"not a text file; {opens}")
        elif command is None:
            self.read_here("set $EDITOR to open documents at the line")
        elif not is_there(Path(hit.path)):
            self.read_here(GONE)
        else:
            self._edit(command)

    def _edit(self, command: list[str]) -> None:
        try:
            with self.app.suspend():
                status = subprocess.run(command, check=False).returncode
        except SuspendNotSupported:
            self.read_here("this terminal cannot make room for an editor")
        except OSError as error:
            self.tell(f"{command[0]}: {error.strerror}; see $EDITOR")
        else:
            self.tell(f"{command[0]} ended with {status}" if status else "back from the editor")

    def action_open_with_system(self) -> None:
        """Open the selected hit's file with whatever the system has for it."""
        hit = self._result_to("open")
        if hit is None:
            return
        self.remember()
        opener = "open" if sys.platform == "darwin" else "xdg-open"
        if not is_there(Path(hit.path)):
            self.read_here(GONE)
            return
        try:
            # Its own session: what it starts outlives us, and says nothing into our screen.
            subprocess.Popen(
                [opener, hit.path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except FileNotFoundError:
            other = f"; {key('results.open')} opens it in $EDITOR"
            self.tell(
                f"there is no {opener} to open it with" + other * (hit.type not in NOT_FOR_EDITORS)
            )
        except OSError as error:
            self.tell(f"{opener}: {error.strerror}")
        else:
            self.tell(f"opened {Path(hit.path).name}")

    def action_copy(self, what: Literal["path", "place", "text", "citation"]) -> None:
        """Copy the marked hits, or the selected one, to the terminal's clipboard."""
        if self._result_to("copy") is None:
            return
        hits = self.results.chosen
        from app.results import citation, place

        form = {
            "path": lambda hit: hit.path,
            "place": place,
            "text": lambda hit: hit.text,
            "citation": citation,
        }
        copied = "\n".join(map(form[what], hits)).encode("utf-8", "replace").decode()
        self.app.copy_to_clipboard(copied)
        self.remember()
        self.tell(f"copied {notices.plural(len(hits), what)}")

    def action_export(self) -> None:
        """Ask for a file, and write the marked hits, or all."""
        from app.results import FORMS, export

        if self._result_to("export") is None or self.answer is None:
            return
        answer = self.answer
        hits = self.results.chosen if self.results.marked else list(self.results.hits)
        question = (
            f"Write {notices.plural(len(hits), 'result')} to a file. "
            f"Its ending says the form: {', '.join(FORMS)}"
        )

        def write(name: str) -> str:
            try:
                export(typed_path(name), answer, hits)
            except AppError as error:
                return f"{error.message}; {error.hint}"
            return ""

        self.app.push_screen(Ask(question, "results.md", write, does="write"), self._exported)

    def _exported(self, name: str | None) -> None:
        if name:
            self.remember()
            self.tell(f"wrote {visible_line(name)}")
