"""Training beside LightGBM alone: python -m benchmarks.training [--rows 200000]."""

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import lightgbm
import numpy as np

from benchmarks.demo_home import demo_home
from benchmarks.pages import machine, offer_write, show
from benchmarks.rounds import Fewest, beside, rounds
from riskscore.learning import ModelSpec, TrainingSet, load_spec, train
from riskscore.learning.grow import Lesson
from riskscore.learning.split import plan_days, split_rows
from riskscore.settings import Settings
from riskscore.steps.training import training_rows
from riskscore.steps.workspace import open_workspace

ALONE, WHOLE = "LightGBM alone", "split, trees, calibration, figures, golden rows, record"


def lessons(settings: Settings, rows: int) -> tuple[ModelSpec, TrainingSet]:
    """Return the container model's spec and so many of the demo's labelled rows, repeated where it has fewer."""
    work = open_workspace(settings)
    spec = load_spec(work.project.model("container_risk") / "spec.yaml")
    known = training_rows(work, spec, max(work.lake.row_counts("container_features")))
    places = np.sort(np.random.default_rng(1).integers(0, len(known.labels), rows))
    features, labels, days = (
        part.iloc[places].reset_index(drop=True) for part in (known.features, known.labels, known.days)
    )
    return spec, TrainingSet(features, labels, days, known_until=known.known_until)


def alone(spec: ModelSpec, rows: TrainingSet) -> lightgbm.Booster:
    """Grow the same trees on the same rows with LightGBM, and stop where it would."""
    ordered = rows.for_spec(spec)
    lesson = Lesson.of(spec, ordered, split_rows(plan_days(spec.split, ordered.days), ordered.days, ordered.labels))
    grown_on = lightgbm.Dataset(lesson.grown_on.values, lesson.grown_on.labels)
    watched = lightgbm.Dataset(lesson.watched.values, lesson.watched.labels, reference=grown_on)
    stop = [lightgbm.early_stopping(lesson.patience, verbose=False)] if lesson.patience else []
    return lightgbm.train(dict(lesson.settings), grown_on, lesson.rounds, valid_sets=[watched], callbacks=stop)


def main() -> None:
    """Print what training costs, beside growing the trees alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the demo is kept; a temporary folder by default")
    offer_write(parser, "training.md")
    given = parser.parse_args()
    settings = demo_home(given.folder or Path(tempfile.mkdtemp(prefix="riskscore-training-")))
    spec, rows = lessons(settings, given.rows)
    found = rounds({ALONE: lambda: alone(spec, rows), WHOLE: lambda: train(spec, rows)}, given.times)
    show("\n".join(_page(found, *rows.features.shape)), "training.md", keep=given.write)


def _page(found: Mapping[str, Fewest], rows: int, features: int) -> Iterator[str]:
    yield "# Training beside LightGBM growing the trees alone\n"
    yield f"`python -m benchmarks.training`: {rows:,} rows x {features} features of invented data; the fewest seconds "
    yield f"of some rounds in turn. {machine()}.\n"
    yield beside(found, ALONE)


if __name__ == "__main__":
    main()
