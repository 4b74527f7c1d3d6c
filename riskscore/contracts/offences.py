"""The tests Great Expectations has no right answer for: rule + batch -> the rows that break the rule."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from riskscore.contracts.batch import Batch
from riskscore.contracts.contract import UNIQUE_KEY, Rule
from riskscore.contracts.kinds import Flags, matches, whole
from riskscore.contracts.reading import Reading
from riskscore.reference.sphere import arc_km, unit_vectors

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

BOUNDS: Mapping[str, str] = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
"""Words of a range in ODCS -> how a value must compare with the bound."""

KM_PER_KNOT_HOUR = 1.852
POSITION_ERROR_KM = 5.0
"""Two positions so near are never too far from each other, however short the time between them."""


def breaks(rule: Rule, batch: Batch) -> Flags:
    """Return which rows of the batch break the rule (one flag a row)."""
    return TESTS[rule.test](rule, batch)


def _row_format(_rule: Rule, batch: Batch) -> Flags:
    return batch.faulty


def _kind(rule: Rule, batch: Batch) -> Flags:
    reading = _first(rule, batch)
    return ~reading.missing & ~reading.readable & ~batch.faulty


def _pattern(rule: Rule, batch: Batch) -> Flags:
    reading = _first(rule, batch)
    return reading.spread(matches(reading.distinct, whole(rule.arguments["pattern"])))


def _length(rule: Rule, batch: Batch) -> Flags:
    reading = _first(rule, batch)
    lengths = pc.utf8_length(reading.distinct).to_numpy(zero_copy_only=False)
    fits = (lengths >= rule.arguments.get("minLength", 0)) & (lengths <= rule.arguments.get("maxLength", np.inf))
    return reading.spread(fits)


def _range(rule: Rule, batch: Batch) -> Flags:
    reading = _first(rule, batch)
    fits = np.ones(len(batch), dtype=bool)
    for word, bound in rule.arguments.items():
        fits &= _true(OPERATORS[BOUNDS[word]](reading.values, bound))
    return reading.readable & ~fits


def _code_list(rule: Rule, batch: Batch) -> Flags:
    codes = batch.contract.vocabulary.code_lists[rule.arguments["codeList"]]
    return _by_part(rule, _first(rule, batch), lambda parts: pd.Series(map(codes.__contains__, parts.to_list())))


def _check(rule: Rule, batch: Batch) -> Flags:
    return _by_part(rule, _first(rule, batch), batch.contract.vocabulary.checks[rule.arguments["check"]])


def _by_part(rule: Rule, reading: Reading, passes: Callable[[pd.Series], pd.Series]) -> Flags:
    texts = pd.Series(pd.array(reading.distinct, dtype="str"))
    separator = rule.arguments.get("separatedBy")
    if separator is None or texts.empty:
        return reading.spread(_true(passes(texts)))
    parts = texts.str.split(separator, regex=False).explode().astype("str")
    flags = pd.Series(_true(passes(parts)), index=parts.index)
    return reading.spread(flags.groupby(level=0).all().to_numpy())


def _compare(rule: Rule, batch: Batch) -> Flags:
    left, right = batch.readings[rule.arguments["left"]], rule.arguments["right"]
    judged = left.readable & _applies(rule, batch)
    if rule.arguments["right_is_column"]:
        judged = judged & batch.readings[right].readable
        right = batch.readings[right].values
    return judged & ~_true(OPERATORS[rule.arguments["operator"]](left.values, right))


def _require(rule: Rule, batch: Batch) -> Flags:
    return _first(rule, batch).missing & _applies(rule, batch)


def _reachable(rule: Rule, batch: Batch) -> Flags:
    """Flag a position that no neighbour in time, of the same thing in the same delivery, could be reached from."""
    read = {role: batch.readings[rule.arguments[role]] for role in ("thing", "at", "lat", "lon")}
    on_earth = _true(read["lat"].values.abs() <= 90) & _true(read["lon"].values.abs() <= 180)
    judged = np.flatnonzero(read["thing"].readable & read["at"].readable & on_earth & _applies(rule, batch))
    columns = {role: one.values.take(judged).array for role, one in read.items()}
    columns |= {
        "delivery": pd.factorize(batch.arrived.deliveries)[0][judged],
        "thing": pd.factorize(columns["thing"])[0],
    }
    track = pd.DataFrame(columns, index=judged).sort_values(["delivery", "thing", "at"], kind="stable")
    hours = np.diff(track["at"].dt.as_unit("us").astype("int64").to_numpy()) / 3.6e9
    km = arc_km(np.linalg.norm(np.diff(unit_vectors(track["lat"], track["lon"]), axis=0), axis=1))
    is_step = (np.diff(track[["delivery", "thing"]].to_numpy(), axis=0) == 0).all(axis=1)
    too_far = km > np.maximum(hours * rule.arguments["maxKnots"] * KM_PER_KNOT_HOUR, POSITION_ERROR_KM)
    stands = is_step & ~too_far
    edge = np.zeros(1, dtype=bool)
    has_neighbour = np.append(edge, is_step) | np.append(is_step, edge)
    is_reached = np.append(edge, stands) | np.append(stands, edge)
    broken = np.zeros(len(batch), dtype=bool)
    broken[track.index] = (has_neighbour & ~is_reached)[: len(track)]
    return broken


def _unique(rule: Rule, batch: Batch) -> Flags:
    readings = [batch.readings[name] for name in rule.columns]
    judged = np.logical_and.reduce([reading.readable for reading in readings])
    keys = {reading.column.name: reading.values for reading in readings} | {"delivery_id": batch.arrived.deliveries}
    taken = batch.arrived.taken_keys if rule.name == UNIQUE_KEY else None
    if taken is not None:
        keys = {name: pd.concat([taken[name].astype(values.dtype), values]) for name, values in keys.items()}
    codes = pd.DataFrame({name: pd.factorize(values)[0] for name, values in keys.items()})
    first = len(codes) - len(batch)
    codes = codes[np.append(np.ones(first, dtype=bool), judged)]
    repeated = np.zeros(len(batch), dtype=bool)
    repeated[judged] = codes.duplicated(keep="first").to_numpy()[first:]
    return repeated


def _applies(rule: Rule, batch: Batch) -> Flags:
    applies = np.ones(len(batch), dtype=bool)
    if when := rule.arguments.get("when"):
        applies &= _holds(when, batch)
    if unless := rule.arguments.get("unless"):
        applies &= ~_holds(unless, batch)
    return applies


def _holds(conditions: Mapping[str, list[Any]], batch: Batch) -> Flags:
    holds = np.ones(len(batch), dtype=bool)
    for name, wanted in conditions.items():
        holds &= batch.readings[name].readable & _true(batch.readings[name].values.isin(wanted))
    return holds


def _first(rule: Rule, batch: Batch) -> Reading:
    return batch.readings[rule.columns[0]]


def _true(answers: pd.Series) -> Flags:
    """Return the answers as plain flags; unknown is false."""
    return answers.fillna(False).to_numpy(dtype=bool)


TESTS: Mapping[str, Callable[[Rule, Batch], Flags]] = {
    "row_format": _row_format,
    "kind": _kind,
    "pattern": _pattern,
    "length": _length,
    "range": _range,
    "code_list": _code_list,
    "check": _check,
    "compare": _compare,
    "require": _require,
    "reachable": _reachable,
    "unique": _unique,
}
"""Test of a rule -> the function that finds the rows breaking it. To add one: the function, a line here, README.md."""
