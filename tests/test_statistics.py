"""How sure a mean is and whether two systems differ: by hand where that can be, and beside scipy's own tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recommender.evaluation.statistics import BLOCK, RESAMPLES, Values, difference_p, interval

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)


def values(seed: int, size: int) -> Values:
    return np.random.default_rng(seed).beta(0.6, 0.8, size)


@given(SHARES)
def test_the_interval_is_the_same_every_time_and_within_the_values(some: Values) -> None:
    low, high = interval(some, resamples=999)
    assert some.min() - 1e-12 <= low <= high <= some.max() + 1e-12
    assert interval(some, resamples=999) == (low, high)


@pytest.mark.parametrize("size", [20, 300])
def test_the_interval_is_that_of_scipy_s_bootstrap(size: int) -> None:
    some = values(1, size)
    theirs = stats.bootstrap((some,), np.mean, n_resamples=RESAMPLES, method="percentile", rng=3).confidence_interval
    assert interval(some) == pytest.approx(tuple(theirs), abs=0.1 * (theirs.high - theirs.low))


def test_the_interval_narrows_with_more_values_and_with_less_certainty() -> None:
    few, many = interval(values(1, 25)), interval(values(1, 2_500))
    assert (few[1] - few[0]) / (many[1] - many[0]) == pytest.approx(10, rel=0.25)
    low, high = interval(values(1, 25), level=0.5)
    assert few[0] < low < high < few[1]


def test_values_that_do_not_vary_have_a_sure_mean() -> None:
    assert interval(np.full(40, 0.25)) == (0.25, 0.25)
    assert interval(np.array([0.25])) == (0.25, 0.25)
    assert np.isnan(interval(np.array([]))).all()


@pytest.mark.parametrize("resamples", [1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_as_many_resamples_are_drawn_as_asked_for_whatever_the_size_of_a_block(resamples: int) -> None:
    low, high = interval(values(2, 10), resamples=resamples)
    assert (low == high) == (resamples == 1)


@given(SHARES)
def test_a_system_does_not_differ_from_itself(some: Values) -> None:
    assert difference_p(some, some, resamples=99) == 1


@given(st.integers(0, 1000))
def test_it_makes_no_difference_which_of_two_systems_is_ours(seed: int) -> None:
    ours, theirs = values(seed, 12), values(seed + 1, 12)
    p = difference_p(ours, theirs, resamples=199)
    assert 1 / 200 <= p <= 1
    assert difference_p(theirs, ours, resamples=199) == p


def test_a_difference_that_is_always_there_is_sure_and_one_on_three_pages_is_not() -> None:
    worse = values(4, 60)
    assert difference_p(worse + 0.1, worse) == 1 / (RESAMPLES + 1)
    # Of eight ways to flip three signs, two are as extreme as this one.
    assert difference_p(worse[:3] + 0.1, worse[:3]) == pytest.approx(2 / 8, abs=0.02)
    # One of two, both of them as extreme.
    assert difference_p(worse[:1] + 0.1, worse[:1]) == 1


@pytest.mark.parametrize(("size", "gain"), [(8, 0.15), (40, 0.05), (200, 0.03)])
def test_p_is_that_of_scipy_s_permutation_test(size: int, gain: float) -> None:
    theirs = values(5, size)
    ours = theirs + np.random.default_rng(6).normal(gain, 0.2, size)

    def mean_difference(a: Values, b: Values, axis: int) -> Values:
        return np.mean(a, axis) - np.mean(b, axis)

    reference = stats.permutation_test(
        (ours, theirs), mean_difference, permutation_type="samples", vectorized=True, n_resamples=RESAMPLES, rng=7
    )
    assert difference_p(ours, theirs) == pytest.approx(reference.pvalue, abs=0.02)
