"""The service over HTTP."""

from recommender.api.app import create_app

__all__ = ["create_app"]
