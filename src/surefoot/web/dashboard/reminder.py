"""The next test as a calendar file: one event that a calendar shows on its day."""

from datetime import UTC, date, datetime, timedelta


def write_calendar(day: date, title: str, made: datetime) -> str:
    """Return an iCalendar file (RFC 5545) of an event on the whole of `day`; it is written at `made`.

    Importing it twice changes the first one, as both have the same name.

    >>> write_calendar(date(2026, 4, 16), "Test", datetime(2026, 4, 14, tzinfo=UTC)).splitlines()[6]
    'DTSTART;VALUE=DATE:20260416'
    """
    stamp = made.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Surefoot//Next test//EN",
        "BEGIN:VEVENT",
        f"UID:{day:%Y%m%d}-next-test@surefoot.invalid",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{title}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{title}",
        "TRIGGER:PT8H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"
