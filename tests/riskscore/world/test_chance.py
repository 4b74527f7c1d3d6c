import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskscore.world.chance import draw, draw_normal


def splitmix(state: int) -> int:
    """SplitMix64 in plain Python integers."""
    mask = 2**64 - 1
    state = (state + 0x9E3779B97F4A7C15) & mask
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
    return state ^ (state >> 31)


@given(st.integers(0, 2**31), st.text(max_size=20), st.integers(0, 2**62))
def test_draws_are_splitmix_of_seed_purpose_and_thing(seed: int, purpose: str, thing: int) -> None:
    import zlib

    start = (seed * 0x2545F4914F6CDD1D + zlib.crc32(purpose.encode()) * 0x9E3779B1) % 2**64
    expected = (splitmix(splitmix(thing) ^ start) >> 11) * 2.0**-53
    assert draw(seed, purpose, np.array([thing]))[0] == expected


def test_a_thing_has_its_number_in_whatever_company() -> None:
    things = np.arange(1000)
    alone = np.concatenate([draw(1, "x", things[i : i + 1]) for i in range(1000)])
    assert (draw(1, "x", things) == alone).all()


def test_draws_are_uniform_and_purposes_independent() -> None:
    things = np.arange(200_000)
    one, two = draw(5, "one", things), draw(5, "two", things)
    assert np.abs(np.histogram(one, bins=10, range=(0, 1))[0] / len(things) - 0.1).max() < 0.004
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.01


def test_normal_draws_have_mean_zero_and_spread_one() -> None:
    drawn = draw_normal(5, "weight", np.arange(200_000))
    assert abs(drawn.mean()) < 0.01
    assert abs(drawn.std() - 1) < 0.01
