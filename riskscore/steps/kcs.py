"""Replay the KCS import declarations through the pipeline and judge the model on days it could not know.

The files are cut into the daily deliveries an administration would send: a day's declarations on that day, the
results of checks the day after. Results later than LABELS_UNTIL are never delivered, so no feature can hold one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from riskscore.errors import UnreadableDeliveryError
from riskscore.learning import DayRange, SplitDays, TrainingSet, load_spec, train
from riskscore.learning.evaluate import SHARES, at_share, auc, average_precision
from riskscore.settings import Settings
from riskscore.steps.building import build_features
from riskscore.steps.calendar import Report, days_between, silent
from riskscore.steps.intake import take_in
from riskscore.steps.landing import land
from riskscore.steps.workspace import open_workspace

LABELS_UNTIL = date(2020, 12, 31)
"""Last day whose results anything may learn from."""
CHOICES_UNTIL = date(2021, 3, 31)
"""Last day on which choices were made; what lies after it is judged."""
SEEDS = 5
RESULTS = ["Fraud", "Critical Fraud"]
TARGETS = {"Fraud": "declaration_fraud", "Critical Fraud = 2": "declaration_critical"}
BASELINES = {
    "importer's past rate": {"Fraud": "importer_fraud_rate_ever", "Critical Fraud = 2": "importer_critical_fraud_rate_ever"},
    "tuple's past rate": {"Fraud": "terms_fraud_rate_ever", "Critical Fraud = 2": "terms_critical_fraud_rate_ever"},
}

Figures = dict[str, dict[str, dict[str, tuple[float, float]]]]
"""Model -> target -> metric -> mean and standard deviation over the seeds."""


@dataclass(frozen=True)
class KcsResult:
    """The figures, and the days they were measured on."""

    days: DayRange
    rows: int
    is_held_out: bool
    figures: Figures


def bench_kcs(settings: Settings, folder: Path, *, seeds: int = SEEDS, report: Report = silent) -> KcsResult:
    """Replay every CSV of `folder` in the workspace of `settings` and judge on the rows after CHOICES_UNTIL.

    Where there are none, the quarter that choices were made on is judged, and `is_held_out` is false.
    Raises UnreadableDeliveryError for files that are not in the published format.
    """
    declared = read_declarations(folder)
    deliver(declared, settings.drop)
    first, last = min(declared["day"]), max(declared["day"])
    take_in(settings, land(settings, first, last + timedelta(days=1), report=report), report=report)
    build_features(settings, days_between(first, last), "declaration", report=report)
    features = open_workspace(settings).lake.read("declaration_features").set_index("declaration_id")
    known = declared.drop_duplicates("Declaration ID", keep="last").set_index("Declaration ID")
    rows = features.join(known[["Fraud", "Critical Fraud"]], how="inner")
    is_held_out = last > CHOICES_UNTIL
    judged = rows[rows["score_day"] > (CHOICES_UNTIL if is_held_out else LABELS_UNTIL)]
    figures = {**_model(settings, rows, judged, seeds, report), **_baselines(judged)}
    days = DayRange(first=min(judged["score_day"]), last=max(judged["score_day"]))
    return KcsResult(days, len(judged), is_held_out, {"lightgbm": figures.pop("lightgbm"), **figures})


def read_declarations(folder: Path) -> pd.DataFrame:
    """Return the rows of every CSV below `folder` as text, and `day`; `NA` is a country, not a gap."""
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise UnreadableDeliveryError(feed="kcs_declarations", file=str(folder), why="no CSV file lies there")
    return pd.concat([_read(path) for path in paths], ignore_index=True)


def deliver(declared: pd.DataFrame, drop: Path) -> None:
    """Write the daily deliveries: each day's declarations, and the day after what checks of them found."""
    labels = ["Declaration ID", "Date", *RESULTS]
    for day in sorted(set(declared["day"])):
        rows = declared[declared["day"] == day]
        papers = rows.drop(columns=[*RESULTS, "day"])
        _write(papers, drop / str(day) / "kcs_declarations" / "declarations.csv")
        if day <= LABELS_UNTIL:
            _write(rows[labels], drop / str(day + timedelta(days=1)) / "kcs_outcomes" / "outcomes.csv")


