"""Let Great Expectations judge a frame, complete; what it says is taken, never guessed.

Its own execution resolves a graph of metrics for every expectation, which costs 15 ms a rule however few the rows are.
For the expectations that contracts compile to, the metrics are measured here, each in one pass over its column, and
handed to the expectation, which judges them. Every other expectation goes through its own execution.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype

from riskscore.contracts.library import library, offline_context, result_of_suite
from riskscore.contracts.masking import shown
from riskscore.errors import ContractError

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

NUMBER = "number"
"""Where an expectation carries its place in the suite: Great Expectations may answer in another order."""

COMPLETE = {"result_format": {"result_format": "COMPLETE"}}

WHOLE_LISTS = (
    "unexpected_list",
    "unexpected_index_list",
    "partial_unexpected_index_list",
    "unexpected_index_query",
)
"""Parts of a result that grow with the delivery; the findings hold the same and more."""

OFFENDING_VALUES = "expect_column_values_to_be_null"
"""The expectation that there are no offending values; those it is handed are fit to be shown."""

LIMITS = "expect_column_values_to_be_between"
PLAIN_ARGUMENTS = {"column", "value_set", "min_value", "max_value"}
"""What may be asked of an expectation whose metrics are measured here."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Verdict:
    """What Great Expectations said: per expectation the rows that broke it, and its results as evidence."""

    broken: Sequence[npt.NDArray[np.int64]]
    evidence: dict[str, Any]
    """The validation result as JSON, with up to twenty samples of what was unexpected."""


def judge(name: str, frame: pd.DataFrame, expectations: Sequence["Expectation"]) -> Verdict:
    """Hold a frame (index 0..n-1) against expectations, each with its place in `meta`.

    Raises ContractError if one of them could not be judged.
    """
    measured = [_measured(frame, one) for one in expectations]
    others = [one for one, measures in zip(expectations, measured, strict=True) if measures is None]
    results = [
        _judged(one, measures) for one, measures in zip(expectations, measured, strict=True) if measures is not None
    ]
    return _verdict(name, results + (executed(name, frame, others) if others else []))


def judge_plainly(name: str, frame: pd.DataFrame, expectations: Sequence["Expectation"]) -> Verdict:
    """Do what `judge` does by Great Expectations' own execution alone; `judge` answers the same."""
    return _verdict(name, executed(name, frame, expectations))


def executed(
    name: str, frame: pd.DataFrame, expectations: Sequence["Expectation"]
) -> list["ExpectationValidationResult"]:
    """Return the results of Great Expectations' own execution."""
    datasource = offline_context().data_sources.add_pandas(f"deliveries {next(_NUMBERS)}")
    asset = datasource.add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    suite = library().ExpectationSuite(name=name, expectations=list(expectations))
    try:
        results: list[ExpectationValidationResult] = batch.validate(suite, **COMPLETE).results
    finally:
        offline_context().data_sources.delete(datasource.name)  # it would hold on to the frame
    return results


def _measured(frame: pd.DataFrame, expectation: Any) -> dict[str, Any] | None:
    """Return the metrics that the expectation judges by; None where its own execution has to find them."""
    kwargs, kind = expectation.configuration.kwargs, expectation.expectation_type
    if kind not in UNEXPECTED or not kwargs.keys() <= PLAIN_ARGUMENTS or kwargs["column"] not in frame:
        return None
    column = frame[kwargs["column"]]
    if kind == LIMITS and not is_numeric_dtype(column):
        return None
    is_missing = column.isna().to_numpy()
    rows = np.flatnonzero(UNEXPECTED[kind](column, is_missing, kwargs))
    return {
        "table.row_count": len(column),
        "column_values.nonnull.unexpected_count": int(is_missing.sum()),
        f"{expectation.map_metric}.unexpected_count": len(rows),
        f"{expectation.map_metric}.unexpected_values": column.take(rows).tolist(),
        f"{expectation.map_metric}.unexpected_index_list": rows.tolist(),
    }


