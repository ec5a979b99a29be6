"""Measuring the recommender against what editors picked, beside rivals, with intervals and tests."""
