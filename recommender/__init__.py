"""Choosing the links: candidates, ranking, diversity; and talking to the world."""
