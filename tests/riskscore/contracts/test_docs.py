"""What checks found is kept and shown, offline, without a name of a party."""

import json
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from riskscore.contracts import CheckResult, Contract, check_deliveries
from riskscore.contracts.docs import keep_result, publish_data_docs, publish_pages

Rows = Callable[..., pd.DataFrame]

DAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def result(parcels: Contract) -> CheckResult:
    row = {
        "parcel_id": "P1",
        "line": "1",
        "holder": "GLOBEX TRADING",
        "port": "<b>",
        "terms": "GLOBEX TRADING",
        "weight_kg": "1",
        "is_empty": "true",
        "sent_at": "2026-01-02T10:00:00Z",
    }
    good = {**row, "holder": "INVENTED CO", "port": "NLRTM", "terms": "collect"}
    frames = {"d1": [row, *({**good, "line": str(line)} for line in range(2, 9))], "d2": [row]}
    return check_deliveries(parcels, {delivery: pd.DataFrame(rows, dtype="str") for delivery, rows in frames.items()})


def test_a_kept_result_counts_deliveries_and_rules(tmp_path: Path, result: CheckResult) -> None:
    kept = json.loads(keep_result(tmp_path, result, DAY).read_text(encoding="utf-8"))
    assert kept["feed"] == "parcels"
    assert kept["deliveries"][0] == {
        "delivery_id": "d1",
        "received": 8,
        "accepted": 7,
        "quarantined": 1,
        "refused": 0,
        "reason": "",
    }
    assert kept["deliveries"][1]["reason"].startswith("quarantined_percent")
    broken = [one for one in kept["validations"][0]["results"] if not one["success"]]
    assert {one["expectation_config"]["meta"]["rule"] for one in broken} == {"length", "code_list", "values"}
    assert {one["result"]["unexpected_count"] for one in broken} == {2}


def test_the_same_deliveries_checked_again_replace_what_was_kept(tmp_path: Path, result: CheckResult) -> None:
    assert keep_result(tmp_path, result, DAY) == keep_result(tmp_path, result, DAY)
    assert len(list(tmp_path.rglob("*.json"))) == 1


def test_our_pages_load_nothing_and_name_nobody(tmp_path: Path, result: CheckResult) -> None:
    keep_result(tmp_path, result, DAY)
    index = publish_pages(tmp_path)
    (page,) = [path for path in index.parent.rglob("*.html") if path != index]
    text = page.read_text(encoding="utf-8")
    assert str(page.relative_to(index.parent)) in index.read_text(encoding="utf-8")
    assert not re.search(r"<script|<img|<link|src=|https?:|@import|url\(", text + index.read_text(encoding="utf-8"))
    assert "port: must be on code list port (code_list, error)" in text
    assert "&lt;b&gt;" in text
    assert "<b>" not in text
    assert "GLOBEX" not in text
    assert "(text of 14 characters)" in text


def test_a_page_is_made_again_only_if_its_result_changed(tmp_path: Path, result: CheckResult) -> None:
    kept = keep_result(tmp_path, result, DAY)
    os.utime(kept, (0, 0))
    publish_pages(tmp_path)
    (page,) = (tmp_path / "pages" / "2026-01-05").iterdir()
    page.write_text("mine", encoding="utf-8")
    publish_pages(tmp_path)
    assert page.read_text(encoding="utf-8") == "mine"
    keep_result(tmp_path, result, DAY)
    publish_pages(tmp_path)
    assert "must be on code list" in page.read_text(encoding="utf-8")


def test_data_docs_show_every_validation_and_name_nobody(tmp_path: Path, result: CheckResult) -> None:
    keep_result(tmp_path, result, DAY)
    keep_result(tmp_path, result, date(2026, 1, 6))
    first_page = publish_data_docs(tmp_path)
    pages = list(first_page.parent.rglob("validations/**/*.html"))
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert sorted(page.parent.parent.parent.name for page in pages) == ["parcels_deliveries"] * 2 + ["parcels_rows"] * 2
    assert sum("must be on code list port" in text for text in texts) == 2
    assert not any("GLOBEX" in text for text in texts)
    before = first_page.stat().st_mtime_ns
    assert publish_data_docs(tmp_path).stat().st_mtime_ns == before
