"""Trailing sums: what each entity did in the days before a cut-off, kept from day to day and never counted again."""

from riskscore.trailing.balances import Balances, Book, State
from riskscore.trailing.entries import Amount, Journal, Segment, entity_keys, journal_of
from riskscore.trailing.errand import Errand, Leg, Questions, Track, Wanted
from riskscore.trailing.kernel import NEVER, NO_KEY, Keys
from riskscore.trailing.packing import Room
from riskscore.trailing.ranges import Followed, Ranges, follow
from riskscore.trailing.shards import follow_all
from riskscore.trailing.snapshot import files_of_newest, load_state, save_state

__all__ = [
    "NEVER",
    "NO_KEY",
    "Amount",
    "Balances",
    "Book",
    "Errand",
    "Followed",
    "Journal",
    "Keys",
    "Leg",
    "Questions",
    "Ranges",
    "Room",
    "Segment",
    "State",
    "Track",
    "Wanted",
    "entity_keys",
    "files_of_newest",
    "follow",
    "follow_all",
    "journal_of",
    "load_state",
    "save_state",
]
