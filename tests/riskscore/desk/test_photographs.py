"""Photographs: only pictures come in, nothing but what is seen is kept, and only who may see the container sees it."""

import io
import struct
import zlib

import pytest
from PIL import Image

from riskscore.desk import Desk, act, add_photograph, audit_lines, photograph
from riskscore.desk.photographs import LONGEST_SIDE, MOST_BYTES, redrawn
from riskscore.errors import BadInputError, NoSuchItemError, NotAllowedError, TakenError
from riskscore.queues.workflow import Claim, SendForInspection
from tests.riskscore.desk.made_queue import ANNA, AUDITOR, BEN, BOSS, ENGINEER, STRANGER, key

TOKEN = "photograph-0001"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **given: object) -> bytes:
    """Return a picture, red on its left and white on its right."""
    drawn = Image.new("RGB", size, "white")
    drawn.paste((200, 0, 0), (0, 0, size[0] // 2, size[1]))
    content = io.BytesIO()
    drawn.save(content, kind, **given)
    return content.getvalue()


def bomb() -> bytes:
    """Return a few bytes that say they are a PNG of 60,000 by 60,000."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.fixture
def examined(desk: Desk) -> Desk:
    """A desk whose first item anna has sent for inspection."""
    act(ANNA, desk, key(), Claim(), token="claim-0001")
    act(ANNA, desk, key(), SendForInspection(), token="send-00001")
    return desk


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_kept_by_its_hash_and_given_to_who_may_see_the_container(examined: Desk, kind: str) -> None:
    first = add_photograph(ANNA, examined, key(), picture(kind), token=TOKEN)
    again = add_photograph(ANNA, examined, key(), picture(kind), token=TOKEN)
    assert (first.state, first.version, again.was_done_before) == ("inspection", 3, True)
    (kept,) = examined.settings.photographs.rglob("*.jpg")
    for caller in (ANNA, BEN, BOSS, AUDITOR):
        shown = photograph(caller, examined, key(), kept.stem)
        assert Image.open(io.BytesIO(shown)).size == (64, 48)
    seen = audit_lines(AUDITOR, examined, kind="read")
    assert [line.actor for line in seen] == ["auditor", "boss", "ben", "anna"]
    assert kept.stem[:12] in seen[0].subject


def test_nothing_is_kept_but_what_is_seen() -> None:
    about = Image.Exif()
    about[0x010E], about[0x0110], about[0x0112] = "Rotterdam, quay 7", "camera of anna", 6
    sent = picture(exif=about.tobytes(), comment=b"secret place") + b"<script>alert(1)</script>"
    kept = redrawn(sent)
    for secret in (b"quay", b"camera", b"secret", b"script", b"Exif"):
        assert secret not in kept
    upright = Image.open(io.BytesIO(kept))
    assert upright.size == (48, 64), "it is turned as the camera said"
    assert max(Image.open(io.BytesIO(redrawn(picture(size=(4_000, 20))))).size) == LONGEST_SIDE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no photograph"),
        (b"%PDF-1.7 a paper", "is no photograph"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "is no photograph"),
        (b"GIF89a", "is no photograph"),
        (b"\xff\xd8\xff" + b"x" * 500, "cannot be read"),
        (picture()[:300], "cannot be read"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "cannot be read"),
        (b"\xff\xd8\xff" + b"x" * MOST_BYTES, "more than 10 megabytes"),
        (bomb(), "cannot be read|too many pixels"),
    ],
    ids=["empty", "pdf", "svg", "gif", "noise", "cut", "wave", "large", "bomb"],
)
def test_what_is_no_picture_is_refused_and_nothing_kept(examined: Desk, content: bytes, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        add_photograph(ANNA, examined, key(), content, token=TOKEN)
    assert not examined.settings.photographs.exists()


def test_nobody_else_adds_or_sees_one(examined: Desk) -> None:
    for caller in (STRANGER, ENGINEER, AUDITOR):
        with pytest.raises(NotAllowedError):
            add_photograph(caller, examined, key(), picture(), token=TOKEN)
    assert not examined.settings.photographs.exists()
    with pytest.raises(TakenError, match="anna has this item"):
        add_photograph(BEN, examined, key(), picture(), token=TOKEN)
    add_photograph(ANNA, examined, key(), picture(), token=TOKEN)
    (kept,) = examined.settings.photographs.rglob("*.jpg")
    for caller in (STRANGER, ENGINEER):
        with pytest.raises(NotAllowedError):
            photograph(caller, examined, key(), kept.stem)
    for item, name in ((key(2), kept.stem), (key(), "0" * 64), (key(), "../../riskscore.db")):
        with pytest.raises(NoSuchItemError, match="no such photograph"):
            photograph(ANNA, examined, item, name)
    kept.unlink()
    with pytest.raises(NoSuchItemError, match="no such photograph"):
        photograph(ANNA, examined, key(), kept.stem)


def test_an_item_nobody_examines_takes_none(desk: Desk) -> None:
    with pytest.raises(TakenError):
        add_photograph(ANNA, desk, key(), picture(), token=TOKEN)
