"""Training beside LightGBM alone: python -m benchmarks.training [--rows 200000]."""

import argparse
from collections.abc import Iterator, Mapping

import lightgbm
import numpy as np

from benchmarks.demo_home import demo_home
from benchmarks.options import folder, folder_or_temporary, positive, whole_from
from benchmarks.pages import command, machine, offer_write, show
from benchmarks.rounds import Fewest, beside, rounds
from riskscore.learning import ModelSpec, TrainingSet, load_spec, train
from riskscore.learning.grow import Lesson
from riskscore.learning.split import plan_days, split_rows
from riskscore.settings import Settings
from riskscore.steps.training import training_rows
from riskscore.steps.workspace import open_workspace

ALONE, WHOLE = "LightGBM alone", "split, trees, calibration, figures, golden rows, record"
LEAST_ROWS = 1_000
"""Of fewer rows a part of the split may hold no find at all."""


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
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--rows", type=whole_from(LEAST_ROWS), default=200_000)
    parser.add_argument("--times", type=positive, default=3)
    parser.add_argument("--folder", type=folder, help="where the demo is kept; a temporary folder by default")
    offer_write(parser, "training.md")
    given = parser.parse_args()
    with folder_or_temporary(given.folder) as place:
        spec, rows = lessons(demo_home(place), given.rows)
    found = rounds({ALONE: lambda: alone(spec, rows), WHOLE: lambda: train(spec, rows)}, given.times)
    show("\n".join(_page(found, *rows.features.shape)), "training.md", called=command(parser), keep=given.write)


def _page(found: Mapping[str, Fewest], rows: int, features: int) -> Iterator[str]:
    yield "# Training beside LightGBM growing the trees alone\n"
    yield f"{rows:,} rows x {features} features of invented data; the fewest seconds "
    yield f"of some rounds in turn. {machine()}.\n"
    yield beside(found, ALONE)


if __name__ == "__main__":
    main()
