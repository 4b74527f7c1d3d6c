"""Outbound contracts: the most that any partner can receive, field by field, and in which version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from riskscore.contracts import Column, load_contract
from riskscore.errors import ContractError

SUFFIX = ".odcs.yaml"
HELD_LIMITS = {
    *("pattern", "minLength", "maxLength"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
"""Limits of a column that the exporter holds every value to before it leaves."""

HELD_KINDS = {"string", "number", "integer"}
"""Kinds of column that may have limits here."""


@dataclass(frozen=True)
class Field:
    """One promised field: its type, its limits and, for a JSON list of reasons, the parts of a reason."""

    name: str
    type: str
    required: bool
    limits: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, "Field"] = field(default_factory=dict)


REASON_PARTS = {
    "feature": Field("feature", "string", required=True, limits={"pattern": "[a-z][a-z0-9_]{0,127}"}),
    "meaning": Field("meaning", "string", required=True, limits={"maxLength": 400}),
    "value": Field("value", "number", required=False),
    "push": Field("push", "number", required=True),
}
"""All that a reason may tell; a contract's columns are flat, so what lies inside one is promised here."""

LISTS = {"reasons": REASON_PARTS}
"""Text columns that hold a JSON list of objects, and the parts of an object."""


@dataclass(frozen=True)
class OutboundContract:
    """What partners are promised of one table."""

    table: str
    version: str
    fields: Mapping[str, Field]


def load_outbound(path: Path) -> OutboundContract:
    """Read one outbound contract; raise ContractError if it is wrong or has a rule the exporter would not hold."""
    contract = load_contract(path)
    if contract.row_rules:
        raise _not_held(path, contract.row_rules[0].name)
    fields = {column.name: _field(column, path) for column in contract.columns}
    return OutboundContract(table=contract.name, version=contract.version, fields=fields)


def load_outbound_folder(folder: Path) -> dict[str, OutboundContract]:
    """Read every outbound contract of a folder, by table name; raise ContractError if there is none."""
    contracts = [load_outbound(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    if not contracts:
        raise ContractError(f"No outbound contract (*{SUFFIX}) in {folder}. Check the project folder.")
    return {contract.table: contract for contract in contracts}


def _field(column: Column, path: Path) -> Field:
    limits: dict[str, Any] = {}
    for rule in column.rules:
        if not rule.arguments or rule.arguments.keys() - HELD_LIMITS or column.kind not in HELD_KINDS:
            raise _not_held(path, f"{rule.name} of {column.name}")
        limits |= rule.arguments
    return Field(
        name=column.name,
        type="array" if column.name in LISTS else column.kind,
        required=column.required,
        limits=limits,
        parts=LISTS.get(column.name, {}),
    )


def _not_held(path: Path, rule: str) -> ContractError:
    return ContractError(
        f"{path.name}, rule {rule}: the exporter would not check it. An outbound contract may use pattern, length "
        f"and range of numbers; say it with one of these."
    )
