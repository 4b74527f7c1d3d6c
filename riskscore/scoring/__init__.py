"""Score rows with a trained model, and say why in words."""

from riskscore.scoring.explain import explain
from riskscore.scoring.reasons import Reason, phrase, reasons_from_json, reasons_to_json
from riskscore.scoring.score import score

__all__ = [
    "Reason",
    "explain",
    "phrase",
    "reasons_from_json",
    "reasons_to_json",
    "score",
]
