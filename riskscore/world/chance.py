"""Chance that belongs to a thing: the same number for the same thing, whoever asks and in whatever order."""

import zlib

import numpy as np
import numpy.typing as npt

from riskscore.world.arrays import Floats, Index

Whole = npt.NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)


def draw(seed: int, purpose: str, things: Index) -> Floats:
    """Return one number in [0, 1) per thing: SplitMix64 (Steele, Lea, Flood 2014) of seed, purpose and number."""
    start = np.uint64((seed * 0x2545F4914F6CDD1D + zlib.crc32(purpose.encode()) * 0x9E3779B1) % 2**64)
    return np.asarray((_mix(_mix(things.astype(np.uint64)) ^ start) >> np.uint64(11)) * 2.0**-53, dtype=np.float64)


def draw_normal(seed: int, purpose: str, things: Index) -> Floats:
    """Return one standard normal number per thing (Box and Muller 1958)."""
    radius = np.sqrt(-2 * np.log1p(-draw(seed, purpose, things)))
    return np.asarray(radius * np.cos(2 * np.pi * draw(seed, f"{purpose}, angle", things)))


def _mix(state: Whole) -> Whole:
    mixed = state + GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * SECOND
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)
