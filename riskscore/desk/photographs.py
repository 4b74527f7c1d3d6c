"""Photographs of an examination: drawn anew from what was sent, kept as files by their hash, shown by right."""

import hashlib
import io
import json
from pathlib import Path

from PIL import Image, ImageOps
from sqlalchemy import select

from riskscore.desk.audit import put_on_record
from riskscore.desk.door import Desk, session_for
from riskscore.desk.items import ItemKey
from riskscore.desk.officer import Officer, Right, require
from riskscore.desk.work import Done, act
from riskscore.errors import BadInputError, NoSuchItemError
from riskscore.exchange.durable import replace_file
from riskscore.queues.workflow import PHOTOGRAPH, AddPhotograph
from riskscore.store.database import QueueEvent

MOST_BYTES = 10_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 1_600
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
"""First bytes of these formats: nothing else is given to a reader of pictures."""


def add_photograph(
    caller: Officer, desk: Desk, key: ItemKey, content: bytes, *, token: str, version: int | None = None
) -> Done:
    """Put a photograph (JPEG, PNG or WebP) beside an item that is or was examined.

    What is kept is a JPEG drawn anew: without place, camera or anything else that was in the file. Raises
    BadInputError for what is no such picture or is too large, and whatever `act` raises.
    """
    require(caller, Right.WORK, key.unit)
    drawn = redrawn(content)
    name = hashlib.sha256(drawn).hexdigest()
    path = _path(desk, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, drawn, mode=0o640)  # before the event: an event never names what is not there
    return act(caller, desk, key, AddPhotograph(name), token=token, version=version)


def photograph(caller: Officer, desk: Desk, key: ItemKey, name: str) -> bytes:
    """Return a photograph of an item as JPEG; the audit says who saw it before it is given.

    Raises NoSuchItemError for one that no event of this item names, and for one whose file is gone.
    """
    require(caller, Right.READ_CARGO, key.unit)
    missing = NoSuchItemError("This container has no such photograph. Open the container again.")
    if not PHOTOGRAPH.fullmatch(name):
        raise missing
    detail = json.dumps({"photograph": name})
    wanted = select(QueueEvent.event_id).where(
        QueueEvent.unit == key.unit, QueueEvent.queue_day == key.day, QueueEvent.voyage_id == key.voyage_id,
        QueueEvent.container_number == key.container_number, QueueEvent.detail == detail,
    )  # fmt: skip
    with session_for(caller, desk) as session:
        if session.scalar(wanted.limit(1)) is None:
            raise missing
        subject = f"{key.day} {key.voyage_id} {key.container_number} photograph {name[:12]}"
        put_on_record(session, desk, actor=caller.name, kind="read", unit=key.unit, subject=subject)
    try:
        return _path(desk, name).read_bytes()
    except FileNotFoundError:
        raise missing from None


def redrawn(content: bytes) -> bytes:
    """Return a picture as a JPEG of at most LONGEST_SIDE pixels a side; raise BadInputError for anything else."""
    if len(content) > MOST_BYTES:
        raise BadInputError("The photograph has more than 10 megabytes. Send a smaller one.")
    if not content.startswith(BEGINNINGS):
        raise BadInputError("This file is no photograph. Send a JPEG, PNG or WebP.")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadInputError("The photograph has too many pixels. Send a smaller one.")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadInputError("The photograph cannot be read: it is damaged. Send it again.") from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.frombytes("RGB", upright.size, upright.tobytes())  # nothing of the file but what is seen
    drawn = io.BytesIO()
    plain.save(drawn, "JPEG", quality=QUALITY, optimize=True)
    return drawn.getvalue()


def _path(desk: Desk, name: str) -> Path:
    return desk.settings.photographs / name[:2] / f"{name}.jpg"
