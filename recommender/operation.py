"""How the service is operated: how old its index may be, how it ends, what it logs."""

import os
from dataclasses import dataclass

from recommender.settings import MAX_AGE_H

AGE, DRAIN, ACCESS_LOG = "RECOMMENDER_MAX_AGE_H", "RECOMMENDER_DRAIN_S", "RECOMMENDER_ACCESS_LOG"
DRAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Operation:
    """`max_age_h` without a rebuild is unhealthy; `drain_s` pass between SIGTERM and the end of the server.

    `access_log` is a line a request instead of one for each that failed or was slow.
    """

    max_age_h: float = MAX_AGE_H
    drain_s: float = DRAIN_S
    access_log: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """As workers are told it."""
        return {AGE: str(self.max_age_h), DRAIN: str(self.drain_s), ACCESS_LOG: str(int(self.access_log))}

    @classmethod
    def from_environment(cls) -> "Operation":
        """As a worker was told it."""
        default, told = cls(), os.environ.get
        return cls(
            max_age_h=float(told(AGE) or default.max_age_h),
            drain_s=float(told(DRAIN) or default.drain_s),
            access_log=told(ACCESS_LOG) == "1",
        )
