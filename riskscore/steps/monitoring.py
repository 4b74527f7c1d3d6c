"""Monitor: hold the day's feeds, features, scores and outcomes against what is usual, keep it, and show it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import case, func, select

from riskscore.exchange.durable import replace_file
from riskscore.learning import newest_before
from riskscore.monitoring import (
    FILE,
    ROUTES,
    Finding,
    MonitorPolicy,
    Reference,
    Watched,
    as_frame,
    calibration,
    coverage_finding,
    displacement,
    displacement_findings,
    drift_findings,
    freshness,
    label_delays,
    load_monitor_policy,
    refusals,
    reliability,
    tally,
    volume,
    with_since,
)
from riskscore.settings import Settings
from riskscore.steps.alerting import alert
from riskscore.steps.calendar import days_between
from riskscore.steps.running import days_as_partitions, running
from riskscore.steps.scoring import MODELS
from riskscore.steps.telling import told
from riskscore.steps.workspace import Workspace
from riskscore.store import Lake
from riskscore.store.database import Delivery, QueueItem

KEY = ["voyage_id", "container_number"]
ROUTE = ["unit", "port_of_loading", "transhipment_ports", "hs6"]
SCORE_COLUMNS = [*KEY, *ROUTE[:3], "raw", "probability", "coverage", "model"]
FINDING, TALLY = "monitor_finding", "monitor_tally"
REMEMBERED_DAYS = 7
"""A finding is still the same one where the day before that was watched lies no farther back."""
FOUND = {"contraband": 1.0, "nothing": 0.0}


@told
def monitor_day(settings: Settings, day: date) -> Watched:
    """Watch one day: keep its findings and its tally in the lake, and a page with its JSON below `reports/monitor`.

    Reads the day, what was tallied on the days of the windows before it (a scored day without a tally is tallied
    first, once), deliveries of the same weekdays, and the outcomes of the last weeks: never the history. Running it
    again replaces the same rows and pages. Alarms that are new are told to who gets alerts, once.
    """
    with running(settings, "monitor_day", days_as_partitions([day])) as run:
        watch = Watch(run.work, run.lake, day, load_monitor_policy())
        found = with_since(watch.findings(), day, watch.unhealed())
        news = _news(found, day, run.lake.read(FINDING, since=day, until=day))
        run.lake.replace_days(FINDING, as_frame(found, day), [day])
        run.outcome["rows"] = len(found)
        seen = Watched(day, found, watch.moved, watch.bins, dict(watch.read_rows), is_invented=settings.is_invented)
        place = monitor_page(settings, day)
        with run.alone():
            replace_file(place.with_name("monitor.json"), seen.to_json(), mode=0o644)
            replace_file(place, seen.to_html(), mode=0o644)
    if news:
        checks = ", ".join(sorted({one.check.replace("_", " ") for one in news}))
        then = f"Run `riskscore monitor --day {day}`: it names each, with what to do, and the page."
        alert(settings, f"The watch of {day} has {len(news)} new alarm(s): {checks}.", then=then, day=day)
    return seen


def monitor_page(settings: Settings, day: date) -> Path:
    """Return where the page of a watched day lies."""
    return settings.reports / "monitor" / day.isoformat() / "index.html"


def reference_of_model(settings: Settings, model: str, day: date) -> Reference | None:
    """Return what the model that scores `day` saw when it was trained; None where it kept nothing, or there is none."""
    folder = newest_before(settings.artefacts / model, day)
    path = None if folder is None else folder / FILE
    return Reference.from_json(path.read_bytes()) if path is not None and path.is_file() else None


@dataclass
class Watch:
    """One day being watched, and how many rows were read for it."""

    work: Workspace
    lake: Lake
    day: date
    policy: MonitorPolicy
    moved: pd.DataFrame = field(default_factory=pd.DataFrame)
    bins: Sequence[Any] = ()
    read_rows: dict[str, int] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """Return everything that was found."""
        tallies = self._tallies()
        return [*self._of_feeds(), *self._of_scores(tallies), *self._of_outcomes(), *self._of_routes(tallies)]

    def unhealed(self) -> Mapping[tuple[str, str], date]:
        """Return since when each finding was not ok when the last day before this one was watched."""
        since, until = self.day - timedelta(days=REMEMBERED_DAYS), self.day - timedelta(days=1)
        before = self._read(FINDING, since=since, until=until)
        last = before[(before["monitor_day"] == before["monitor_day"].max()) & (before["level"] != "ok")]
        return {(row["check"], row["place"]): row["since"] for row in last.to_dict("records")}

    def _of_feeds(self) -> Iterator[Finding]:
        contracts = self.work.project.inbound
        promised = {feed: one.every_days for feed, one in contracts.items() if one.every_days is not None}
        newest, arrived = self._newest(), self._arrived()
        yield from freshness(promised, newest, self.day, self.policy)
        yield from volume(arrived, self.day, promised, self.policy)
        yield from refusals(arrived, self.day, self.policy)

    def _of_scores(self, tallies: pd.DataFrame) -> Iterator[Finding]:
        today = tallies[tallies["monitor_day"] == self.day]
        is_scored = bool(len(today))
        level, bound = ("ok", 0.0) if is_scored else ("alarm", 1.0)
        said = "the day is scored" if is_scored else "the day has no scores"
        then = "" if is_scored else f"Run `riskscore run --day {self.day}`."
        yield Finding("scored", "all units", said, float(is_scored), bound, level, then)  # type: ignore[arg-type]  # one of LEVELS
        reference = reference_of_model(self.work.settings, MODELS["container"], self.day)
        since = self.day - timedelta(days=self.policy.windows.drift_days - 1)
        model = today["model"].iloc[0] if is_scored else ""
        recent = tallies[(tallies["monitor_day"] >= since) & (tallies["model"] == model)]
        yield from drift_findings(reference, recent, self.policy)
        covered = today[today["subject"] == "coverage"]
        known = float(covered["risk"].sum() / covered["rows"].sum()) if is_scored else None
        yield coverage_finding(reference, known, self.policy)

    def _of_outcomes(self) -> Iterator[Finding]:
        since = self.day - timedelta(days=self.policy.windows.outcome_days - 1)
        inspected = self._read("inspection", since=since, until=self.day)
        inspected = inspected.sort_values(["known_day", "delivery_number", "row_number"])
        inspected = inspected.drop_duplicates("inspection_id", keep="last")
        examined = inspected.assign(is_hit=inspected["outcome"].map(FOUND)).dropna(subset="is_hit")
        hits = examined.groupby(KEY, as_index=False)["is_hit"].max()
        rows = self._listed().merge(hits, on=KEY)
        self.bins = reliability(rows) if len(rows) else ()
        yield from calibration(rows, self.policy)
        seized = self._read("seizure", since=since, until=self.day).drop_duplicates(["country", "seizure_id"])
        waits = [
            _waits(examined, place="unit", since="decided_at").assign(is_shared=False),
            _waits(seized, place="country", since="seized_at").assign(is_shared=True),
        ]
        yield from label_delays(pd.concat(waits, ignore_index=True), self.policy)

    def _of_routes(self, tallies: pd.DataFrame) -> Iterator[Finding]:
        self.moved = displacement(tallies, self.day, self.policy)
        yield from displacement_findings(self.moved, self.policy)

    def _tallies(self) -> pd.DataFrame:
        """Return the tallies of the windows' days, this day's made anew, and those that nobody made before."""
        windows = self.policy.windows
        first = self.day - timedelta(days=2 * windows.routes_days - 1)
        scored, kept = self.lake.row_counts("container_score"), self.lake.row_counts(TALLY)
        wanted = [one for one in days_between(first, self.day) if one in scored]
        missing = [one for one in wanted if one == self.day or one not in kept]
        for one in missing:
            with_features = (self.day - one).days < windows.drift_days
            self.lake.replace_days(TALLY, self._tally(one, with_features=with_features), [one])
        recent = self._read(TALLY, since=self.day - timedelta(days=windows.drift_days - 1), until=self.day)
        older = self._read(TALLY, since=first, until=self.day, among={"subject": ROUTES})
        return pd.concat([recent[~recent["subject"].isin(ROUTES)], older], ignore_index=True)

    def _tally(self, day: date, *, with_features: bool) -> pd.DataFrame:
        reference = reference_of_model(self.work.settings, MODELS["container"], day) if with_features else None
        wanted = sorted(set(reference.spreads) & set(self._declared)) if reference else []
        columns = [*KEY, "hs6", *wanted]
        scores = self._read("container_score", since=day, until=day, columns=SCORE_COLUMNS)
        features = self._read("container_features", since=day, until=day, columns=columns)
        rows = scores.merge(features, on=KEY, how="left")
        return tally(day, rows, rows[wanted], self._finds(day), reference)

    @property
    def _declared(self) -> list[str]:
        return self.work.project.feature_sets["container"].names

    def _finds(self, day: date) -> pd.DataFrame:
        """Return the containers in which something was found by what became known that day, with their routes."""
        known = self._read("inspection", since=day, until=day, columns=[*KEY, "unit", "outcome"])
        found = known[known["outcome"] == "contraband"].drop_duplicates(KEY)
        among = {name: set(found[name]) for name in KEY}
        papers = self._read("consignment", until=day, columns=[*KEY, *ROUTE[1:]], among=among)
        return found[[*KEY, "unit"]].merge(papers.drop_duplicates(KEY, keep="last"), on=KEY, how="left")

    def _newest(self) -> Mapping[str, date]:
        wanted = (
            select(Delivery.feed, func.max(Delivery.known_day))
            .where(Delivery.accepted_rows > 0, Delivery.known_day <= self.day)
            .group_by(Delivery.feed)
        )
        with self.work.transaction() as session:
            return {row[0]: row[1] for row in session.execute(wanted)}

    def _arrived(self) -> pd.DataFrame:
        days = [self.day - timedelta(weeks=weeks) for weeks in range(self.policy.windows.weeks + 1)]
        counts = {
            "deliveries": func.count(),
            "refused_deliveries": func.sum(case((Delivery.state == "refused", 1), else_=0)),
            "received_rows": func.sum(Delivery.received_rows),
            "quarantined_rows": func.sum(Delivery.quarantined_rows),
        }
        by = (Delivery.feed, Delivery.known_day)
        wanted = select(*by, *counts.values()).where(Delivery.known_day.in_(days)).group_by(*by)
        with self.work.transaction() as session:
            rows = [tuple(row) for row in session.execute(wanted)]
        return pd.DataFrame(rows, columns=["feed", "known_day", *counts])

    def _listed(self) -> pd.DataFrame:
        """Return what stood in the queues of the last weeks, one row a container, its first listing."""
        columns = (*KEY, "why", "probability", "selection_probability", "queue_day")
        since = self.day - timedelta(days=self.policy.windows.listed_days)
        wanted = select(*(getattr(QueueItem, name) for name in columns)).where(
            QueueItem.queue_day >= since, QueueItem.queue_day <= self.day, ~QueueItem.is_over_capacity
        )
        with self.work.transaction() as session:
            rows = [tuple(row) for row in session.execute(wanted)]
        self.read_rows["queue_item"] = len(rows)
        return pd.DataFrame(rows, columns=list(columns)).sort_values("queue_day").drop_duplicates(KEY)

    def _read(self, table: str, **asked: Any) -> pd.DataFrame:
        rows = self.lake.read(table, **asked)
        self.read_rows[table] = self.read_rows.get(table, 0) + len(rows)
        return rows


def _news(found: Sequence[Finding], day: date, told: pd.DataFrame) -> list[Finding]:
    """Return the alarms that began on the day and that an earlier watch of it did not have."""
    known = set(zip(told["check"], told["place"], told["level"], strict=True))
    fresh = [one for one in found if one.level == "alarm" and one.since == day]
    return [one for one in fresh if (one.check, one.place, "alarm") not in known]


def _waits(rows: pd.DataFrame, *, place: str, since: str) -> pd.DataFrame:
    seconds = (rows["known_at"] - rows[since]).dt.total_seconds()
    return pd.DataFrame({"place": rows[place], "delay_days": seconds / 86_400})
