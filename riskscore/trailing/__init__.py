"""Trailing sums: what each entity did in the days before a cut-off, kept from day to day and never counted again."""

from riskscore.trailing.balances import Balances, State
from riskscore.trailing.entries import NEVER, NO_KEY, Amount, Journal, Segment, entity_keys, journal_of
from riskscore.trailing.snapshot import load_state, save_state
from riskscore.trailing.sums import Leg, Questions, Seen, Track, Wanted, follow

__all__ = [
    "NEVER",
    "NO_KEY",
    "Amount",
    "Balances",
    "Journal",
    "Leg",
    "Questions",
    "Seen",
    "Segment",
    "State",
    "Track",
    "Wanted",
    "entity_keys",
    "follow",
    "journal_of",
    "load_state",
    "save_state",
]
