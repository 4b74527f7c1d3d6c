"""Trailing sums: what each entity did in the days before a cut-off, kept from day to day and never counted again."""

from riskscore.trailing.balances import Balances, State
from riskscore.trailing.entries import NEVER, NO_KEY, Amount, Journal, Segment, by_day, entity_keys, journal_of
from riskscore.trailing.shards import Errand, follow_all
from riskscore.trailing.snapshot import load_state, save_state
from riskscore.trailing.sums import Leg, Questions, Seen, Track, Wanted, follow

__all__ = [
    "NEVER",
    "NO_KEY",
    "Amount",
    "Balances",
    "Errand",
    "Journal",
    "Leg",
    "Questions",
    "Seen",
    "Segment",
    "State",
    "Track",
    "Wanted",
    "by_day",
    "entity_keys",
    "follow",
    "follow_all",
    "journal_of",
    "load_state",
    "save_state",
]
