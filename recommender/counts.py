"""How many links an answer has: by default, and at most."""

DEFAULT_K = 3
MAX_K = 50
