"""Parties: one form of their names, an identifier, and whom a misspelt name means."""

from riskscore.entities.matching import match_names
from riskscore.entities.names import normalise_name
from riskscore.entities.party import party_id

__all__ = ["match_names", "normalise_name", "party_id"]