def judge(labels: pd.Series, scores: pd.Series) -> dict[str, float]:
    """Return area under the ROC curve, average precision, and precision and recall at the usual shares."""
    cuts = {f"{share:.0%}": at_share(labels, scores, share) for share in SHARES}
    return {
        "AUC": auc(labels, scores),
        "AP": average_precision(labels, scores),
        **{f"P@{share}": cut.precision for share, cut in cuts.items()},
        **{f"R@{share}": cut.recall for share, cut in cuts.items()},
    }


def answers(rows: pd.DataFrame, target: str) -> pd.Series:
    """Return 0 or 1 a row: what the judged target was."""
    level = pd.to_numeric(rows["Fraud" if target == "Fraud" else "Critical Fraud"])
    return (level == (1 if target == "Fraud" else 2)).astype("float64")


def _model(settings: Settings, rows: pd.DataFrame, judged: pd.DataFrame, seeds: int, report: Report) -> Figures:
    project = open_workspace(settings).project
    by_target: dict[str, dict[str, tuple[float, float]]] = {}
    chosen_on = rows[rows["score_day"] <= CHOICES_UNTIL]
    split = SplitDays(
        train=DayRange(first=min(rows["score_day"]), last=LABELS_UNTIL),
        calibrate=DayRange(first=LABELS_UNTIL + timedelta(days=1), last=CHOICES_UNTIL),
        test=None,
    )
    names = project.feature_sets["declaration"].names
    for number, (target, model) in enumerate(TARGETS.items()):
        spec = load_spec(project.model(model) / "spec.yaml")
        learned = TrainingSet(chosen_on[names], answers(chosen_on, target), chosen_on["score_day"], CHOICES_UNTIL)
        runs = []
        for seed in range(seeds):
            report("train", number * seeds + seed, len(TARGETS) * seeds)
            artefact = train(spec.with_seed(seed), learned, split=split)
            raw = artefact.raw(judged[list(artefact.features)].to_numpy(dtype=np.float64))
            runs.append(judge(answers(judged, target), pd.Series(raw, judged.index)))
        by_target[target] = _over(runs)
    report("train", len(TARGETS) * seeds, len(TARGETS) * seeds)
    return {"lightgbm": by_target}


def _baselines(judged: pd.DataFrame) -> Figures:
    return {
        name: {
            target: _over([judge(answers(judged, target), judged[feature])]) for target, feature in by_target.items()
        }
        for name, by_target in BASELINES.items()
    }


def _over(runs: list[dict[str, float]]) -> dict[str, tuple[float, float]]:
    values = pd.DataFrame(runs)
    spread = values.std(ddof=1) if len(values) > 1 else values.iloc[0] * 0.0
    return {str(name): (float(values[name].mean()), float(spread.loc[name])) for name in values.columns}


def _read(path: Path) -> pd.DataFrame:
    rows = pd.read_csv(path, dtype="str", keep_default_na=False)
    if missing := {"Declaration ID", "Date", *RESULTS} - set(rows.columns):
        raise UnreadableDeliveryError(
            feed="kcs_declarations", file=path.name, why=f"no column {', '.join(sorted(missing))}"
        )
    return rows.assign(day=pd.to_datetime(rows["Date"], format="%Y-%m-%d").dt.date)


def _write(rows: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    rows.to_csv(unfinished, index=False, lineterminator="\n")
    unfinished.replace(path)


def by_metric(figures: Figures) -> Mapping[str, object]:
    """Return the figures as plain lists, for JSON."""
    return {
        model: {target: {metric: list(pair) for metric, pair in metrics.items()} for target, metrics in targets.items()}
        for model, targets in figures.items()
    }
