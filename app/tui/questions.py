"""Questions of screens that come and go: who asks is called back with the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from app.tui.events import EncodersOffered, Surveyed
from app.tui.jobs import OfferEncoders, Survey

if TYPE_CHECKING:
    from app.tui.engine import Engine
    from app.tui.events import Event
    from app.tui.jobs import Job

Answer = TypeVar("Answer", Surveyed, EncodersOffered)


class Questions:
    """What was asked and is not answered yet.

    Args:
        engine: Answers.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told: dict[int, tuple[type[object], Callable[..., None]]] = {}

    def survey(self, told: Callable[[Surveyed], None]) -> None:
        """Describe all collections."""
        self._ask(Survey, Surveyed, told)

    def offer_encoders(
        self, names: tuple[str, ...], told: Callable[[EncodersOffered], None], *, sound: bool
    ) -> None:
        """Look which encoders a collection can be moved to; see `app.tui.jobs.OfferEncoders`."""
        self._ask(lambda number: OfferEncoders(number, names, sound), EncodersOffered, told)

    def _ask(
        self, job: Callable[[int], Job], kind: type[Answer], told: Callable[[Answer], None]
    ) -> None:
        generation = self._engine.next_generation()
        self._told[generation] = (kind, told)
        self._engine.submit(job(generation))

    def answered(self, event: Event) -> None:
        """Call those back who asked for this."""
        # One that waited was replaced by the next of its kind: its answer is this one too.
        for generation, (kind, told) in list(self._told.items()):
            if isinstance(event, kind) and generation <= event.generation:
                self._told.pop(generation)
                told(event)
