"""Turn the quality clauses of a column into rules."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from open_data_contract_standard.model import DataQuality

from riskscore.contracts.clause import PROSE, constant, implementation, must_be_zero, severity_of
from riskscore.contracts.contract import Column, Rule
from riskscore.contracts.options import column_rule, pattern_rule
from riskscore.contracts.place import Place
from riskscore.contracts.vocabulary import Vocabulary

NOT_OURS = {"column", "mostly", "row_condition", "condition_parser", "severity", "meta", "description", "windows"}
"""Arguments of an expectation that would let bad rows pass, or that the contract says elsewhere."""


def column_rule_of(column: Column, clause: DataQuality, place: Place, vocabulary: Vocabulary) -> Rule:
    """Return the rule that one quality clause of a column says; refuse a clause nobody would check."""
    way = (str(clause.type), str(clause.metric or clause.engine))
    if way not in CLAUSES:
        known = "; ".join(f"type {kind} with {what}" for kind, what in CLAUSES)
        raise place.refused(" ".join(way), "no such quality clause on a column", f"Use one of: {known}.")
    keys, read = CLAUSES[way]
    place.only(clause, PROSE | keys)
    rule = read(column, clause, place, vocabulary)
    return replace(rule, name=clause.name or rule.name, severity=severity_of(clause, place))


def _invalid_values(column: Column, clause: DataQuality, place: Place, _vocabulary: Vocabulary) -> Rule:
    must_be_zero(clause, place)
    arguments = clause.arguments or {}
    place.at("arguments").only_keys(arguments.keys(), {"validValues", "pattern"})
    if len(arguments) != 1:
        raise place.refused(arguments, "one of validValues and pattern is needed", "Write one clause for each.")
    if "validValues" in arguments:
        return _values(column, arguments["validValues"], place)
    place.one_of(column.kind, {"string"}, "a pattern on a column of this kind")
    return pattern_rule(column, arguments["pattern"], place)


def _values(column: Column, written: Any, place: Place) -> Rule:
    place.one_of(column.kind, {"string", "integer"}, "a list of values on a column of this kind")
    if not isinstance(written, list) or not written or column.personal:
        raise place.refused(written, "validValues must be a list, on a column that is not personal", "Write one.")
    values = [constant(column.kind, value, place) for value in written]
    return column_rule(column, "values", f"must be one of {', '.join(map(str, values))}", {"validValues": values})


def _vocabulary_rule(column: Column, clause: DataQuality, place: Place, vocabulary: Vocabulary) -> Rule:
    written = implementation(clause, place)
    place.only_keys(written.keys(), {"codeList", "check", "separatedBy"})
    place.one_of(column.kind, {"string"}, "a code list or check on a column of this kind")
    separator = written.get("separatedBy", " ")
    if len(written.keys() & {"codeList", "check"}) != 1 or not isinstance(separator, str) or not separator:
        raise place.refused(written, "not {codeList: name} or {check: name}", "Write one clause for each.")
    each = f" (each part between {separator!r})" if "separatedBy" in written else ""
    if "codeList" in written:
        name = place.one_of(written["codeList"], vocabulary.code_lists.keys(), "code list")
        return column_rule(column, "code_list", f"must be on code list {name}{each}", written)
    name = place.one_of(written["check"], vocabulary.checks.keys(), "check")
    return column_rule(column, "check", f"must pass check {name}{each}", written)


def _expectation(column: Column, clause: DataQuality, place: Place, _vocabulary: Vocabulary) -> Rule:
    written = implementation(clause, place)
    place.only_keys(written.keys(), {"type", "kwargs"})
    name, kwargs = place.text(written.get("type"), "type"), written.get("kwargs", {})
    if not name.startswith("expect_column_value") or column.personal or not isinstance(kwargs, dict):
        raise place.refused(name, "not a column-map expectation on a column that is not personal", "Use another.")
    if theirs := sorted(kwargs.keys() & NOT_OURS):
        raise place.refused(theirs, "arguments that do not belong in a contract", "Remove them.")
    words = name.removeprefix("expect_column_").replace("_", " ")
    rule = column_rule(column, "expectation", f"must keep: {words} {kwargs}", {"type": name, "kwargs": kwargs})
    return replace(rule, name=name)


CLAUSES: Mapping[tuple[str, str], tuple[set[str], Callable[[Column, DataQuality, Place, Vocabulary], Rule]]] = {
    ("library", "invalidValues"): ({"metric", "arguments", "mustBe"}, _invalid_values),
    ("custom", "riskscore"): ({"engine", "implementation"}, _vocabulary_rule),
    ("custom", "greatExpectations"): ({"engine", "implementation"}, _expectation),
}
"""Type and metric (or engine) of a clause -> its further keys, and how it is read."""
