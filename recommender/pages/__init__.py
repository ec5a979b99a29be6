"""The demo pages: the index's own articles as a newspaper, with the recommender's links beside the editors' picks."""

from recommender.pages.routes import pages_router

__all__ = ["pages_router"]
