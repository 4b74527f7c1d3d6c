"""May a newly trained model take over? It and the model in use score the same later rows; a written rule decides."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import Field, ValidationError

from riskscore.errors import ModelError, ModelSpecError
from riskscore.learning import evaluate
from riskscore.learning.artefact import Artefact
from riskscore.learning.intervals import Metric, bootstrap_interval
from riskscore.learning.spec import Strict
from riskscore.learning.split import DayRange
from riskscore.learning.training_set import TrainingSet
from riskscore.strict_yaml import strict_yaml

Floats = npt.NDArray[np.float64]
METRICS: dict[str, Metric] = {"average_precision": evaluate.average_precision, "auc": evaluate.auc}


class Rule(Strict):
    """When a challenger takes over from the champion: the content of promotion.yaml."""

    metric: Literal["average_precision", "auc"]
    """What ranking is compared by."""
    least_gain: float = Field(ge=-1, le=1)
    """How much more of it the challenger must have, at least; a negative number lets it be that much worse."""
    most_brier_ratio: float = Field(gt=0)
    """Its Brier score, as a multiple of the champion's, at most: probabilities must not become worse."""
    least_finds: int = Field(ge=1)
    """Fewer positive rows than this cannot tell two models apart: the champion stays."""


class Figures(Strict):
    """How one model did on the rows compared."""

    ranking: float
    brier: float


class Comparison(Strict):
    """Both models on the same rows; the interval of the gain (95 %) draws whole days again."""

    days: DayRange
    rows: int
    finds: int
    challenger: Figures
    champion: Figures
    gain_low: float
    gain_high: float

    @property
    def gain(self) -> float:
        """How much better the challenger ranks."""
        return self.challenger.ranking - self.champion.ranking

    @property
    def brier_ratio(self) -> float:
        """The challenger's Brier score as a multiple of the champion's."""
        return self.challenger.brier / max(self.champion.brier, 1e-12)


class Decision(Strict):
    """Who scores the days after `day`, why, and what was compared."""

    model: str
    day: date
    challenger: str
    champion: str | None
    is_promoted: bool
    why: str
    comparison: Comparison | None = None

    @property
    def winner(self) -> str:
        """The artefact that scores from now on."""
        return self.challenger if self.is_promoted or self.champion is None else self.champion


def load_rule(path: Path) -> Rule:
    """Read the rule; raise ModelSpecError with every place that is wrong."""
    try:
        return Rule.model_validate_json(json.dumps(strict_yaml(path.read_text(encoding="utf-8"))))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors()]
        raise ModelSpecError(file=str(path), faults=faults) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, ValueError) as error:
        raise ModelSpecError(file=str(path), faults=[f"cannot be read: {error}"]) from None


def decide(rule: Rule, challenger: Artefact, champion: Artefact, rows: TrainingSet, *, day: date) -> Decision:
    """Judge both on the challenger's test days that neither learned from, and hold them to the rule.

    A champion that today's features do not fit cannot score any more and is replaced. Raises ModelError where the
    challenger has no test days.
    """
    judged = _held_out(challenger, champion, rows)
    finds = int(judged.labels.sum())
    is_promoted, comparison = False, None
    if list(map(str, rows.features.columns)) != list(champion.features):
        is_promoted, why = True, "The model in use cannot score any more: the features are others than its."
    elif not rule.least_finds <= finds < len(judged.labels):
        why = f"{finds} find(s) among {len(judged.labels)} rows cannot tell two models apart: the one in use stays."
    else:
        comparison = _compared(METRICS[rule.metric], challenger, champion, judged)
        is_promoted = comparison.gain >= rule.least_gain and comparison.brier_ratio <= rule.most_brier_ratio
        why = (
            f"{rule.metric} {comparison.gain:+.4f} (wants {rule.least_gain:+.4f} or more), Brier score "
            f"{comparison.brier_ratio:.3f} times the other's (wants {rule.most_brier_ratio:.3f} or less)."
        )
    return _decision(challenger, champion.artefact_id, day, (is_promoted, why), comparison)


def unopposed(challenger: Artefact, day: date) -> Decision:
    """Return the decision where it is held against no model: it is promoted."""
    return _decision(challenger, None, day, (True, "It was held against no other."))


def _decision(
    challenger: Artefact,
    champion: str | None,
    day: date,
    verdict: tuple[bool, str],
    comparison: Comparison | None = None,
) -> Decision:
    return Decision(
        model=challenger.name,
        day=day,
        challenger=challenger.artefact_id,
        champion=champion,
        is_promoted=verdict[0],
        why=verdict[1],
        comparison=comparison,
    )


def _held_out(challenger: Artefact, champion: Artefact, rows: TrainingSet) -> TrainingSet:
    """Return the rows of the challenger's test days that are later than all that the champion learned from."""
    parts = {part.name: part.days for part in challenger.record.snapshot.parts}
    if "test" not in parts:
        raise ModelError(f"{challenger.name} has no test days to compare on. Set split.test_days in its spec.")
    learned = max(part.days.last for part in champion.record.snapshot.parts if part.name != "test")
    days = rows.day_numbers
    inside = (days >= np.datetime64(parts["test"].first)) & (days <= np.datetime64(parts["test"].last))
    inside &= days > np.datetime64(learned)
    return replace(
        rows, features=rows.features[inside], labels=rows.labels[inside], days=rows.days[inside], weights=None
    )


def _compared(metric: Metric, challenger: Artefact, champion: Artefact, rows: TrainingSet) -> Comparison:
    labels = rows.labels.to_numpy(dtype=np.float64)
    models = (challenger, champion)
    raw = np.column_stack([model.raw(model.values(rows.features[list(model.features)])) for model in models])

    def gain(outcome: Floats, scores: Floats) -> float:
        return metric(outcome, scores[:, 0]) - metric(outcome, scores[:, 1])

    of_challenger, of_champion = (
        Figures(ranking=metric(labels, scores), brier=evaluate.brier(labels, model.probability(scores)))
        for model, scores in zip(models, raw.T, strict=True)
    )
    low, high = bootstrap_interval(gain, labels, raw, seed=challenger.record.seed, groups=rows.day_numbers)
    return Comparison(
        days=DayRange(first=rows.day_numbers.min().item(), last=rows.last_day),
        rows=len(labels),
        finds=int(labels.sum()),
        challenger=of_challenger,
        champion=of_champion,
        gain_low=low,
        gain_high=high,
    )
