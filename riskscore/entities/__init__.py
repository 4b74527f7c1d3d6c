"""Parties: one form of their names, and identifiers of a party and of its name alone."""

from riskscore.entities.names import normalise_name
from riskscore.entities.party import name_id, party_and_name_id, party_id

__all__ = ["name_id", "normalise_name", "party_and_name_id", "party_id"]
