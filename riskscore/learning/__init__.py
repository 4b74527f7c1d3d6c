"""Train, judge and keep models: rows of features and labels in, checked artefacts out."""

from riskscore.learning.artefact import Artefact
from riskscore.learning.card import card_files
from riskscore.learning.contest import Decision, Rule, decide, load_rule, unopposed
from riskscore.learning.spec import ModelSpec, load_spec
from riskscore.learning.split import DayRange, SplitDays
from riskscore.learning.storage import keep_decision, load, newest_before, promote, save
from riskscore.learning.train import train
from riskscore.learning.training_set import TrainingSet

__all__ = [
    "Artefact",
    "DayRange",
    "Decision",
    "ModelSpec",
    "Rule",
    "SplitDays",
    "TrainingSet",
    "card_files",
    "decide",
    "keep_decision",
    "load",
    "load_rule",
    "load_spec",
    "newest_before",
    "promote",
    "save",
    "train",
    "unopposed",
]
