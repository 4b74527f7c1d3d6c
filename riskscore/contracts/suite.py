"""Compile a contract to a Great Expectations suite, and hold a batch against it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from riskscore.contracts.batch import Batch
from riskscore.contracts.contract import Contract, Rule
from riskscore.contracts.kinds import Flags
from riskscore.contracts.library import library
from riskscore.contracts.masking import shown_texts
from riskscore.contracts.offences import breaks
from riskscore.contracts.referee import NUMBER, Verdict, judge
from riskscore.errors import ContractError

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

PRESENT = "present"
NOT_SHOWN = "(another)"
SHOWN = 100
"""Offending values of a rule handed over in words; a wholly broken delivery has hundreds of thousands."""


def view_of(rule: Rule, contract: Contract) -> str:
    """Return the name of the column that Great Expectations sees for this rule.

    `X` holds whether X is present, `X as integer` its typed values, `X breaks pattern` the offending values.
    """
    if rule.test == "required":
        return rule.columns[0]
    if rule.test in NATIVE:
        return f"{rule.columns[0]} as {contract.column(rule.columns[0]).kind}"
    return f"{rule.columns[0] if rule.columns else 'row'} breaks {rule.name}"


def compile_suite(contract: Contract) -> list["Expectation"]:
    """Return one expectation per rule of the contract, in its order.

    What Great Expectations judges rightly is compiled to its own expectation; for the rest it is handed the
    offending values and expects that there are none.
    """
    gxe = library().expectations
    return [
        NATIVE.get(rule.test, _no_offence)(
            gxe,
            rule,
            {
                "column": view_of(rule, contract),
                "severity": "critical" if rule.severity == "error" else "warning",
                "description": describe(rule),
                "meta": {NUMBER: number, "rule": rule.name, "columns": rule.place, "severity": rule.severity},
            },
        )
        for number, rule in enumerate(contract.rules)
    ]


def describe(rule: Rule) -> str:
    """Return a rule as one sentence."""
    return f"{rule.place or 'row'}: {rule.meaning} ({rule.name}, {rule.severity})"


def judge_rows(batch: Batch, name: str) -> Verdict:
    """Let Great Expectations judge every rule on the batch; raise ContractError if it could not judge one."""
    return judge(name, views(batch), compile_suite(batch.contract))


def views(batch: Batch) -> pd.DataFrame:
    """Return the frame that Great Expectations judges: no value of a personal column is in it."""
    frame = {view_of(rule, batch.contract): _view(rule, batch) for rule in batch.contract.rules}
    return pd.DataFrame(frame, index=range(len(batch)), copy=False)


def _view(rule: Rule, batch: Batch) -> Any:
    if rule.test == "required":
        return _only(~batch.readings[rule.columns[0]].missing, pd.Series([PRESENT]))
    if rule.test in NATIVE:
        return batch.readings[rule.columns[0]].values
    return _offending_values(rule, batch)


def _offending_values(rule: Rule, batch: Batch) -> Any:
    broken = breaks(rule, batch)
    positions = np.flatnonzero(broken)
    texts = shown_texts(rule, batch, positions[:SHOWN])
    return _only(broken, texts.reindex(range(len(positions)), fill_value=NOT_SHOWN))


def _only(flags: Flags, texts: pd.Series) -> Any:
    """Return the texts where flagged (one for all, or one each) and null elsewhere; few texts take a byte a row."""
    places, distinct = pd.factorize(texts.fillna(""))
    codes = np.full(len(flags), -1, dtype=np.min_scalar_type(-len(distinct) - 1))
    codes[flags] = places if len(places) != 1 else 0
    return pd.Categorical.from_codes(codes, pd.Index(distinct), validate=False)


def _required(gxe: Any, _rule: Rule, common: dict[str, Any]) -> Any:
    return gxe.ExpectColumnValuesToNotBeNull(**common)


def _no_offence(gxe: Any, _rule: Rule, common: dict[str, Any]) -> Any:
    return gxe.ExpectColumnValuesToBeNull(**common)


def _values(gxe: Any, rule: Rule, common: dict[str, Any]) -> Any:
    return gxe.ExpectColumnValuesToBeInSet(value_set=rule.arguments["validValues"], **common)


def _expectation(gxe: Any, rule: Rule, common: dict[str, Any]) -> Any:
    name = "".join(word.capitalize() for word in rule.arguments["type"].split("_"))
    try:
        return getattr(gxe, name)(**rule.arguments["kwargs"], **common)
    except (AttributeError, TypeError, ValueError) as error:
        raise ContractError(
            f"{rule.place}: Great Expectations refuses {rule.arguments['type']} with {rule.arguments['kwargs']} "
            f"({type(error).__name__}). Correct the quality clause of that column."
        ) from None


NATIVE: Mapping[str, Callable[[Any, Rule, dict[str, Any]], Any]] = {
    "required": _required,
    "values": _values,
    "expectation": _expectation,
}
"""Tests that Great Expectations judges rightly, and column by column rather than value by value."""
