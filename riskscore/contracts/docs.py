"""Keep what every check found, and show it: our own offline pages, and Great Expectations' Data Docs."""

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any

from riskscore.contracts.check import CheckResult
from riskscore.contracts.library import kept_context
from riskscore.contracts.page import index_page, result_page

RESULTS, PAGES, DATA_DOCS = "results", "pages", "data_docs"


def keep_result(folder: Path, result: CheckResult, day: date) -> Path:
    """Keep what a check found as JSON below `folder`, by day, feed and deliveries; return the file.

    The same deliveries checked again replace it. It holds counts, rules, and up to twenty samples a rule that are
    fit to be shown: no value of a personal column, and elsewhere only what looks like a code.
    """
    tally = result.tally.reset_index()
    kept = {
        "feed": result.contract.name,
        "contract_version": result.contract.version,
        "day": day.isoformat(),
        "deliveries": [
            {**delivery, "reason": result.refused.get(delivery["delivery_id"], "")}
            for delivery in json.loads(tally.to_json(orient="records"))
        ],
        "validations": list(result.evidence),
    }
    batch = hashlib.sha256("\n".join(sorted(tally["delivery_id"])).encode()).hexdigest()[:16]
    return _write(
        folder / RESULTS / day.isoformat() / f"{result.contract.name}-{batch}.json",
        json.dumps(kept, ensure_ascii=False, allow_nan=False, indent=1, default=str),
    )


def publish_pages(folder: Path) -> Path:
    """Render every kept result that has no page yet as a page that loads nothing; return the list of them."""
    kept = {path: json.loads(path.read_text(encoding="utf-8")) for path in _kept(folder)}
    for path, content in kept.items():
        page = _page_of(folder, path)
        if not page.exists() or page.stat().st_mtime_ns <= path.stat().st_mtime_ns:
            _write(page, result_page(content))
    pages = folder / PAGES
    links = {str(_page_of(folder, path).relative_to(pages)): content for path, content in kept.items()}
    return _write(pages / "index.html", index_page(links))


def publish_data_docs(folder: Path) -> Path:
    """Build Great Expectations' own site of every kept result; return its first page.

    Takes about a third of a second a result not yet in it; its pages load scripts from the internet, ours do not.
    """
    context: Any = kept_context(folder / DATA_DOCS)
    first_page = Path(context.root_directory) / "uncommitted" / "data_docs" / "local_site" / "index.html"
    built = first_page.stat().st_mtime_ns if first_page.exists() else 0
    fresh = [path for path in _kept(folder) if path.stat().st_mtime_ns >= built]
    validations = {key: validation for path in fresh for key, validation in _keyed(path)}
    for key, validation in validations.items():
        context.validation_results_store.set(key, validation)
    if validations:
        context.build_data_docs(resource_identifiers=list(validations))
    return first_page


def _keyed(path: Path) -> Iterable[tuple[Any, Any]]:
    """Return each validation of a kept result as Great Expectations knows it, with its key."""
    identifiers: Any = import_module("great_expectations.data_context.types.resource_identifiers")
    runs: Any = import_module("great_expectations.core.run_identifier")
    results: Any = import_module("great_expectations.core.expectation_validation_result")
    kept = json.loads(path.read_text(encoding="utf-8"))
    midnight = datetime.combine(date.fromisoformat(kept["day"]), time(), UTC)
    for validation in kept["validations"]:
        key = identifiers.ValidationResultIdentifier(
            expectation_suite_identifier=identifiers.ExpectationSuiteIdentifier(name=validation["suite_name"]),
            run_id=runs.RunIdentifier(run_name=kept["day"], run_time=midnight),
            batch_identifier=path.stem,
        )
        yield key, results.ExpectationSuiteValidationResultSchema().load(validation)


def _kept(folder: Path) -> list[Path]:
    return sorted((folder / RESULTS).glob("*/*.json"), reverse=True)


def _page_of(folder: Path, kept: Path) -> Path:
    return folder / PAGES / kept.parent.name / f"{kept.stem}.html"


def _write(path: Path, text: str) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    return unfinished.replace(path)
