"""Which containers a unit opens on a day, and the list its officers read."""

from riskscore.queues.daylist import LIST_COLUMNS, DayList
from riskscore.queues.estimate import Precision, Rate, base_rate, hit_rates, precision_against_random
from riskscore.queues.lists import csv_bytes, write_list, xlsx_bytes
from riskscore.queues.policy import Policy, UnitPolicy, load_policy
from riskscore.queues.queue import MANDATORY, QUEUE_COLUMNS, RANDOM, REASONS_TO_CHOOSE, SCORE, fill_queue
from riskscore.queues.terminal import list_svg, list_table

__all__ = [
    "LIST_COLUMNS",
    "MANDATORY",
    "QUEUE_COLUMNS",
    "RANDOM",
    "REASONS_TO_CHOOSE",
    "SCORE",
    "DayList",
    "Policy",
    "Precision",
    "Rate",
    "UnitPolicy",
    "base_rate",
    "csv_bytes",
    "fill_queue",
    "hit_rates",
    "list_svg",
    "list_table",
    "load_policy",
    "precision_against_random",
    "write_list",
    "xlsx_bytes",
]
