"""Turn the quality clauses of a schema object into rules across columns and limits of a delivery."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from open_data_contract_standard.model import DataQuality

from riskscore.contracts.clause import PROSE, constant, implementation, must_be_zero, severity_of
from riskscore.contracts.contract import Column, Limits, Rule
from riskscore.contracts.offences import OPERATORS
from riskscore.contracts.place import Place

Columns = Mapping[str, Column]
NUMERIC = {"integer", "number"}

ROW_COUNT_WORDS = {"mustBeGreaterOrEqualTo", "mustBeLessOrEqualTo", "mustBeBetween"}
REACHABLE = {"thing": ("string",), "at": ("timestamp",), "lat": ("number",), "lon": ("number",)}
"""What a rule about ways names -> kinds of column that it may be."""
LIBRARY_KEYS = {"rowCount": {"metric"} | ROW_COUNT_WORDS, "duplicateValues": {"metric", "arguments", "mustBe"}}


def row_rules_and_limits(
    clauses: Sequence[DataQuality], columns: Columns, place: Place
) -> tuple[tuple[Rule, ...], Limits]:
    """Return the rules across columns and the delivery's limits; refuse a clause nobody would check."""
    rules: list[Rule] = []
    limits = Limits()
    for number, clause in enumerate(clauses):
        here = place.at(f"quality {number + 1}")
        if clause.type == "library" and clause.metric == "rowCount":
            limits = _row_count(limits, clause, here)
        elif clause.type == "custom" and "maxQuarantinedPercent" in implementation(clause, here):
            limits = _max_quarantined(limits, clause, here)
        else:
            rules.extend(_row_rules(clause, columns, here))
    return tuple(rules), limits


def _row_count(limits: Limits, clause: DataQuality, place: Place) -> Limits:
    place.only(clause, PROSE | LIBRARY_KEYS["rowCount"])
    low, high = clause.mustBeBetween or (clause.mustBeGreaterOrEqualTo, clause.mustBeLessOrEqualTo)
    for bound in (low, high):
        if bound is not None and (bound != int(bound) or bound < 0):
            raise place.refused(bound, "a row count must be a whole number", "Write 0, 1, 2 ...")
    return replace(
        limits,
        min_rows=limits.min_rows if low is None else int(low),
        max_rows=limits.max_rows if high is None else int(high),
    )


def _max_quarantined(limits: Limits, clause: DataQuality, place: Place) -> Limits:
    place.only(clause, PROSE | {"engine", "implementation"})
    written = implementation(clause, place)
    place.only_keys(written.keys(), {"maxQuarantinedPercent", "fromRows"})
    percent = written["maxQuarantinedPercent"]
    if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent <= 100:
        raise place.refused(percent, "maxQuarantinedPercent must be a number", "Write 0 to 100.")
    least = written.get("fromRows", 1)
    if isinstance(least, bool) or not isinstance(least, int) or least < 1:
        raise place.refused(least, "fromRows must be a whole number of rows", "Write 1, 2, 3 ...")
    return replace(limits, max_quarantined_percent=float(percent), judged_from_rows=least)


def _row_rules(clause: DataQuality, columns: Columns, place: Place) -> list[Rule]:
    name = place.text(clause.name, "the name of a rule across columns")
    if clause.type == "library" and clause.metric == "duplicateValues":
        return [_unique(clause, columns, place, name)]
    place.one_of(f"{clause.type} {clause.engine}", {"custom riskscore"}, "quality clause on a schema object")
    place.only(clause, PROSE | {"engine", "implementation"})
    written = implementation(clause, place)
    place.only_keys(written.keys(), {*TESTS, "when", "unless"})
    tests = [test for test in TESTS if test in written]
    if len(tests) != 1:
        raise place.refused(written, "one of compare, require and reachable is needed", "Write one clause for each.")
    conditions: dict[str, Any] = {
        word: _conditions(written[word], columns, place.at(word)) for word in ("when", "unless") if word in written
    }
    rules = TESTS[tests[0]](written[tests[0]], columns, place.at(tests[0]))
    return [
        replace(
            rule,
            name=name,
            severity=severity_of(clause, place),
            meaning=rule.meaning + "".join(f" {word} {written[word]}" for word in conditions),
            arguments={**rule.arguments, **conditions},
        )
        for rule in rules
    ]


