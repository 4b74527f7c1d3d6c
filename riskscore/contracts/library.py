"""Great Expectations itself: imported late, offline, silent."""

import os
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from riskscore.collecting import without_collecting
from riskscore.contracts.importing import fields_copied_quickly, hidden, imported_when_used

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext


SELDOM = ("scipy.stats", "altair")
"""What Great Expectations imports for expectations that no contract here has: more than half of the time it takes."""
ELSEWHERE = ("boto3", "botocore")
"""What it looks for to read deliveries from an object store, as nobody here does."""


@cache
def library() -> ModuleType:
    """Return Great Expectations, imported on first use (it takes seconds) with its telemetry off."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with (
        warnings.catch_warnings(),
        without_collecting(),
        hidden(ELSEWHERE),
        imported_when_used(SELDOM),
        fields_copied_quickly(),
    ):
        warnings.simplefilter("ignore", DeprecationWarning)  # it imports a module that Python 3.13 removes
        return import_module("great_expectations")


@cache
def offline_context() -> "AbstractDataContext":
    """Return a context that lives in memory, tells nobody, and draws no progress bars."""
    return _silenced(library().get_context(mode="ephemeral"))


def kept_context(folder: Path) -> "AbstractDataContext":
    """Return a context, just as silent, that keeps suites, results and Data Docs below a folder."""
    return _silenced(library().get_context(mode="file", project_root_dir=folder))


def result_of_suite(name: str, results: list["ExpectationValidationResult"]) -> "ExpectationSuiteValidationResult":
    """Return the results of expectations as the result of a suite, with its statistics."""
    core: Any = import_module("great_expectations.core.expectation_validation_result")
    statistics: Any = import_module("great_expectations.validator.validation_statistics")
    counted = statistics.calc_validation_statistics(results)
    suite_result: ExpectationSuiteValidationResult = core.ExpectationSuiteValidationResult(
        success=counted.success,
        results=results,
        suite_name=name,
        statistics={
            part: getattr(counted, part)
            for part in (
                "evaluated_expectations",
                "successful_expectations",
                "unsuccessful_expectations",
                "success_percent",
            )
        },
        meta={"great_expectations_version": library().__version__},
    )
    return suite_result


def _silenced(context: "AbstractDataContext") -> "AbstractDataContext":
    context.enable_analytics(False)
    context.variables.progress_bars = library().data_context.types.base.ProgressBarsConfig(globally=False)
    return context
