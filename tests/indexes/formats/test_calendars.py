"""Calendar files: what is planned, in words."""

from indexes.extract.registry import extract

ONE = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@x\r\nSUMMARY:Dentist\\, again\r\n"
    "DTSTART;TZID=Europe/Berlin:20240305T090000\r\nLOCATION:Main St 5\r\n"
    "ATTENDEE;CN=\"Low: Ada\";ROLE=CHAIR:mailto:ada@example.org\r\n"
    "DESCRIPTION:Bring the X-ray\\, please\\nand the\r\n  card\\n\\nC:\\\\new\r\n"
    "BEGIN:VALARM\r\nDESCRIPTION:Beep\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)  # fmt: skip


def test_an_event_is_read_in_words_with_its_lines():
    extracted = extract(ONE.encode(), "ics")
    assert extracted.title == "Dentist, again"
    assert [(extracted.text[b.start : b.end], b.kind, b.line) for b in extracted.blocks] == [
        ("Dentist, again", "heading", 5),
        ("Start: 2024-03-05 09:00\nLocation: Main St 5\nAttendee: Low: Ada ada@example.org",
         "paragraph", 6),
        ("Bring the X-ray, please\nand the card\n\nC:\\new", "paragraph", 9),
    ]  # fmt: skip


def test_events_of_a_calendar_have_numbers():
    events = "".join(
        f"BEGIN:VEVENT\nSUMMARY:{name}\nDTSTART;VALUE=DATE:20240{month}01\nEND:VEVENT\n"
        for month, name in ((3, "One"), (4, "Two"))
    )
    extracted = extract(
        f"BEGIN:VCALENDAR\nX-WR-CALNAME:Team\n{events}END:VCALENDAR\n".encode(), "ics"
    )
    assert extracted.title == "Team"
    assert [(extracted.text[b.start : b.end], b.page) for b in extracted.blocks] == [
        ("One", 1), ("Start: 2024-03-01", 1), ("Two", 2), ("Start: 2024-04-01", 2),
    ]  # fmt: skip


def test_a_time_says_that_it_is_of_utc():
    event = b"BEGIN:VEVENT\nDTSTART:20240305T090000Z\nDTEND:20240305T100000\nEND:VEVENT\n"
    assert extract(event, "ics").text == "Start: 2024-03-05 09:00 UTC\nEnd: 2024-03-05 10:00"


def test_a_file_that_is_no_calendar_is_read_as_text():
    assert extract(b"just words", "ics").text == "just words"
