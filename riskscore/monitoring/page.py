"""The page of a watched day: one file that loads nothing, and the same as JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from riskscore.learning.evaluate import CalibrationBin
from riskscore.monitoring.drawing import moved_map, reliability_plot
from riskscore.monitoring.finding import Finding, worst, worst_first
from riskscore.monitoring.policy import Level

MOST_MOVED = 30
STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; max-width: 76rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums }
.alarm { color: #a00000; font-weight: 600 } .warn { color: #7a5200; font-weight: 600 } .ok { color: #00621f }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem } svg { max-width: 100% } .note { color: #444 }
@media print { body { margin: 0; max-width: none } }
"""
VERDICTS = {
    "ok": "Nothing stands against trusting the pipeline and its model today.",
    "warn": "Usable; look at what is named below.",
    "alarm": "Do not trust today's lists as they are: see what is named below.",
}
SENTENCES = {
    "scored": "Whether the day was scored at all.",
    "freshness": "Age of the newest fact over what the feed's contract promises.",
    "volume": "Rows received against the median of the same weekday of past weeks.",
    "quarantined": "Share of the day's rows set aside.",
    "refused": "Share of the day's deliveries refused.",
    "feature_drift": "Population stability index against the days the model learned from.",
    "score_drift": "The same, of the scores.",
    "coverage": "How much less is known of the day's rows than of those the model learned from.",
    "calibration": "Finds against what scores said, weighted by the logged selection probabilities.",
    "label_delay": "Days from decision or seizure until we know the outcome.",
    "displacement": "Routes and goods whose share of risk, or finds, moved since the window before.",
}


@dataclass(frozen=True)
class Watched:
    """What watching one day came to."""

    day: date
    findings: list[Finding]
    moved: pd.DataFrame
    reliability: Sequence[CalibrationBin]
    read: dict[str, int]
    """How many rows were read for it, by table."""
    is_invented: bool = False

    @property
    def level(self) -> Level:
        """The worst level of any finding."""
        return worst(self.findings)

    @property
    def worst_first(self) -> list[Finding]:
        """The findings, alarms first."""
        return worst_first(self.findings)

    def to_json(self) -> bytes:
        """Return all of it as JSON."""
        shown = {
            "day": self.day.isoformat(),
            "level": self.level,
            "is_invented": self.is_invented,
            "findings": [_plain(one) for one in worst_first(self.findings)],
            "moved": json.loads(self.moved.to_json(orient="records")),
            "reliability": [one.model_dump(mode="json") for one in self.reliability],
            "rows_read": self.read,
        }
        return json.dumps(shown, ensure_ascii=False, allow_nan=False, indent=1).encode()

    def to_html(self) -> bytes:
        """Return all of it as a page."""
        invented = "<p><strong>Invented data.</strong></p>" if self.is_invented else ""
        bad = [one for one in worst_first(self.findings) if one.level != "ok"]
        title = f"Watch of {self.day}"
        parts = [
            f'{invented}<p class="{self.level}">{VERDICTS[self.level]}</p>',
            f"<h2>What to act on ({len(bad)})</h2>{_findings(bad)}",
            f"<h2>Where risk moved</h2>{moved_map(self.moved)}{_moved(self.moved)}",
            f"<h2>Said against found</h2>{reliability_plot(self.reliability)}",
            *(_check(name, self.findings) for name in SENTENCES),
            f'<p class="note">Read for this page: {escape(_counted(self.read))}.</p>',
        ]
        head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        return (
            f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{title}</h1>{"".join(parts)}</body></html>\n'
        ).encode()


def _plain(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "since": finding.since.isoformat() if finding.since else None}


def _check(name: str, findings: Iterable[Finding]) -> str:
    mine = worst_first(one for one in findings if one.check == name)
    return f"<h2>{name.replace('_', ' ').capitalize()}</h2><p>{SENTENCES[name]}</p>{_findings(mine)}"


def _findings(findings: Sequence[Finding]) -> str:
    rows = [
        [
            f'<span class="{one.level}">{one.level}</span>',
            escape(one.check.replace("_", " ")),
            escape(one.place),
            escape(one.what),
            _number(one.value),
            _number(one.threshold),
            str(one.since or ""),
            escape(one.then),
        ]
        for one in findings
    ]
    return _table(("level", "check", "where", "what", "value", "threshold", "since", "what next"), rows)


def _moved(moved: pd.DataFrame) -> str:
    rows = [
        [
            escape(str(row["subject"]).replace("_", " ")),
            escape(str(row["name"])),
            f"{row['risk_before']:.2%}",
            f"{row['risk']:.2%}",
            f"{row['risk_moved']:+.2%}",
            f"{row['finds_before']:g}",
            f"{row['finds']:g}",
            f"{row['deviations']:+.1f}",
        ]
        for row in moved.head(MOST_MOVED).to_dict("records")
    ]
    heads = ("what", "which", "risk before", "risk now", "moved", "finds before", "finds now", "standard deviations")
    return _table(heads, rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "<p>None.</p>"
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{lines}</table>"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _counted(read: dict[str, int]) -> str:
    return ", ".join(f"{rows:,} rows of {table}" for table, rows in sorted(read.items())) or "nothing"
