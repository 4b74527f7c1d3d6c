"""Begin: first models from a history that was taken in, before any day is lived."""

from datetime import date, timedelta

from riskscore.settings import Settings
from riskscore.steps.building import build_features
from riskscore.steps.calendar import Report, days_between, silent
from riskscore.steps.scoring import score_containers
from riskscore.steps.training import train_model

SCORED_DAYS = 35
"""Last days of the history that a first container model scores, so that the voyage model has scores to learn from."""


def learn_from_history(
    settings: Settings, first: date, last: date, *, scored_days: int = SCORED_DAYS, report: Report = silent
) -> None:
    """Train on the days from `first` to `last`, whose deliveries are taken in, and close them.

    A first container model, trained on what was known `scored_days` before the end, scores the rest: the voyage model
    learns from scores made without knowing the outcome. The container model is then trained on everything known. Each
    part may be repeated. Raises what `build_features` and `train_model` do.
    """
    build_features(settings, days_between(first, last), "container", report=report)
    back_test = last - timedelta(days=scored_days)
    train_model(settings, "container_risk", back_test, is_opposed=False, report=report)
    scored = days_between(back_test + timedelta(days=1), last)
    score_containers(settings, scored, explained_share=0.0, report=report)
    build_features(settings, scored, "voyage", report=report)
    train_model(settings, "voyage_risk", last, is_opposed=False, report=report)
    train_model(settings, "container_risk", last, is_opposed=False, report=report)
