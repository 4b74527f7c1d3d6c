"""Numbering of bundles: the same content of a day keeps its number, anything else gets the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Edition:
    """One bundle that has been made for a partner."""

    sequence: int
    day: date
    content_digest: str


def next_sequence(previous: Iterable[Edition], *, day: date, content_digest: str) -> int:
    """Return the number for this content; `previous` are all earlier editions for the same partner, in any order."""
    known = sorted(previous, key=lambda edition: edition.sequence)
    of_day = [edition for edition in known if edition.day == day]
    if of_day and of_day[-1].content_digest == content_digest:
        return of_day[-1].sequence
    return known[-1].sequence + 1 if known else 1
