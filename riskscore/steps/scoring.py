"""Score: every expected container and voyage of a day, with rank and coverage, and reasons for the riskiest."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from riskscore.errors import NotReadyError
from riskscore.featureset import FeatureSet
from riskscore.learning import Artefact, load, newest_before
from riskscore.scoring import Reason, explain, reasons_to_json, score
from riskscore.settings import Settings
from riskscore.steps.building import build_features
from riskscore.steps.calendar import Report, silent
from riskscore.steps.running import days_as_partitions, running
from riskscore.steps.telling import told
from riskscore.steps.workspace import Workspace
from riskscore.store import History

MODELS = {"container": "container_risk", "voyage": "voyage_risk"}
EXPLAINED_SHARE = 0.10
"""Share of a day's containers, the riskiest, that are explained when scored; what else is queued is explained then."""
SHARED_STREAM = "seizures"
"""The stream whose events other countries shared."""


@told
def score_day(settings: Settings, day: date, *, report: Report = silent) -> None:
    """Score the containers of `day`, then build the features of its voyages and score those.

    Running it again replaces the same partitions with the same rows. Raises NotReadyError where features or a model
    are missing.
    """
    score_containers(settings, [day], report=report)
    build_features(settings, [day], "voyage", report=report)
    score_voyages(settings, day)


def score_containers(
    settings: Settings, days: Sequence[date], *, explained_share: float = EXPLAINED_SHARE, report: Report = silent
) -> int:
    """Score the containers of each day with the model promoted before it; return the number of rows."""
    scored: list[pd.DataFrame] = []
    with running(settings, "score_containers", days_as_partitions(days), explained_share=explained_share) as run:
        run.reads("container_features", "seizure")
        for number, day in enumerate(sorted(days)):
            report("score", number, len(days))
            rows = Scored(run.work, "container", day, explained_share=explained_share)
            run.inputs.setdefault("models", {})[str(day)] = run.model = rows.artefact.artefact_id
            scored.append(rows.table(CONTAINER_CONTEXT))
        whole = pd.concat(scored, ignore_index=True)
        run.lake.replace_days("container_score", whole, days)
        run.outcome["rows"] = len(whole)
    report("score", len(days), len(days))
    return len(whole)


def score_voyages(settings: Settings, day: date) -> int:
    """Score the voyages of one day; return the number of rows."""
    with running(settings, "score_voyages", days_as_partitions([day])) as run:
        run.reads("voyage_features")
        rows = Scored(run.work, "voyage", day, explained_share=1.0)
        run.model = rows.artefact.artefact_id
        table = rows.table(VOYAGE_CONTEXT)
        run.lake.replace_days("voyage_score", table.drop(columns="originators"), [day])
        run.outcome["rows"] = len(table)
    return len(table)


CONTAINER_CONTEXT = ["unit", "vessel_imo", "port_of_loading", "transhipment_ports", "planned_arrival_at"]
VOYAGE_CONTEXT = ["vessel_imo", "planned_arrival_at", "expected_finds", "container_count"]
CALLED = {"port_of_discharge": "unit"}
"""What scores call a column of the features' context otherwise."""


@dataclass(frozen=True)
class Basis:
    """What a day's scores are made of."""

    history: History
    artefact: Artefact
    kept: pd.DataFrame
    """Context and features by key."""


def basis_of(work: Workspace, grain: str, day: date) -> Basis:
    """Return the model promoted before the day, and its features as they were kept."""
    declared: FeatureSet = work.project.feature_sets[grain]
    artefact = model_of(work.settings, MODELS[grain], day)
    return Basis(work.history(day), artefact, _kept(work, declared, day))


class Scored:
    """One day's rows of a grain with their features and scores."""

    def __init__(
        self,
        work: Workspace,
        grain: str,
        day: date,
        *,
        explained_share: float = EXPLAINED_SHARE,
        basis: Basis | None = None,
    ) -> None:
        self.work, self.day = work, day
        self.declared: FeatureSet = work.project.feature_sets[grain]
        self.basis = basis or basis_of(work, grain, day)
        self.artefact, self.kept = self.basis.artefact, self.basis.kept
        self.features = self.kept[self.declared.names]
        self.scores = score(self.artefact, self.features, crew=work.crew)
        self.explained_share = explained_share

    def table(self, shown: list[str]) -> pd.DataFrame:
        """Return the rows as their table keeps them: key, `shown` columns, score, reasons, versions."""
        key = list(self.declared.grain.key)
        known = self.kept.reset_index().rename(columns=CALLED).set_index(key, drop=False)
        rows = known[[name for name in shown if name not in key]].join(self.scores, how="inner").reset_index()
        order = rows.sort_values(["rank"]).groupby("unit").cumcount() + 1
        explained = self.scores.index[self.scores["rank"] <= np.ceil(self.explained_share * len(self.scores))]
        reasons = self.reasons(list(explained)) if len(explained) else {}
        senders = {one: originators_of(because) for one, because in reasons.items()}
        keys = list(zip(*(rows[name].tolist() for name in key), strict=True))
        return rows.assign(
            score_day=self.day,
            rank=order.reindex(rows.index).astype("int64"),
            reasons=[reasons.get(one, "[]") for one in keys],
            originators=[senders.get(one, "") for one in keys],
            model=f"{self.artefact.name}@{self.artefact.artefact_id[:12]}",
            feature_version=self.declared.version,
        )

    def reasons(self, keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
        """Return the reasons of these rows as JSON; one that rests on shared facts names who sent them."""
        rows = self.features.loc[list(keys)]
        found = explain(self.artefact, rows, self.declared.sentences, peers=self.features, crew=self.work.crew)
        shared = self.declared.measured_on(SHARED_STREAM)
        return {
            key: reasons_to_json([self._with_senders(one) if one.feature in shared else one for one in reasons])
            for key, reasons in zip(keys, found, strict=True)
        }

    def _with_senders(self, reason: Reason) -> Reason:
        return reason._replace(originators=self._senders)

    @cached_property
    def _senders(self) -> str:
        """Who shared any seizure known by the day, as codes separated by blanks."""
        return " ".join(sorted(self.basis.history.as_of(self.day).values("seizure", "originator")))


@cache
def _loaded(folder: Path) -> Artefact:
    return load(folder)


def model_of(settings: Settings, model: str, day: date) -> Artefact:
    """Return the model that scores `day`; raise NotReadyError if none was promoted before it."""
    folder = newest_before(settings.artefacts / model, day)
    if folder is None:
        raise NotReadyError(
            step="Scoring",
            needs=f"a model {model} trained before that day",
            day=str(day),
            then=f"Run `riskscore train {model} --day {day - timedelta(days=1)}`.",
        )
    return _loaded(folder)


def originators_of(reasons: str) -> str:
    """Return who sent the facts behind these reasons (JSON), as codes separated by blanks."""
    return " ".join(sorted({code for reason in json.loads(reasons) for code in reason["originators"].split()}))


def _kept(work: Workspace, declared: FeatureSet, day: date) -> pd.DataFrame:
    """Return the features of a day with their context, by key."""
    table = f"{declared.grain.name}_features"
    rows = work.lake.read(table, since=day, until=day)
    if rows.empty:
        raise NotReadyError(step="Scoring", needs=f"table {table}", day=str(day))
    return by_key(rows, declared)


def by_key(rows: pd.DataFrame, declared: FeatureSet) -> pd.DataFrame:
    """Return one day's rows of a features table, by key."""
    return rows.set_index(list(declared.grain.key)).drop(columns="score_day")