def _judged(expectation: Any, measured: dict[str, Any]) -> "ExpectationValidationResult":
    """Let the expectation judge what was measured, by the method that every expectation defines for that."""
    core: Any = import_module("great_expectations.core.expectation_validation_result")
    judge_measured = expectation._validate  # noqa: SLF001 what a custom expectation overrides; there is no other door
    said = judge_measured(metrics=measured, runtime_configuration=dict(COMPLETE))
    result: ExpectationValidationResult = core.ExpectationValidationResult(
        **said, expectation_config=expectation.configuration
    )
    return result


def _verdict(name: str, results: list["ExpectationValidationResult"]) -> Verdict:
    broken = _broken_rows(results, name)
    for one in results:
        _cut(one.result, is_shown=_config(one).type == OFFENDING_VALUES)
        _config(one).kwargs.pop("batch_id", None)  # of a context that is gone when somebody reads this
    by_place = sorted(results, key=lambda one: (_config(one).meta or {})[NUMBER])
    suite_result: Any = result_of_suite(name, by_place)
    return Verdict([broken[number] for number in range(len(results))], suite_result.to_json_dict())


def _broken_rows(results: list["ExpectationValidationResult"], name: str) -> dict[int, npt.NDArray[np.int64]]:
    """Return the unexpected rows by the expectation's place; an expectation that raised has no list of rows."""
    broken = {}
    for one in results:
        config, rows = _config(one), one.result.get("unexpected_index_list")
        if rows is None or one.success != (not rows):
            raise _not_judged(name, config)
        broken[(config.meta or {})[NUMBER]] = np.asarray(rows, dtype=np.int64)
    return broken


def _not_judged(name: str, config: Any) -> ContractError:
    return ContractError(
        f"{name}: Great Expectations could not judge {config.meta} ({config.type}). "
        f"Nothing of the delivery was published; correct that rule of the contract."
    )


def _config(result: Any) -> Any:
    """Return the configuration of the expectation a result is of, as it was handed over."""
    return result.expectation_config


def _cut(result: dict[str, Any], *, is_shown: bool) -> None:
    for part in WHOLE_LISTS:
        result.pop(part, None)

    def sample(value: Any) -> Any:
        return shown(value) if isinstance(value, str) and not is_shown else value

    result["partial_unexpected_list"] = [
        sample(value) for value in result.get("partial_unexpected_list", []) if not pd.isna(value)
    ]
    result["partial_unexpected_counts"] = [
        {**one, "value": sample(one["value"])}
        for one in result.get("partial_unexpected_counts", [])
        if not pd.isna(one["value"])
    ]


def _missing(_column: pd.Series, is_missing: Mask, _kwargs: Mapping[str, Any]) -> Mask:
    return is_missing


def _there(_column: pd.Series, is_missing: Mask, _kwargs: Mapping[str, Any]) -> Mask:
    return ~is_missing


def _outside_set(column: pd.Series, is_missing: Mask, kwargs: Mapping[str, Any]) -> Mask:
    return ~is_missing & ~column.isin(kwargs["value_set"]).to_numpy(dtype=bool)


def _outside_limits(column: pd.Series, is_missing: Mask, kwargs: Mapping[str, Any]) -> Mask:
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    inside = (numbers >= (-np.inf if low is None else low)) & (numbers <= (np.inf if high is None else high))
    return ~is_missing & ~inside


UNEXPECTED: Mapping[str, Callable[[pd.Series, Mask, Mapping[str, Any]], Mask]] = {
    "expect_column_values_to_not_be_null": _missing,
    OFFENDING_VALUES: _there,
    "expect_column_values_to_be_in_set": _outside_set,
    LIMITS: _outside_limits,
}
"""Which values are unexpected, for the expectations that contracts compile to."""

_NUMBERS = count()
