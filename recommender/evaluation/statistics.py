"""How sure a mean is, and whether two systems differ: bootstrap interval and paired permutation test, both seeded."""

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 9_999
BLOCK = 500
SEED = 20_260_914

Values = NDArray[np.float64]


def interval(values: Values, level: float = 0.95, resamples: int = RESAMPLES) -> tuple[float, float]:
    """The percentile bootstrap interval of the mean (Efron 1979); both ends are the mean for a single value."""
    if len(values) < 2:
        mean = float(values.mean()) if len(values) else float("nan")
        return mean, mean
    random = np.random.default_rng(SEED)
    rounds = [min(BLOCK, resamples - start) for start in range(0, resamples, BLOCK)]
    means = np.concatenate([values[random.integers(len(values), size=(n, len(values)))].mean(axis=1) for n in rounds])
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def difference_p(ours: Values, theirs: Values, resamples: int = RESAMPLES) -> float:
    """Two-sided p of the mean difference of paired values under random sign flips (Fisher's randomization test)."""
    differences = ours - theirs
    observed = abs(differences.mean())
    random = np.random.default_rng(SEED)
    signs = random.choice((-1.0, 1.0), size=(resamples, len(differences)))
    extreme = np.count_nonzero(np.abs(signs @ differences) / len(differences) >= observed - 1e-12)
    return (int(extreme) + 1) / (resamples + 1)
