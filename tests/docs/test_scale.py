"""The page on scale: what it tells of a day's cost is what the benchmark's kept page says."""

import re

from tests.written import ROOT

PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "benchmarks" / "results" / "daily_run.md").read_text(encoding="utf-8")
GROWTH = re.compile(
    r"^\| [\d,]+ \| 1,095 \| [\d,]+ \| [\d,]+ \| [\d.]+ \| [\d.]+ \| (\d\.\d\d) \| \d\.\d\d \|$", re.MULTILINE
)
DAY = re.compile(
    r"^\| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$",
    re.MULTILINE,
)
BESIDE = re.compile(
    r"^\| 100,000 \|(?: 1,095 \|)? ([\d.]+ s) \| ([\d.]+) \| ([\d.]+ s) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE
)
READ = re.compile(r"^\| 100,000 \| 1,095 \| \*\*the day\*\* \|.* \| ([\d.]+) \|$", re.MULTILINE)
SUM = re.compile(r"[\d.]+ (?:GB x|\+ 500 x) [\d.]+ = [\d.]+")


def test_every_day_that_it_tells_of_was_measured_so() -> None:
    days = DAY.findall(PAGE)
    assert len(days) == 3
    for containers, facts, balances, lake, states, *cost in days:
        seconds, processor, peak = cost
        assert f"| {containers} | 1,095 | {facts} | {balances} | {lake} | {states} |" in RESULTS
        assert f"| {containers} | 1,095 | **the day** | {seconds} | {processor} | {peak} |" in RESULTS


def test_a_longer_history_adds_what_is_told() -> None:
    told = re.search(r"cost ([\d.]+), ([\d.]+) and ([\d.]+) times", PAGE)
    assert told is not None
    assert list(told.groups()) == GROWTH.findall(RESULTS)


def test_the_hub_is_reckoned_as_there() -> None:
    sums = SUM.findall(PAGE)
    assert len(sums) == 5
    assert all(one in RESULTS for one in sums)


def test_the_largest_day_read_what_is_told() -> None:
    told = re.findall(r"the largest read ([\d.]+) GB", " ".join(PAGE.split()))
    assert len(told) == 1
    assert told == READ.findall(RESULTS)


def test_pandas_took_what_is_told() -> None:
    told, middle = BESIDE.findall(PAGE), r"middle of 3[^*\d]*\*\*([\d.]+ times)\*\*"
    assert len(told) == 3
    assert told == BESIDE.findall(RESULTS)
    assert re.findall(middle, PAGE) == re.findall(middle, RESULTS) != []
