"""Take a delivered file into memory, if it is one and not too large."""

import re
from pathlib import Path

from riskscore.errors import UnreadableDeliveryError
from riskscore.sources.limits import MAX_FILE_BYTES

UTF_8, LATIN_1 = "utf-8", "latin-1"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UNDECODED = re.compile("[\ud800-\udfff]")


def file_bytes(path: Path, *, feed: str) -> bytes:
    """Return the content of a delivered file; raise UnreadableDeliveryError if it is none, empty or too large."""
    if not path.is_file():
        raise UnreadableDeliveryError(feed=feed, file=path.name, why="it is not a file")
    if (size := path.stat().st_size) > MAX_FILE_BYTES:
        raise UnreadableDeliveryError(
            feed=feed, file=path.name, why=f"{size:,} bytes, at most {MAX_FILE_BYTES:,} are read"
        )
    content = path.read_bytes()
    if not content.strip():
        raise UnreadableDeliveryError(feed=feed, file=path.name, why="it is empty")
    return content


def decoded_lines(path: Path, *, feed: str, encoding: str = UTF_8) -> list[str]:
    """Return the lines of a text file, each with its line break; a byte order mark is dropped.

    Bytes that are not UTF-8 become lone surrogates, so that they spoil their own line only. A file agreed to be
    Latin-1 that is UTF-8 is refused: read as agreed, every accent would become two wrong letters.
    """
    content = file_bytes(path, feed=feed)
    if encoding == LATIN_1 and not content.isascii() and _is_utf_8(content):
        raise UnreadableDeliveryError(feed=feed, file=path.name, why="it is UTF-8, agreed is Latin-1")
    text = content.removeprefix(BYTE_ORDER_MARK).decode(encoding, errors="surrogateescape")
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def spoilt_text(text: str) -> str:
    """Return why a text cannot be kept in a table, "" if it can: it holds NUL or bytes of another encoding."""
    if "\0" in text:
        return "holds a NUL character"
    return "is not valid Unicode" if not text.isascii() and UNDECODED.search(text) else ""


def storable(text: str) -> str:
    r"""Return the text with bytes of another encoding written out as \xNN, so that it can be stored and shown."""
    return text if text.isascii() else text.encode(UTF_8, "surrogateescape").decode(UTF_8, "backslashreplace")


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True
