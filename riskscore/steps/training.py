"""Train: join what inspections found to the features as they were when each was decided."""

from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from riskscore.errors import NotReadyError
from riskscore.featureset import FeatureSet
from riskscore.learning import (
    Artefact,
    Decision,
    ModelSpec,
    TrainingSet,
    card_files,
    decide,
    keep_decision,
    load,
    load_rule,
    load_spec,
    newest_before,
    promote,
    save,
    train,
    unopposed,
)
from riskscore.monitoring import FILE, Reference
from riskscore.scoring.score import coverage
from riskscore.settings import Settings
from riskscore.steps.calendar import Report, silent
from riskscore.steps.running import Running, running
from riskscore.steps.telling import told
from riskscore.steps.workspace import Workspace
from riskscore.store.asof import day_number
from riskscore.store.leases import Partition

REFERENCE_DAYS = 28
"""Later days are held against so many of the last days a model learned from."""


class Trained(NamedTuple):
    """A model that was trained, and whether it took over."""

    artefact: Artefact
    decision: Decision


@told
def train_model(
    settings: Settings, model: str, day: date, *, is_opposed: bool = True, report: Report = silent
) -> Trained:
    """Train `model` on labels as known at the cut-off of `day`, keep it, and decide who scores the days after.

    It is compared with the model in use on `day` and takes over if models/<model>/promotion.yaml says so; why is kept
    beside them. Where no model is in use, or it is not `is_opposed` (a history is learned from), it takes over. The
    same lake and spec give the same artefact. Raises NotReadyError before features exist, ModelError where the labels
    do not suffice, ModelSpecError where there is a model in use and no rule.
    """
    place = settings.artefacts / model
    with running(settings, "train_model", [Partition(f"{model} {day}", day)], model=model) as run:
        artefact, rows = _trained(run, model, day, report)
        in_use = newest_before(place, day) if is_opposed else None
        if in_use is None:
            decision = unopposed(artefact, day)
        else:
            rule = load_rule(run.work.project.model(model) / "promotion.yaml")
            decision = decide(rule, artefact, load(in_use), rows, day=day)
        run.outcome["winner"] = decision.winner
        with run.alone():
            keep_decision(place, day, decision.model_dump_json(indent=1))
            promote(place, decision.winner, day)
        return Trained(artefact, decision)


def _trained(run: Running, model: str, day: date, report: Report) -> tuple[Artefact, TrainingSet]:
    """Train and keep a model; return it with the rows it was trained and judged on."""
    work = run.work
    folder = work.project.model(model)
    spec = load_spec(folder / "spec.yaml")
    features = work.project.feature_sets[spec.grain]
    run.reads(f"{spec.grain}_features", *work.project.fact_tables)
    run.inputs["features"] = features.version
    rows = training_rows(work, spec, day)
    artefact = train(spec, rows, progress=lambda done, most: report(f"train {model}", done, most), crew=work.crew)
    report(f"train {model}", artefact.record.trees, artefact.record.trees)  # early stopping may end below the most
    cautions = (folder / "CARD.md").read_text(encoding="utf-8")
    beside = {FILE: _reference(work, artefact, features, day).to_json()}
    save(artefact, run.settings.artefacts / model, {**card_files(artefact, features.sentences, cautions), **beside})
    run.model = artefact.artefact_id
    run.outcome |= {"rows": len(rows.labels), "snapshot": artefact.record.snapshot.digest}
    return artefact, rows


def _reference(work: Workspace, artefact: Artefact, features: FeatureSet, day: date) -> Reference:
    """Return how everything expected in the last days it learned from was spread, chosen for inspection or not."""
    first = day - timedelta(days=REFERENCE_DAYS - 1)
    kept = work.lake.read(f"{features.grain.name}_features", since=first, until=day)
    first = min(kept["score_day"], default=first)
    values = artefact.values(kept[list(artefact.features)])
    rows, scores, covered = kept[list(artefact.features)], artefact.raw(values), coverage(artefact, values)
    restless = features.restless(_known_days(work, features, first))
    return Reference.of(rows, scores, covered, artefact.record.gains, restless)


def _known_days(work: Workspace, features: FeatureSet, day: date) -> dict[str, int]:
    """Return by stream for how many days its first facts had been known."""
    since = {
        name: min((known for table in stream.tables for known in work.lake.row_counts(table)), default=day)
        for name, stream in features.grain.streams.items()
    }
    return {name: max((day - known).days, 0) for name, known in since.items()}


def training_rows(work: Workspace, spec: ModelSpec, day: date) -> TrainingSet:
    """Return the labelled rows as known at the cut-off of `day`, each with its features of the day of decision."""
    features = work.project.feature_sets[spec.grain]
    as_of = work.history(day).as_of(day)
    labels = features.grain.labels(as_of).dropna(subset=[spec.target])
    kept = work.lake.read(f"{spec.grain}_features", until=day)
    if kept.empty:
        raise NotReadyError(
            step=f"Training {spec.name}",
            needs=f"table {spec.grain}_features",
            day=str(day),
            then=f"Run `riskscore features --day FIRST --until {day}`.",
        )
    joined = as_decided(labels, kept, features)
    return TrainingSet(
        features=joined[features.names],
        labels=joined[spec.target].astype("float64"),
        days=joined["score_day"],
        known_until=day,
    )


def as_decided(labels: pd.DataFrame, kept: pd.DataFrame, features: FeatureSet) -> pd.DataFrame:
    """Join each label to the newest features of its row that existed when it was decided; one row a label at most."""
    key = list(features.grain.key)
    joined = labels.merge(kept, on=key)
    scored_on = joined["score_day"].map(day_number)
    existed = joined[scored_on <= joined["decided_on"]]
    newest = existed.sort_values([*key, "score_day"]).drop_duplicates(key, keep="last")
    return newest.reset_index(drop=True)
