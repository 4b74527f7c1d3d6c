"""An invented world on real ports: traders, ships, smugglers, and the files that senders would have sent about them."""

from riskscore.world.answer_key import AnswerKey, Sealed, read_answer_key, read_sealed
from riskscore.world.deliveries import write_deliveries
from riskscore.world.feedback import outcomes_for
from riskscore.world.spec import UNITS, WorldSpec
from riskscore.world.world import World, make_world

__all__ = [
    "UNITS",
    "AnswerKey",
    "Sealed",
    "World",
    "WorldSpec",
    "make_world",
    "outcomes_for",
    "read_answer_key",
    "read_sealed",
    "write_deliveries",
]
