"""What stands where results would, when there are none. All of it is plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.keys import key
from app.tui.hints import ADD_FOLDER, ANOTHER_ENCODER
from app.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.tui.events import Problem
    from indexes.types import Answer, CollectionInfo, Mode

SHOWN_WORK = (
    f"{key('collections')} shows the work; there it can be paused ({key('collections.pause')}) "
    f"and stopped ({key('collections.cancel')})."
)

_FOLDERLESS = (
    "The collection is empty.\n\nAdd a folder of documents to it: "
    f"{key('collections')}, then {key('collections.add')}."
)

MODES: dict[Mode, str] = {
    "hybrid": "by meaning and words",
    "dense": "by meaning",
    "lexical": "by words",
}


def is_empty(collections: Sequence[CollectionInfo]) -> bool:
    """Whether there are collections, and none of them holds a document."""
    return bool(collections) and not any(info.documents for info in collections)


def empty(collections: Sequence[CollectionInfo]) -> str:
    """Say that collections hold nothing; where one has a folder, an update may change that."""
    unread = next((info.name for info in collections if info.roots), None)
    if unread is None:
        return _FOLDERLESS
    return (
        "The collection is empty.\n\nNothing of its folder is in yet. Bring it up to date: "
        f"{key('collections')}, select {visible_line(unread)}, then {key('collections.update')}."
    )


def welcome(
    collections: Sequence[CollectionInfo],
    fill: Callable[[str], str],
    unfinished: Sequence[str] = (),
) -> str:
    """Invite to type; keys are named by `fill`, as columns depend on it. A tab parts these.

    Args:
        collections: What is searched.
        fill: Puts in the names of keys.
        unfinished: Those of which an index run did not finish.
    """
    if is_empty(collections):
        return empty(collections)
    documents = sum(info.documents for info in collections)
    rows = (
        ('"quoted words"', "must stand in the text exactly"),
        (
            f"{key('search.down')}, {key('search.up')}",
            f"select a result; {key('search.enter')} goes to the list",
        ),
        (key("search.filter"), "filters by type, date, path or collection"),
        (
            f"{key('search.up')}, {key('search.history')}",
            f"bring back earlier searches, {key('search.saved')} saved ones",
        ),
        (key("palette"), f"finds any action by its name; {key('help')} shows all keys"),
    )
    what = f"Search {plural(documents, 'document')}" if documents else "Search"
    cut = _cut_short(unfinished, several=len(collections) > 1) if unfinished else ""
    return f"{what}: type a question, or a few words.\n\n{cut}" + "\n".join(
        f"{fill(keys):<17}\t{fill(does)}" for keys, does in rows
    )


def _cut_short(names: Sequence[str], *, several: bool) -> str:
    which = f" {visible_line(', '.join(names))}" if several else ""
    keys = f"{key('collections')}, then {key('collections.update')}"
    return f"Indexing{which} did not finish: {keys} goes on with it.\n\n"


def problem(what: Problem, names: Sequence[str], failure: str = "") -> str:
    """Say what is wrong and what to do about it; and why it could not be done when it was tried."""
    message, hint = visible_line(what.message), visible_line(what.hint)
    if what.kind in ("mismatch", "encoder"):
        return _without_encoder(what, message, hint)
    if what.kind == "failed":
        return "\n\n".join(line for line in (_sentence(message), _sentence(hint)) if line)
    others = bool(hint) and not hint.endswith(ADD_FOLDER)
    if names[:1] in ((), ("default",)) and not others:
        told = "Nothing is indexed yet."
    else:
        told = _sentence(message)
        if others:
            told += f" {_sentence(hint)} {key('search.where')} chooses another one."
    if failure:
        told += f" Indexing failed:\n\n{_sentence(visible_line(failure))}"
    return (
        f"{told}\n\n"
        f"Press {key('search.enter')} to choose a folder of documents to search.\n\n"
        "It is read where it is and nothing leaves this machine; you can search as soon as the "
        "first documents are in."
    )


def _without_encoder(what: Problem, message: str, hint: str) -> str:
    lines = [_sentence(message)]
    if hint != ANOTHER_ENCODER:  # Enter does that
        lines.append(_sentence(hint))
    lines += [
        f"Press {key('search.enter')} to encode the collection anew with an encoder that is "
        "at hand: no document is read again, and it can be paused and stopped.",
        f"{key('search.mode')} searches by words alone (lexical) without any encoder; "
        f"{key('search.where')} chooses other collections.",
    ]
    return "\n\n".join(line for line in lines if line)


def working(title: str, progress: str) -> str:
    """Say that a collection is worked on, so that it can be searched by meaning again."""
    return (
        f"{_sentence(visible_line(title))[:-1]}: {visible_line(progress)}\n\n"
        f"{key('search.mode')} searches by words alone (lexical) until that is done.\n\n"
        + SHOWN_WORK
    )


def indexing(name: str, progress: str) -> str:
    """Say that a collection is being made."""
    return (
        f"Indexing {visible_line(name)}: {visible_line(progress)}\n\n"
        "Type a question: what is in already can be found.\n\n" + SHOWN_WORK
    )


def left_undone(titles: Sequence[str]) -> str:
    """Say, once the interface has gone, what it did not come to the end of."""
    return f"jtcse: not finished: {', '.join(titles)}; what was stored stays"


def found(answer: Answer, limit: int) -> str:
    """Say how many documents an answer has, and how long it took."""
    from indexes.query import MAX_QUERY_CHARS

    long = len(answer.query) > MAX_QUERY_CHARS
    cut = f"query cut to {MAX_QUERY_CHARS:,} characters; " if long else ""
    more = "first " if len(answer.hits) >= limit else ""
    weak = "no good match; " if answer.hits and answer.good_match is False else ""
    return f"{cut}{weak}{more}{plural(len(answer.hits), 'document')} in {answer.took_ms:.0f} ms"


def no_hits(query: str, mode: Mode, *, filtered: bool, work: str = "") -> str:
    """Say that nothing was found, and what may help.

    Args:
        query: What was asked; empty where results are to be like a hit.
        mode: How it was ranked.
        filtered: Whether there are filters beside the query.
        work: What is done on the collection at the moment.
    """
    tips = ["Try other words, or fewer."]
    demands = _demands(query)
    if demands:
        tips = [f"Only what meets {' and '.join(demands)} is found. Try with less of that."]
    elif mode == "lexical" and not filtered:
        tips = [f"No document has these words. {key('search.mode')} searches by meaning."]
    if filtered:
        tips.append(
            f"A filter is set; {key('search.filter')} goes there, "
            f"and {key('search.back')} clears it."
        )
    if work:
        tips = [f"Still {visible_line(work)}: what is found will appear here."]
    return "\n\n".join(["No hits.", *tips])


def _demands(query: str) -> list[str]:
    """Return what a query demands of documents, beyond words to look for, as it was typed."""
    from indexes.query import parse

    parsed = parse(query)
    phrases = [f'"{phrase}"' for phrase in parsed.phrases]
    unwanted = [f'-"{text}"' if " " in text else f"-{text}" for text in parsed.excluded]
    told = [*phrases, *unwanted]
    return [*map(visible_line, told), *["the filter in the query"] * bool(parsed.filters)]


def plural(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "?", "!")) or "jtcse " in text else f"{text}."
