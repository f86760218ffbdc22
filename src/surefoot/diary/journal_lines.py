"""The lines of a journal in the diary: text with a checksum each, so that a torn one is seen as such."""

import json
from zlib import crc32


def checked(content: str) -> bytes:
    """Return a line: its content and checksum."""
    line = content.encode()
    return line + b" %08x\n" % crc32(line)


def unchecked(line: bytes) -> str | None:
    """Return the content of a line, empty for no line, None where its checksum does not agree."""
    if not line:
        return ""
    content, _, told = line.rpartition(b" ")
    if told != b"%08x" % crc32(content):
        return None
    return content.decode()


def with_person(data: bytes, old: str, new: str) -> bytes:
    """Return a journal in which one person's name is corrected; a line that was torn stays as it is."""
    told, right = (f'"person": {json.dumps(name)}' for name in (old, new))
    lines = []
    for line in data.splitlines(keepends=True):
        content = unchecked(line.rstrip(b"\n"))
        lines.append(
            line if content is None or told not in content else checked(content.replace(told, right))
        )
    return b"".join(lines)
