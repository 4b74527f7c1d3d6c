"""Write the card that travels with a trained model: what it is, what it was judged at, and what it must not do."""

from collections.abc import Mapping, Sequence

from riskscore.errors import ModelError
from riskscore.learning.artefact import Artefact, Metrics, Record
from riskscore.learning.evaluate import Cut
from riskscore.learning.plots import calibration_png, precision_png

CARD, CALIBRATION, PRECISION = "card.md", "calibration.png", "precision.png"


def card_files(artefact: Artefact, sentences: Mapping[str, str], cautions: str) -> dict[str, bytes]:
    """Return the card and its pictures by file name, to be saved beside the artefact."""
    judged = judged_on(artefact.record)
    return {
        CARD: render(artefact, sentences, cautions).encode(),
        CALIBRATION: calibration_png(judged),
        PRECISION: precision_png(judged),
    }


def render(artefact: Artefact, sentences: Mapping[str, str], cautions: str) -> str:
    """Return the card as Markdown.

    `sentences` says each feature in words (ModelError where one lacks), `cautions` is the text of the model's
    committed CARD.md.
    """
    record = artefact.record
    sections = [
        f"# {record.name}, as trained on what was known by {record.snapshot.known_until}",
        _facts(artefact),
        _learned_from(record),
        _judged(judged_on(record)),
        _precision(record),
        _features(record, sentences),
        f"## What the model is for, and what it is not\n\n{_lowered(cautions)}",
    ]
    return "\n\n".join(section.strip() for section in sections) + "\n"


def judged_on(record: Record) -> Metrics:
    """Return the metrics of the test part, or of the calibrate part where the model is judged elsewhere."""
    return record.metrics[-1]


def _facts(artefact: Artefact) -> str:
    record = artefact.record
    facts = {
        "Artefact": f"`{artefact.artefact_id}`",
        "Scores": f"one row a {record.grain}; the target is `{record.target}`",
        "Model": f"LightGBM, {record.trees} trees, depth at most {record.spec.lightgbm.max_depth}, seed {record.seed}",
        "Calibration": record.calibration.kind,
        "Spec": f"`{record.spec_digest}`",
        "Made with": ", ".join(f"{name} {version}" for name, version in sorted(record.versions.items())),
    }
    return _table(("", ""), list(facts.items()))


def _learned_from(record: Record) -> str:
    rows = [(part.name, str(part.days), f"{part.rows:,}", f"{part.positives:,}") for part in record.snapshot.parts]
    return "## Rows\n\n" + _table(("part", "days", "rows", "positive"), rows)


def _judged(metrics: Metrics) -> str:
    notice = {
        "test": "Judged on the test part, which no choice was made on. Only rows with a known outcome are in it.",
        "calibrate": (
            "Judged on the calibrate part, which stopping and calibration were chosen on: these figures flatter. "
            "The model is to be judged on later rows."
        ),
    }[metrics.part]
    figures = [
        ("area under the ROC curve", f"{metrics.auc:.3f}"),
        ("average precision", f"{metrics.average_precision:.3f}"),
        ("Brier score", f"{metrics.brier:.4f}"),
        ("share of positive rows", f"{metrics.positives / metrics.rows:.1%}"),
    ]
    said = [
        (f"{one.rows:,}", f"{one.said:.1%}", f"{one.happened:.1%}", f"{one.low:.1%} to {one.high:.1%}")
        for one in metrics.calibration
    ]
    calibration = _table(("rows", "probability said", "happened", "95 % interval"), said)
    return f"## Figures\n\n{notice}\n\n{_table(('', ''), figures)}\n\n![calibration]({CALIBRATION})\n\n{calibration}"


def _precision(record: Record) -> str:
    metrics, judged_at = judged_on(record), record.spec.judged_at
    told = [point for point in metrics.curve if point.share in judged_at.shares]
    cuts = [(f"best {100 * point.share:g} % of rows", point.cut) for point in told]
    if metrics.per_day is not None:
        cuts.append((f"best {judged_at.capacity_per_day} a day", metrics.per_day))
    header = ("where work stops", "rows", "precision", "95 % interval", "recall", "times chance")
    return f"## Precision where work stops\n\n![precision]({PRECISION})\n\n" + _table(
        header, [_row(*cut) for cut in cuts]
    )


def _row(name: str, cut: Cut) -> tuple[str, ...]:
    interval = f"{cut.low:.1%} to {cut.high:.1%}"
    return name, f"{cut.rows:,}", f"{cut.precision:.1%}", interval, f"{cut.recall:.1%}", f"{cut.lift:.1f}"


def _features(record: Record, sentences: Mapping[str, str]) -> str:
    if without := [name for name in record.features if name not in sentences]:
        raise ModelError(
            f"Model {record.name}: no sentence for feature(s) {', '.join(without)}. Declare them in features/."
        )
    total = sum(record.gains) or 1.0
    by_gain = sorted(zip(record.gains, record.features, strict=True), key=lambda pair: (-pair[0], pair[1]))
    rows = [(f"`{name}`", sentences[name], f"{gain / total:.1%}") for gain, name in by_gain]
    return "## Features\n\n" + _table(("feature", "what it says", "share of the gain"), rows)


def _lowered(cautions: str) -> str:
    """Return the text without its title and with its headings one level down."""
    lines = [line for line in cautions.strip().splitlines() if not line.startswith("# ")]
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in lines).strip()


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(header) + " |", "|---" * len(header) + "|", *body])
