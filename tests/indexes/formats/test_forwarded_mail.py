"""Messages within messages: their headers and bodies are read like those of the outer one."""

import base64

from indexes.extract.registry import extract

INNER = (
    "From: =?utf-8?q?Ada_L=C3=B6w?= <ada@example.org>\nTo: sales@example.com\n"
    "Date: Mon, 4 Mar 2024 09:00:00 +0100\nSubject: Walrus offer\n\n"
    "We offer ten walruses.\n\nThey swim.\n"
)
OUTER = (
    "From: a@b.c\nSubject: Fwd: offer\nDate: Tue, 5 Mar 2024 10:00:00 +0100\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee below.\n"
    "--b\nContent-Type: message/rfc822{}\n\n{}\n--b--\n"
)
HEADERS = (
    "From: Ada Löw <ada@example.org>\nTo: sales@example.com\nDate: Mon, 4 Mar 2024 09:00:00 +0100"
)
ENCODED = "\nContent-Transfer-Encoding: base64"


def blocks(message: str) -> list[tuple[str, int | None]]:
    extracted = extract(message.encode(), "eml")
    return [(extracted.text[b.start : b.end], b.line) for b in extracted.blocks]


def test_a_forwarded_message_keeps_its_headers_with_their_lines():
    assert blocks(OUTER.format("", INNER))[2:] == [
        ("See below.", 10),
        ("Walrus offer", 14),
        (HEADERS, 14),
        ("We offer ten walruses.", 19),
        ("They swim.", 21),
    ]


def test_the_title_and_the_date_are_those_of_the_outer_message():
    extracted = extract(OUTER.format("", INNER).encode(), "eml")
    assert (extracted.title, extracted.date) == ("Fwd: offer", 1709629200)


def test_a_forwarded_message_in_base64_is_decoded():
    packed = base64.encodebytes(INNER.encode()).decode()
    found = blocks(OUTER.format(ENCODED, packed))[2:]
    assert [text for text, _ in found] == [
        "See below.", "Walrus offer", HEADERS, "We offer ten walruses.", "They swim.",
    ]  # fmt: skip
    assert {line for _, line in found} == {10}


def test_a_forwarded_message_that_says_base64_and_is_none_is_read():
    texts = [text for text, _ in blocks(OUTER.format(ENCODED, INNER))]
    assert HEADERS in texts
    assert "They swim." in texts


def test_the_short_last_line_of_encoded_data_is_no_text():
    data = base64.encodebytes(bytes(range(200)) + b"\xff" * 38).decode()
    body = OUTER.format("", f"Subject: Data\n\nBefore.\n\n{data}\nAfter.")
    assert [text for text, _ in blocks(body)][-2:] == ["Before.", "After."]
