"""Bring a sender's days and instants to ISO 8601 in UTC; what is not in the sender's form stays as it was sent."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

DAY_FIRST = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
EPOCH_MILLISECONDS = re.compile(r"\d{12,13}", re.ASCII)
WITH_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
WITHOUT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?", re.ASCII)
EXCEL_SERIAL = re.compile(r"\d{5}(?:\.\d{1,16})?", re.ASCII)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
MILLISECONDS_PER_DAY = 86_400_000


def from_day_first(text: str) -> str:
    """Return `20/01/2026` as the instant that day begins in UTC."""
    found = DAY_FIRST.fullmatch(text)
    if not found:
        return text
    day, month, year = found.groups()
    try:
        return _instant(datetime(int(year), int(month), int(day), tzinfo=UTC))
    except ValueError:
        return text


def from_epoch_or_offset(text: str) -> str:
    """Return milliseconds since 1970, or ISO 8601 with an offset, as the same instant in UTC."""
    if EPOCH_MILLISECONDS.fullmatch(text):
        return _instant(EPOCH + timedelta(milliseconds=int(text)))
    if not WITH_OFFSET.fullmatch(text):
        return text
    try:
        return _instant(datetime.fromisoformat(text).astimezone(UTC))
    except (ValueError, OverflowError):
        return text


def from_spreadsheet(text: str) -> str:
    """Return a spreadsheet's date-time without a zone, or its serial day number (1900 system), as an instant in UTC."""
    if WITHOUT_ZONE.fullmatch(text):
        return f"{text}Z"
    if not EXCEL_SERIAL.fullmatch(text):
        return text
    milliseconds = round(Decimal(text) * MILLISECONDS_PER_DAY)
    return _instant(EXCEL_EPOCH + timedelta(milliseconds=milliseconds))


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
