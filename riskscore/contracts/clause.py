"""Read the parts that every quality clause may have, and the constants written in one."""

from collections.abc import Sequence
from typing import Any, cast

from open_data_contract_standard.model import DataQuality

from riskscore.contracts.contract import Severity
from riskscore.contracts.kinds import read_one
from riskscore.contracts.place import Place

PROSE = {"name", "description", "severity", "type", "dimension", "businessImpact", "tags", "unit"}
"""Keys any quality clause may have."""


def severity_of(clause: DataQuality, place: Place) -> Severity:
    """Return what a broken rule does to its row: `error` sets it aside, `warning` lets it pass."""
    return cast("Severity", place.one_of(clause.severity or "error", {"error", "warning"}, "severity"))


def implementation(clause: DataQuality, place: Place) -> dict[str, Any]:
    """Return what a custom clause says, as a mapping."""
    if not isinstance(clause.implementation, dict):
        raise place.refused(clause.implementation, "implementation must be a mapping", "Write {key: value, ...}.")
    return clause.implementation


def must_be_zero(clause: DataQuality, place: Place) -> None:
    """Refuse a metric that would let some rows break the rule."""
    if clause.mustBe != 0 or isinstance(clause.mustBe, bool):
        raise place.refused(clause.mustBe, "mustBe must be 0", "Write mustBe: 0; limits belong to the delivery.")


def refuse_twice(names: Sequence[str], place: Place) -> None:
    """Refuse two things of one name."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise place.refused(", ".join(twice), "a name used twice", "Give one of them (a `name` of) its own.")


def constant(kind: str, value: Any, place: Place) -> Any:
    """Return a value written in YAML as a value of a column's kind, or refuse it."""
    if kind in {"string", "date", "timestamp"} and isinstance(value, str):
        return _read(kind, value, place)
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind in {"integer", "number"} and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise place.refused(value, f"not a {kind}", "Quote text, dates and timestamps; write numbers bare.")


def _read(kind: str, value: str, place: Place) -> Any:
    try:
        return read_one(kind, value)
    except ValueError:
        raise place.refused(value, f"not a {kind}", "Write it as riskscore/contracts/README.md says.") from None
