"""Outcomes of our own units' inspections: JSON Lines, canonical values."""

from pathlib import Path

from riskscore.sources.json_lines import read_json_lines
from riskscore.sources.layout import Layout
from riskscore.sources.parsed import Parsed

LAYOUT = Layout(
    feed="inspections",
    used={
        "inspection_id": "inspection_id",
        "container_no": "container_number",
        "voyage_id": "voyage_id",
        "unit": "unit",
        "decided_at": "decided_at",
        "decided_by": "decided_by",
        "selection_probability": "selection_probability",
        "examined_at": "examined_at",
        "method": "method",
        "outcome": "outcome",
        "reason_code": "reason_code",
        "finding.substance": "substance",
        "finding.quantity_kg": "quantity_kg",
        "finding.concealment": "concealment",
    },
    ignored={"notice": "labels invented data; the same in every row"},
)


def parse(path: Path) -> Parsed:
    """Read one file of decisions and what became of them."""
    return read_json_lines(path, LAYOUT)
