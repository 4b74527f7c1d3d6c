"""A whole day: land, take in, build features, score, fill the queues."""

from datetime import date

from riskscore.settings import Settings
from riskscore.steps.ahead import reading_ahead
from riskscore.steps.building import build_features
from riskscore.steps.calendar import Report, silent
from riskscore.steps.intake import Taken, take_in
from riskscore.steps.landing import land
from riskscore.steps.queueing import fill_queues
from riskscore.steps.scoring import score_day
from riskscore.steps.telling import told

GRAIN = "container"
"""A day scores containers, and from them its voyages."""


@told
def run_day(settings: Settings, day: date, *, report: Report = silent) -> dict[str, int]:
    """Run every step of `day`; return the number of queue items by unit. Running it again changes nothing."""
    bring_in(settings, day, report=report)
    build_features(settings, [day], GRAIN, report=report)
    score_day(settings, day, report=report)
    return fill_queues(settings, day)


def bring_in(settings: Settings, day: date, *, report: Report = silent) -> Taken:
    """Land what arrived for `day` and take it in, and meanwhile read what the day's features will look at."""
    with reading_ahead(settings, day, GRAIN):
        return take_in(settings, land(settings, day, report=report), report=report)
