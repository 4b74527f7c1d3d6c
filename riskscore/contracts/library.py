"""Great Expectations itself: imported late, offline, silent."""

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from riskscore.collecting import without_collecting

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
    with warnings.catch_warnings(), without_collecting(), _hidden(ELSEWHERE), _imported_when_used(SELDOM):
        warnings.simplefilter("ignore", DeprecationWarning)  # it imports a module that Python 3.13 removes
        return import_module("great_expectations")


@contextmanager
def _hidden(names: Iterable[str]) -> Iterator[None]:
    """Let nobody find these modules meanwhile, in no thread, unless they were imported before."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None says: there is no such module
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def _imported_when_used(names: Iterable[str]) -> Iterator[None]:
    """Hand out these modules meanwhile without importing them: that is done when something of one is asked for."""
    held_back = [ImportedWhenUsed(name) for name in names if name not in sys.modules]
    for module in held_back:
        _put(module.__name__, module)
    try:
        yield
    finally:
        for module in held_back:
            if sys.modules.get(module.__name__) is module:
                _take_away(module.__name__)


class ImportedWhenUsed(ModuleType):
    """Stands for a module; the first thing that is asked of it imports it."""

    def __getattr__(self, name: str) -> Any:
        """Return what the module has of this name."""
        if sys.modules.get(self.__name__) is self:
            _take_away(self.__name__)
        return getattr(import_module(self.__name__), name)


def _put(name: str, module: ModuleType) -> None:
    """Put a module where `import` finds it, and where its package has it."""
    sys.modules[name] = module
    package, _, own = name.rpartition(".")
    if package:
        setattr(import_module(package), own, module)


def _take_away(name: str) -> None:
    del sys.modules[name]
    package, _, own = name.rpartition(".")
    if package:
        delattr(sys.modules[package], own)


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
