"""Errors of steps: of what has not run, was overtaken, or cannot be shown."""

from collections.abc import Iterable

from riskscore.errors.told import RiskscoreError, first_few


class QueueError(RiskscoreError):
    """A queue cannot be filled or shown."""

    def __init__(self, *, where: str, what: str, which: Iterable[str], then: str) -> None:
        super().__init__(f"{where}: {what}: {first_few(which)}. {then}")


class ScoreNotFoundError(RiskscoreError):
    """A container has no score of that day, or several."""

    def __init__(self, container: str, day: str, *, why: str, then: str) -> None:
        super().__init__(f"{container} on {day}: it {why}. {then}")


class StaleRunError(RiskscoreError):
    """A newer run of the same partition began; this one may publish nothing more."""

    def __init__(self, *, step: str, partition: str, run: int, newer: int) -> None:
        by = f"run {newer}" if newer else "another run"
        super().__init__(
            f"{step} for {partition}: run {run} was overtaken by {by} and publishes nothing more. That one does the "
            f"work: see `riskscore runs --step {step}`, and run the step again only if it failed."
        )


class BenchmarkDataError(RiskscoreError):
    """The files of a benchmark are not those it was made for."""

    def __init__(self, *, place: str, why: str, then: str) -> None:
        super().__init__(f"{place}: {why}. {then}")


class WorldError(RiskscoreError):
    """An invented world cannot be made as asked."""


class NotReadyError(RiskscoreError):
    """An earlier step has not run for that day."""

    def __init__(self, *, step: str, needs: str, day: str, then: str = "") -> None:
        then = then or f"Run `riskscore run --day {day}`."
        super().__init__(f"{step} for {day} needs {needs}, which is not there. {then}")
