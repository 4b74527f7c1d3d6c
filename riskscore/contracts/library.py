"""Great Expectations itself: imported late, offline, silent."""

import gc
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import LazyLoader, find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext


STATISTICS = "scipy.stats"
"""What half of the time of importing Great Expectations goes to, for expectations that no contract here has."""


@cache
def library() -> ModuleType:
    """Return Great Expectations, imported on first use (it takes seconds) with its telemetry off."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings(), _without_collecting():
        warnings.simplefilter("ignore", DeprecationWarning)  # it imports a module that Python 3.13 removes
        _import_when_used(STATISTICS)
        return import_module("great_expectations")


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage meanwhile, nor later among what is there then: many objects, of which an import keeps all.

    They stay as long as the process, and looking through them again and again took a third of judging a small delivery.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def _import_when_used(name: str) -> None:
    """Let a submodule be imported when something of it is asked for, not when its package hands it over."""
    spec = find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    package, _, submodule = name.rpartition(".")
    setattr(sys.modules[package], submodule, module)


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
