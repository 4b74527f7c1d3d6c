"""What watching a day found: one line each, with its threshold, since when, and what to do next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import pandas as pd

from riskscore.monitoring.policy import LEVELS, Band, Level

COLUMNS = ("monitor_day", "check", "place", "what", "value", "threshold", "level", "since", "then")


@dataclass(frozen=True)
class Finding:
    """One figure held against its band."""

    check: str
    """Which check: freshness, volume, feature_drift ..."""
    place: str
    """What it is about: a feed, a feature, a unit, a lane."""
    what: str
    value: float | None
    """None where there was too little to judge."""
    threshold: float | None
    """The bound that counts: the one passed, or the one that warns."""
    level: Level
    then: str
    """What to do next; empty where nothing is."""
    since: date | None = None
    """First day in a row at a level other than ok; None where it is ok."""


def judged(check: str, place: str, value: float, band: Band, *, what: str, then: str) -> Finding:
    """Return a figure held against a band."""
    level = band.level(value)
    threshold = band.alarm if level == "alarm" else band.warn
    return Finding(check, place, what, float(value), threshold, level, "" if level == "ok" else then)


def not_judged(check: str, place: str, *, why: str) -> Finding:
    """Return that there was too little to say anything."""
    return Finding(check, place, f"not judged: {why}", None, None, "ok", "")


def with_since(findings: Iterable[Finding], day: date, before: Mapping[tuple[str, str], date]) -> list[Finding]:
    """Say of each finding that is not ok since when; `before` holds what was not ok when the day before was watched."""
    return [
        one if one.level == "ok" else replace(one, since=before.get((one.check, one.place), day)) for one in findings
    ]


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return alarms, then warnings, then the rest, each by check and by how far it is off."""
    return sorted(findings, key=lambda one: (-LEVELS.index(one.level), one.check, -(one.value or 0.0), one.place))


def worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level there is."""
    return max((one.level for one in findings), key=LEVELS.index, default="ok")


def as_frame(findings: Sequence[Finding], day: date) -> pd.DataFrame:
    """Return findings as the table keeps them, one row each."""
    return pd.DataFrame([{"monitor_day": day, **asdict(one)} for one in findings], columns=list(COLUMNS)).astype(
        {"value": "float64", "threshold": "float64"}
    )
