"""Let Great Expectations judge a frame: offline, silent, complete; what it says is taken, never guessed."""

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.contracts.masking import shown
from riskscore.errors import ContractError

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

NUMBER = "number"
"""Where an expectation carries its place in the suite: Great Expectations may answer in another order."""

WHOLE_LISTS = ("unexpected_list", "unexpected_index_list", "partial_unexpected_index_list")
"""Parts of a result that grow with the delivery; the findings hold the same and more."""

OFFENDING_VALUES = "expect_column_values_to_be_null"
"""The expectation that there are no offending values; those it is handed are fit to be shown."""


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
    datasource = offline_context().data_sources.add_pandas(f"deliveries {next(_NUMBERS)}")
    asset = datasource.add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    suite = library().ExpectationSuite(name=name, expectations=list(expectations))
    try:
        result = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    finally:
        offline_context().data_sources.delete(datasource.name)  # it would hold on to the frame
    broken = _broken_rows(result, name)
    for one in result.results:
        _cut(one.result, is_shown=_config(one).type == OFFENDING_VALUES)
    return Verdict([broken[number] for number in range(len(expectations))], result.to_json_dict())


@cache
def library() -> ModuleType:
    """Return Great Expectations, imported on first use (it takes seconds) with its telemetry off."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it imports a module that Python 3.13 removes
        return import_module("great_expectations")


@cache
def offline_context() -> "AbstractDataContext":
    """Return a context that lives in memory, tells nobody, and draws no progress bars."""
    return _silenced(library().get_context(mode="ephemeral"))


def kept_context(folder: Path) -> "AbstractDataContext":
    """Return a context, just as silent, that keeps suites, results and Data Docs below a folder."""
    return _silenced(library().get_context(mode="file", project_root_dir=folder))


def _silenced(context: "AbstractDataContext") -> "AbstractDataContext":
    context.enable_analytics(False)
    context.variables.progress_bars = library().data_context.types.base.ProgressBarsConfig(globally=False)
    return context


def _broken_rows(result: "ExpectationSuiteValidationResult", name: str) -> dict[int, npt.NDArray[np.int64]]:
    """Return the unexpected rows by the expectation's place; an expectation that raised has no list of rows."""
    broken = {}
    for one in result.results:
        config, rows = _config(one), one.result.get("unexpected_index_list")
        if rows is None or one.success != (not rows):
            raise ContractError(
                f"{name}: Great Expectations could not judge {config.meta} ({config.type}). "
                f"Nothing of the delivery was published; correct that rule of the contract."
            )
        broken[(config.meta or {})[NUMBER]] = np.asarray(rows, dtype=np.int64)
    return broken


def _config(result: Any) -> "ExpectationConfiguration":
    """Return the expectation a result is of, as it was handed over."""
    config: ExpectationConfiguration = result.expectation_config
    return config


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


_NUMBERS = count()
