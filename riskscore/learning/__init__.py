"""Train, judge and keep models: rows of features and labels in, checked artefacts out."""

from riskscore.learning.artefact import Artefact
from riskscore.learning.card import card_files
from riskscore.learning.spec import ModelSpec, load_spec
from riskscore.learning.split import DayRange, SplitDays
from riskscore.learning.storage import load, newest_before, promote, save
from riskscore.learning.train import train
from riskscore.learning.training_set import TrainingSet

__all__ = [
    "Artefact",
    "DayRange",
    "ModelSpec",
    "SplitDays",
    "TrainingSet",
    "card_files",
    "load",
    "load_spec",
    "newest_before",
    "promote",
    "save",
    "train",
]
