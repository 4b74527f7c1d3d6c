"""Container numbers: every carrier's boxes go round, so that each number has a history."""

import numpy as np
import pandas as pd

from riskscore.reference import container_check_digits
from riskscore.world.arrays import Index, Texts, positions_by
from riskscore.world.chance import draw
from riskscore.world.clock import DAY
from riskscore.world.examine import SMUGGLING
from riskscore.world.tables import goods

TYPES = {
    "reefer": (("45R1", 0.92), ("22R1", 0.08)),
    "dry20": (("22G1", 1.0),),
    "dry40": (("45G1", 0.65), ("42G1", 0.35)),
    "tank": (("22T6", 1.0),),
    "empty": (("22G1", 0.35), ("45G1", 0.35), ("45R1", 0.30)),
}
ROUND_TRIP_DAYS = 55
"""A box is loaded again about this long after the last time."""
SHUFFLE = 0.2
OWNER_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BOXES_PER_OWNER = 90_000
CLONED_SHARE = 0.2
"""Cover loads that come under the number of a box that is somewhere else."""
CLONED_AGE_DAYS = (8, 20)
MISTYPED_SHARE = 0.003
"""Containers that the papers name with a wrong last digit, by a clerk's slip."""
MADE_UP_SHARE = 0.02
"""Cover loads under a number that somebody made up, without knowing how the last digit follows from the others."""


def container_types(rows: pd.DataFrame, rng: np.random.Generator) -> Texts:
    """Return the ISO 6346 size and type code of each row's container; a second line has that of the first one."""
    kind = goods()["container"].to_numpy()[rows["goods"]]
    chance = rng.random(len(rows))
    types = np.empty(len(rows), dtype=object)
    for name, offers in TYPES.items():
        own = kind == name
        codes, shares = zip(*offers, strict=True)
        types[own] = np.array(codes, dtype=object)[
            np.searchsorted(np.cumsum(shares), chance[own]).clip(max=len(codes) - 1)
        ]
    return np.asarray(types[_first_lines(rows)])


def container_numbers(rows: pd.DataFrame, types: Texts, carrier: Index, rng: np.random.Generator) -> Texts:
    """Return a valid ISO 6346 number per row, never twice on a voyage; `carrier` is the number of the row's carrier."""
    boxes = rows[rows["shares_with"] < 0]
    place = np.flatnonzero(rows["shares_with"] < 0)
    box = _go_round(boxes, carrier[place], types[place], rng)
    stems = _stems(carrier[place], box)
    own = (stems + container_check_digits(stems).astype("str")).to_numpy(dtype=object)
    numbers = np.empty(len(rows), dtype=object)
    numbers[place] = _with_clones(own, boxes, rng)
    return np.asarray(numbers[_first_lines(rows)])


def as_declared(painted: Texts, rows: pd.DataFrame, seed: int) -> Texts:
    """Return the numbers as papers tell them: a few with another last digit, the same on all lines of a container."""
    first = _first_lines(rows)
    is_cover = (rows["smuggling"] == SMUGGLING.index("cover_load")).to_numpy()[first]
    is_wrong = draw(seed, "wrong digit", first) < np.where(is_cover, MADE_UP_SHARE, MISTYPED_SHARE)
    further = 1 + (9 * draw(seed, "which digit", first)).astype(np.int64)
    declared = painted.copy()
    for row in np.flatnonzero(is_wrong).tolist():
        declared[row] = painted[row][:-1] + str((int(painted[row][-1]) + int(further[row])) % 10)
    return declared


def _first_lines(rows: pd.DataFrame) -> Index:
    """Return for each row the position of the first line of its container."""
    host = rows["shares_with"].to_numpy()
    return np.where(host < 0, np.arange(len(rows)), host)


def _go_round(boxes: pd.DataFrame, carrier: Index, types: Texts, rng: np.random.Generator) -> Index:
    """Return a box number per loading: within a carrier's pool of one type boxes take turns, slightly out of order."""
    loaded_at, voyage = boxes["loaded_at"].to_numpy(), boxes["voyage"].to_numpy()
    box = np.empty(len(boxes), dtype=np.int64)
    taken = np.zeros(carrier.max() + 1, dtype=np.int64)
    for rows in positions_by(np.char.add(carrier.astype("U4"), types.astype("U4"))).values():
        owner = carrier[rows[0]]
        order = rows[np.argsort(loaded_at[rows], kind="stable")]
        span = max(1, int(loaded_at[order[-1]] - loaded_at[order[0]]) // DAY)
        size = max(1, int(len(order) * min(1.0, ROUND_TRIP_DAYS / span)))
        lap, turn = np.divmod(np.arange(len(order)), size)
        shuffled = np.lexsort([turn + rng.uniform(0, SHUFFLE * size, len(order)), lap])
        number = turn[np.argsort(shuffled, kind="stable")]
        again = np.flatnonzero(pd.DataFrame({"voyage": voyage[order], "box": number}).duplicated())
        number[again] = size + np.arange(len(again))  # a small pool would put a box on one voyage twice
        box[order] = taken[owner] + number
        taken[owner] += size + len(again)
    return box


def _stems(carrier: Index, box: Index) -> pd.Series:
    """Return owner code, U and serial number; all owner codes begin with Q."""
    letters = np.array(list(OWNER_LETTERS), dtype=object)
    block, within = np.divmod(box, BOXES_PER_OWNER)
    owner = pd.Series(letters[carrier % 26], dtype="str") + pd.Series(letters[block % 26], dtype="str")
    serial = pd.Series(within * 7919 % 1_000_000).astype("str").str.zfill(6)  # 7919 and 1,000,000 share no factor
    return "Q" + owner + "U" + serial


def _with_clones(numbers: Texts, boxes: pd.DataFrame, rng: np.random.Generator) -> Texts:
    """Give some cover loads the number of a box loaded on another voyage a short while before."""
    loaded_at, voyage = boxes["loaded_at"].to_numpy(), boxes["voyage"].to_numpy()
    order = np.argsort(loaded_at, kind="stable")
    cover = np.flatnonzero(boxes["smuggling"] == SMUGGLING.index("cover_load"))
    clones = cover[rng.random(len(cover)) < CLONED_SHARE]
    age = (rng.uniform(*CLONED_AGE_DAYS, len(clones)) * DAY).astype(np.int64)
    model = order[np.searchsorted(loaded_at[order], loaded_at[clones] - age).clip(max=len(order) - 1)]
    cloned = numbers.copy()
    cloned[clones] = numbers[model]
    twice = pd.DataFrame({"voyage": voyage, "number": cloned}).duplicated(keep=False).to_numpy()
    return np.where(twice, numbers, cloned)
