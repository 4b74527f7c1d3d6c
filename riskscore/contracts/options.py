"""Turn the `logicalTypeOptions` of a column into rules."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from riskscore.contracts.clause import constant
from riskscore.contracts.contract import Column, Rule
from riskscore.contracts.kinds import matches, whole
from riskscore.contracts.place import Place

BOUND_WORDS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}
OPTIONS: Mapping[str, set[str]] = {
    "string": {"pattern", "minLength", "maxLength"},
    "integer": set(BOUND_WORDS),
    "number": set(BOUND_WORDS),
    "date": set(BOUND_WORDS),
    "timestamp": set(BOUND_WORDS),
    "boolean": set(),
}
"""Kind of column -> the options it may have."""


def column_rule(column: Column, test: str, meaning: str, arguments: Mapping[str, Any]) -> Rule:
    """Return a rule of one column, named after its test."""
    return Rule(test, test, (column.name,), meaning, arguments=dict(arguments))


def option_rules(column: Column, options: Mapping[str, Any], place: Place) -> list[Rule]:
    """Return the rules a column's options say; refuse options its kind does not have."""
    place.only_keys(options.keys(), OPTIONS[column.kind])
    lengths = {word: options[word] for word in ("minLength", "maxLength") if word in options}
    bounds = {word: options[word] for word in BOUND_WORDS if word in options}
    rules = [pattern_rule(column, options["pattern"], place)] if "pattern" in options else []
    rules += [_length_rule(column, lengths, place)] if lengths else []
    rules += [_range_rule(column, bounds, place)] if bounds else []
    return rules


def pattern_rule(column: Column, written: Any, place: Place) -> Rule:
    """Return the rule that the whole text matches an RE2 pattern; refuse what is not one."""
    pattern = place.text(written, "pattern")
    try:
        matches(pa.array([""], type=pa.large_string()), whole(pattern))
    except pa.ArrowInvalid as error:
        raise place.refused(pattern, f"not an RE2 pattern ({error})", "RE2 has no look-around.") from None
    return column_rule(column, "pattern", f"must match {pattern} as a whole", {"pattern": pattern})


def _length_rule(column: Column, lengths: Mapping[str, int], place: Place) -> Rule:
    shortest, longest = lengths.get("minLength", 0), lengths.get("maxLength")
    if longest is not None and shortest > longest:
        raise place.refused(lengths, "no text is that long and that short", "Correct minLength or maxLength.")
    words = [f"at least {shortest}"] if shortest else []
    words += [f"at most {longest}"] if longest is not None else []
    return column_rule(column, "length", f"must have {' and '.join(words) or 'any number of'} characters", lengths)


def _range_rule(column: Column, written: Mapping[str, Any], place: Place) -> Rule:
    bounds = {word: constant(column.kind, value, place.at(word)) for word, value in written.items()}
    low = [bounds[word] for word in ("minimum", "exclusiveMinimum") if word in bounds]
    high = [bounds[word] for word in ("maximum", "exclusiveMaximum") if word in bounds]
    if len(low) > 1 or len(high) > 1 or (low and high and low[0] > high[0]):
        raise place.refused(dict(written), "not a range", "Give one lower and one upper bound, the lower one lower.")
    words = " and ".join(f"{BOUND_WORDS[word]} {written[word]}" for word in bounds)
    return column_rule(column, "range", f"must be {words}", bounds)
