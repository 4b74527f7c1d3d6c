"""Replay the KCS import declarations through the pipeline and judge the model on days it could not know."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from riskscore.errors import BenchmarkDataError
from riskscore.learning import DayRange, SplitDays, TrainingSet, load_spec, train
from riskscore.learning.evaluate import SHARES, at_share, auc, average_precision
from riskscore.settings import Settings
from riskscore.steps.calendar import Report, silent
from riskscore.steps.intake import take_in
from riskscore.steps.kcs_files import LABELS_UNTIL, deliver, read_declarations
from riskscore.steps.landing import land
from riskscore.steps.workspace import open_workspace

CHOICES_UNTIL = date(2021, 3, 31)
"""Last day on which choices were made; what lies after it is judged."""
CALIBRATED_FROM = date(2020, 12, 1)
"""First day kept from the trees for calibration where the folder holds nothing of the quarter of choices."""
SEEDS = 5
TARGETS = {"Fraud": "declaration_fraud", "Critical Fraud = 2": "declaration_critical"}
BASELINES = {
    "importer's past rate": {
        "Fraud": "importer_fraud_rate_ever",
        "Critical Fraud = 2": "importer_critical_fraud_rate_ever",
    },
    "tuple's past rate": {"Fraud": "terms_fraud_rate_ever", "Critical Fraud = 2": "terms_critical_fraud_rate_ever"},
}
MODEL = "lightgbm"
MODEL_WITHOUT_TWINS = "lightgbm, rows without a twin in 2020"
TWINS = "terms_price_checks_ever"
"""Feature that counts checked declarations of the same terms and price: copies that the generator made of one row."""

Runs = list[dict[str, float]]
"""Metric -> value, one entry a seed."""
Figures = dict[str, dict[str, dict[str, tuple[float, float]]]]
"""Model -> target -> metric -> mean and standard deviation over the seeds; NaN where rows of both kinds are wanting."""


@dataclass(frozen=True)
class KcsResult:
    """The figures, and the rows they were measured on."""

    days: DayRange
    rows: int
    rows_without_twin: int
    rows_set_aside: int
    """Rows that broke the contract, and so were neither learned from nor judged."""
    is_held_out: bool
    figures: Figures


def bench_kcs(settings: Settings, folder: Path, *, seeds: int = SEEDS, report: Report = silent) -> KcsResult:
    """Replay every CSV of `folder` in the workspace of `settings` and judge on the rows after CHOICES_UNTIL.

    Where there are none, the quarter that choices were made on is judged, and `is_held_out` is false.
    Raises BenchmarkDataError for files that are not in the published format, or do not suffice.
    """
    declared = read_declarations(folder)
    _require_both_sides(declared["day"], folder)
    features = replay(settings, declared, report=report)
    _require_both_sides(features["score_day"], folder)
    rows = features.join(declared.set_index("Declaration ID")[["Fraud", "Critical Fraud"]], how="inner")
    is_held_out = max(rows["score_day"]) > CHOICES_UNTIL
    judged = rows[rows["score_day"] > (CHOICES_UNTIL if is_held_out else LABELS_UNTIL)]
    return KcsResult(
        days=DayRange(first=min(judged["score_day"]), last=max(judged["score_day"])),
        rows=len(judged),
        rows_without_twin=int((judged[TWINS] == 0).sum()),
        rows_set_aside=len(declared) - len(rows),
        is_held_out=is_held_out,
        figures={**_model_figures(settings, rows, judged, seeds, report), **_baseline_figures(judged)},
    )


def replay(settings: Settings, declared: pd.DataFrame, *, report: Report = silent) -> pd.DataFrame:
    """Send the declarations through landing, contract and lake; return their features, as of the day of each.

    Indexed by declaration_id, with `score_day`. The workspace of `settings` wants to be empty.
    """
    deliver(declared, settings.drop)
    days = sorted(set(declared["day"]))
    take_in(settings, land(settings, days[0], days[-1] + timedelta(days=1), report=report), report=report)
    work = open_workspace(settings)
    features = work.project.feature_sets["declaration"].compute(
        work.history(days[-1]), days, each_day=lambda day: report("features", days.index(day), len(days))
    )
    report("features", len(days), len(days))
    return features.set_index("declaration_id")


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
    found = rows["Fraud"] == "1" if target == "Fraud" else rows["Critical Fraud"] == "2"
    return found.astype("float64")


def by_metric(figures: Figures) -> dict[str, dict[str, dict[str, list[float | None]]]]:
    """Return the figures as plain lists, for JSON; None where one could not be measured."""
    return {
        model: {
            target: {metric: [None if np.isnan(one) else one for one in pair] for metric, pair in metrics.items()}
            for target, metrics in targets.items()
        }
        for model, targets in figures.items()
    }


def _require_both_sides(days: pd.Series, folder: Path) -> None:
    """Raise BenchmarkDataError unless there are declarations to learn from and later ones to judge."""
    if days.empty or min(days) > LABELS_UNTIL:
        why, file = f"no declaration up to {LABELS_UNTIL} lies there to learn from", "df_syn_train_eng.csv (2020)"
    elif max(days) <= LABELS_UNTIL:
        why, file = f"no declaration after {LABELS_UNTIL} lies there to judge", "a later split (2021)"
    else:
        return
    raise BenchmarkDataError(place=str(folder), why=why, then=f"Add {file}.")


def _split(days: pd.Series) -> SplitDays:
    """Return the days the trees grow on, and those that only the calibration sees: no ranking depends on it."""
    quarter = days[(days > LABELS_UNTIL) & (days <= CHOICES_UNTIL)]
    calibrated_from = CALIBRATED_FROM if quarter.empty else LABELS_UNTIL + timedelta(days=1)
    return SplitDays(
        train=DayRange(first=min(days), last=calibrated_from - timedelta(days=1)),
        calibrate=DayRange(first=calibrated_from, last=LABELS_UNTIL if quarter.empty else CHOICES_UNTIL),
        test=None,
    )


def _model_figures(settings: Settings, rows: pd.DataFrame, judged: pd.DataFrame, seeds: int, report: Report) -> Figures:
    """Train each target's model once a seed; judge it on all rows, and on those without a twin."""
    project = open_workspace(settings).project
    chosen_on = rows[rows["score_day"] <= CHOICES_UNTIL]
    known = chosen_on[project.feature_sets["declaration"].names]
    has_no_twin = judged[TWINS] == 0
    figures: Figures = {MODEL: {}, MODEL_WITHOUT_TWINS: {}}
    for number, (target, model) in enumerate(TARGETS.items()):
        spec = load_spec(project.model(model) / "spec.yaml")
        learned = TrainingSet(known, answers(chosen_on, target), chosen_on["score_day"], CHOICES_UNTIL)
        truth, runs, without_twins = answers(judged, target), Runs(), Runs()
        for seed in range(seeds):
            report("train", number * seeds + seed, len(TARGETS) * seeds)
            artefact = train(spec.with_seed(seed), learned, split=_split(chosen_on["score_day"]))
            raw = artefact.raw(judged[list(artefact.features)].to_numpy(dtype=np.float64))
            scores = pd.Series(raw, judged.index)
            runs.append(judge(truth, scores))
            without_twins.append(_judge_if_possible(truth[has_no_twin], scores[has_no_twin]))
        figures[MODEL][target], figures[MODEL_WITHOUT_TWINS][target] = _over(runs), _over(without_twins)
    report("train", len(TARGETS) * seeds, len(TARGETS) * seeds)
    return figures


def _judge_if_possible(labels: pd.Series, scores: pd.Series) -> dict[str, float]:
    """Judge; every figure is NaN where labels of one kind are wanting."""
    if labels.nunique() == 2:
        return judge(labels, scores)
    return dict.fromkeys(judge(pd.Series([0.0, 1.0]), pd.Series([0.0, 1.0])), np.nan)


def _baseline_figures(judged: pd.DataFrame) -> Figures:
    return {
        name: {
            target: _over([judge(answers(judged, target), judged[feature])]) for target, feature in by_target.items()
        }
        for name, by_target in BASELINES.items()
    }


def _over(runs: Runs) -> dict[str, tuple[float, float]]:
    values = pd.DataFrame(runs)
    spread = values.std(ddof=1) if len(values) > 1 else values.iloc[0] * 0.0
    return {str(name): (float(values[name].mean()), float(spread.loc[name])) for name in values.columns}
