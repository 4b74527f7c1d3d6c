"""The page and its JSON: they load nothing, escape what senders chose, and say the same."""

import json
import re
from datetime import date

import pandas as pd

from riskscore.monitoring import Finding, Watched, as_frame, with_since, worst_first
from riskscore.monitoring.page import SENTENCES
from riskscore.monitoring.routes import COLUMNS

DAY = date(2026, 5, 4)
FINDINGS = [
    Finding("freshness", "manifest", "new", 0.5, 1.0, "ok", ""),
    Finding("volume", "<script>alert(1)</script>", "few", 0.9, 0.8, "alarm", "Ask."),
    Finding("refused", "port_calls", "some", 0.1, 0.01, "warn", "See."),
]
MOVED = pd.DataFrame([["lane", "ECGYE>NLRTM", 0.01, 0.05, 0.04, 0.0, 9.0, 3.4]], columns=list(COLUMNS))


def seen() -> Watched:
    return Watched(DAY, with_since(FINDINGS, DAY, {("refused", "port_calls"): date(2026, 5, 1)}), MOVED, (), {"x": 3})


def test_the_page_loads_nothing_and_lets_no_markup_in() -> None:
    page = seen().to_html().decode()
    assert not re.search(r"(?i)<(script|link|img|iframe|object)|url\(|\bsrc=|@import", page)
    assert "&lt;script&gt;" in page
    assert "ECGYE&gt;NLRTM" in page
    assert all(sentence in page for sentence in SENTENCES.values())


def test_the_json_says_worst_first_since_when() -> None:
    kept = json.loads(seen().to_json())
    assert kept["level"] == "alarm"
    assert [one["level"] for one in kept["findings"]] == ["alarm", "warn", "ok"]
    assert [one["since"] for one in kept["findings"]] == ["2026-05-04", "2026-05-01", None]


def test_findings_are_rows_of_their_table() -> None:
    rows = as_frame(worst_first(FINDINGS), DAY)
    assert set(rows["monitor_day"]) == {DAY}
    assert list(rows["level"]) == ["alarm", "warn", "ok"]
