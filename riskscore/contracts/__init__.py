"""Contracts: read one, hold rows against it, set bad rows aside, show what was found."""

from riskscore.contracts.check import CheckResult, check, check_deliveries
from riskscore.contracts.contract import Column, Contract, Limits, Rule, Terms, table_schema
from riskscore.contracts.odcs import load_contract
from riskscore.contracts.quarantine import QuarantinedRow, Repair, check_repaired, quarantined_rows
from riskscore.contracts.vocabulary import Vocabulary

__all__ = [
    "CheckResult",
    "Column",
    "Contract",
    "Limits",
    "QuarantinedRow",
    "Repair",
    "Rule",
    "Terms",
    "Vocabulary",
    "check",
    "check_deliveries",
    "check_repaired",
    "load_contract",
    "quarantined_rows",
    "table_schema",
]
