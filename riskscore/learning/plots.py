"""The two pictures of a model card: is the probability honest, and what does each share of the work find."""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from riskscore.learning.artefact import Metrics

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def calibration_png(metrics: Metrics) -> bytes:
    """Return a picture of what happened against the probability said, with 95 % intervals."""
    return _png(lambda axes: _draw_calibration(axes, metrics))


def precision_png(metrics: Metrics) -> bytes:
    """Return a picture of precision and its 95 % interval against the share of rows worked."""
    return _png(lambda axes: _draw_precision(axes, metrics))


def _draw_calibration(axes: "Axes", metrics: Metrics) -> None:
    bins = metrics.calibration
    said, happened = [one.said for one in bins], [one.happened for one in bins]
    below = [max(one.happened - one.low, 0.0) for one in bins]
    above = [max(one.high - one.happened, 0.0) for one in bins]
    most = max(said + [one.high for one in bins])
    axes.plot([0, most], [0, most], color="0.6", linewidth=1, label="honest")
    axes.errorbar(
        said, happened, yerr=[below, above], fmt="o", color="#1b4f72", capsize=2, label="rows of like probability"
    )
    axes.set(title=f"Calibration, {metrics.part} part", xlabel="probability said", ylabel="share that was positive")
    axes.legend()


def _draw_precision(axes: "Axes", metrics: Metrics) -> None:
    shares = [100 * point.share for point in metrics.curve]
    cuts = [point.cut for point in metrics.curve]
    axes.fill_between(shares, [cut.low for cut in cuts], [cut.high for cut in cuts], color="#1b4f72", alpha=0.2)
    axes.plot(shares, [cut.precision for cut in cuts], marker="o", color="#1b4f72", label="the model")
    axes.axhline(metrics.positives / metrics.rows, color="0.6", linewidth=1, label="random choice")
    axes.set(
        title=f"Precision, {metrics.part} part", xlabel="best-scored rows worked (%)", ylabel="share that was positive"
    )
    axes.set_ylim(bottom=0)
    axes.legend()


def _png(draw: Callable[["Axes"], None]) -> bytes:
    from matplotlib.figure import Figure  # noqa: PLC0415 takes seconds to import

    figure = Figure(figsize=(5.5, 4), dpi=110, layout="constrained")
    draw(figure.add_subplot())
    written = BytesIO()
    figure.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()
