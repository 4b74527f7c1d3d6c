"""Bands: three words for how high a probability is."""

BANDS = ((0.20, "high"), (0.05, "medium"), (0.0, "low"))
"""From which probability on a row belongs to which band."""


def band(probability: float) -> str:
    """Return the band of a probability: high, medium or low."""
    for least, name in BANDS:
        if probability >= least:
            return name
    return BANDS[-1][1]
