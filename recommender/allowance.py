"""How much each client may ask for in a minute."""

import os
from dataclasses import dataclass

TEXTS, WRITES = "RECOMMENDER_TEXTS_PER_MINUTE", "RECOMMENDER_WRITES_PER_MINUTE"


@dataclass(frozen=True)
class Allowance:
    """Unseen texts an address, requests that write a key; 0 is no limit. Each worker counts by itself."""

    texts_per_minute: int = 60
    writes_per_minute: int = 600

    @property
    def environment(self) -> dict[str, str]:
        """As workers are told it."""
        return {TEXTS: str(self.texts_per_minute), WRITES: str(self.writes_per_minute)}

    @classmethod
    def from_environment(cls) -> "Allowance":
        """As a worker was told it."""
        default = cls()
        texts, writes = os.environ.get(TEXTS), os.environ.get(WRITES)
        return cls(int(texts or default.texts_per_minute), int(writes or default.writes_per_minute))
