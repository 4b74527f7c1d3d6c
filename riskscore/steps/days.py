"""A whole day: land, take in, build features, score, fill the queues."""

from datetime import date

from riskscore.settings import Settings
from riskscore.steps.building import build_features
from riskscore.steps.calendar import Report, silent
from riskscore.steps.intake import take_in
from riskscore.steps.landing import land
from riskscore.steps.queueing import fill_queues
from riskscore.steps.scoring import score_day
from riskscore.steps.telling import told


@told
def run_day(settings: Settings, day: date, *, report: Report = silent) -> dict[str, int]:
    """Run every step of `day`; return the number of queue items by unit. Running it again changes nothing."""
    take_in(settings, land(settings, day, report=report), report=report)
    build_features(settings, [day], "container", report=report)
    score_day(settings, day, report=report)
    return fill_queues(settings, day)