def _unique(clause: DataQuality, columns: Columns, place: Place, name: str) -> Rule:
    place.only(clause, PROSE | LIBRARY_KEYS["duplicateValues"])
    must_be_zero(clause, place)
    arguments = clause.arguments or {}
    place.at("arguments").only_keys(arguments.keys(), {"properties"})
    named = _column_list(arguments.get("properties"), columns, place)
    return Rule(name, "unique", named, "must be unique within a delivery", severity_of(clause, place))


def _compare(written: Any, columns: Columns, place: Place) -> list[Rule]:
    if not isinstance(written, list) or len(written) != 3:
        raise place.refused(written, "not a comparison", 'Write [column, "<=", column or constant].')
    left = place.one_of(written[0], columns.keys(), "column")
    sign = place.one_of(written[1], OPERATORS.keys(), "operator")
    kind, right = columns[left].kind, written[2]
    is_column = isinstance(right, str) and right in columns
    if is_column and kind != columns[right].kind and not {kind, columns[right].kind} <= NUMERIC:
        raise place.refused(f"{kind} {sign} {columns[right].kind}", "two kinds that do not compare", "Use one kind.")
    arguments = {
        "left": left,
        "operator": sign,
        "right": right if is_column else constant(kind, right, place),
        "right_is_column": is_column,
    }
    return [
        Rule("", "compare", (left, right) if is_column else (left,), f"must be {sign} {right}", arguments=arguments)
    ]


def _require(written: Any, columns: Columns, place: Place) -> list[Rule]:
    return [Rule("", "require", (name,), "must not be missing") for name in _column_list(written, columns, place)]


def _reachable(written: Any, columns: Columns, place: Place) -> list[Rule]:
    if not isinstance(written, dict) or written.keys() != {*REACHABLE, "maxKnots"}:
        raise place.refused(written, "not a way of something", f"Write {', '.join(REACHABLE)} (columns) and maxKnots.")
    for role, kinds in REACHABLE.items():
        name = place.at(role).one_of(written[role], columns.keys(), "column")
        if columns[name].kind not in kinds:
            raise place.at(role).refused(name, f"a column of kind {columns[name].kind}", f"Use {' or '.join(kinds)}.")
    knots = written["maxKnots"]
    if isinstance(knots, bool) or not isinstance(knots, int | float) or knots <= 0:
        raise place.refused(knots, "maxKnots must be a number", "Write knots above 0.")
    meaning = f"must be reachable at {knots} knots from the position before it or after it"
    return [Rule("", "reachable", (written["lat"], written["lon"]), meaning, arguments=dict(written))]


def _column_list(written: Any, columns: Columns, place: Place) -> tuple[str, ...]:
    if not isinstance(written, list) or not written:
        raise place.refused(written, "not a list of columns", "Write [column, ...].")
    return tuple(place.one_of(name, columns.keys(), "column") for name in written)


def _conditions(written: Any, columns: Columns, place: Place) -> dict[str, list[Any]]:
    if not isinstance(written, dict) or not written:
        raise place.refused(written, "not a condition", "Write {column: value} or {column: [value, ...]}.")
    conditions = {}
    for name, wanted in written.items():
        kind = columns[place.one_of(name, columns.keys(), "column")].kind
        values = wanted if isinstance(wanted, list) else [wanted]
        conditions[name] = [constant(kind, value, place.at(name)) for value in values]
    return conditions


TESTS: Mapping[str, Callable[[Any, Columns, Place], list[Rule]]] = {
    "compare": _compare,
    "require": _require,
    "reachable": _reachable,
}
"""What an implementation may say -> how it is read."""
