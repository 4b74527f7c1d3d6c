"""Parsers: one module a feed, raw delivery -> text rows under our names. To add one: write it, then list it here."""

from riskscore.sources import (
    inspections,
    kcs_declarations,
    kcs_outcomes,
    manifest,
    port_calls,
    positions,
    seizures_br,
    seizures_es,
    seizures_us,
)
from riskscore.sources.counting import countable_rows
from riskscore.sources.parsed import Parsed, Parser

PARSERS: dict[str, Parser] = {
    "manifest": manifest.parse,
    "port_calls": port_calls.parse,
    "positions": positions.parse,
    "inspections": inspections.parse,
    "seizures_es": seizures_es.parse,
    "seizures_br": seizures_br.parse,
    "seizures_us": seizures_us.parse,
    "kcs_declarations": kcs_declarations.parse,
    "kcs_outcomes": kcs_outcomes.parse,
}
"""Feed (the name of its inbound contract and of its drop folder) -> how to read one of its files."""

__all__ = ["PARSERS", "Parsed", "Parser", "countable_rows"]
