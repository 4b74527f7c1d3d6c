"""Outcomes of Korean import declarations: CSV, UTF-8, comma."""

from pathlib import Path

from riskscore.sources.codes import ONE_ZERO, by_list
from riskscore.sources.delimited import read_delimited
from riskscore.sources.layout import Layout
from riskscore.sources.parsed import Parsed

LAYOUT = Layout(
    feed="kcs_outcomes",
    used={
        "Declaration ID": "declaration_id",
        "Date": "declared_on",
        "Fraud": "is_fraud",
        "Critical Fraud": "critical_fraud",
    },
    conversions={"is_fraud": by_list(ONE_ZERO)},
)


def parse(path: Path) -> Parsed:
    """Read one file of outcomes."""
    return read_delimited(path, LAYOUT)
