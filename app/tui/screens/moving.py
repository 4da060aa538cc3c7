"""Moves of a collection to another encoder: which, and then the work itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.keys import key
from app.tui.notices import plural
from app.tui.screens.chooser import Chooser
from app.tui.tasks import ReencodeTask
from app.tui.widgets.statusbar import StatusBar
from app.visible import visible_line

if TYPE_CHECKING:
    from app.encoders import Installed
    from app.tui.app import SearchApp
    from app.tui.events import EncodersOffered


def ask_encoder(home: SearchApp, names: tuple[str, ...], *, sound: bool) -> None:
    """Have the encoder chosen by which a collection is encoded anew, and let that be done.

    Args:
        home: The application.
        names: Collections; the first that cannot be searched by meaning is meant.
        sound: Whether the first one is meant when all can.
    """
    offered: list[EncodersOffered] = []
    below = home.screen

    def chosen(places: tuple[int, ...] | None) -> None:
        if places:
            offer = offered[0]
            home.work.submit(ReencodeTask(offer.collection, offer.encoders[places[0]].name))

    def answered(offer: EncodersOffered) -> None:
        if not chooser.is_attached:
            return
        offered.append(offer)
        if not offer.collection:
            chooser.action_close()
            home.reopen()  # it was mended elsewhere
            return
        if not offer.encoders:
            chooser.action_close()
            shown = home.key_names.fill(f"{key('encoders')} shows all")
            told = f"{visible_line(offer.collection)}: no other encoder is at hand; {shown}"
            below.query_one(StatusBar).news = told
            return
        what = f"the {plural(offer.passages, 'passage')} of {visible_line(offer.collection)}"
        title = f"Encode {what} anew; no document is read again. With which encoder?"
        chooser.fill([_line(one) for one in offer.encoders], title=title)

    # It opens at once: what is typed now is meant for it.
    chooser = Chooser("Which encoders are there?", None)
    home.push_screen(chooser, chosen)
    home.questions.offer_encoders(names, answered, sound=sound)


def _line(encoder: Installed) -> str:
    card = encoder.card
    facts = f"{card.name}, {card.dim} dimensions" if card else ""
    return f"{encoder.name}   {facts}" + ("   for new collections" if encoder.current else "")
