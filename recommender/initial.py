"""The first settings file of a site, from what was found there."""

import json
from collections.abc import Iterable, Sequence

from index.characters import visible
from recommender.discovery import Discovery, Offer


def chosen(offers: Sequence[Offer]) -> list[Offer]:
    """The offers to read: the whole site once, by WordPress or else its sitemaps, or else its feeds."""
    for kind in ("wordpress", "sitemap"):
        if whole := [offer for offer in offers if offer.kind == kind]:
            return whole
    return list(offers)


def written(discovery: Discovery, allow_private: bool, proxy: str = "") -> str:
    """The text of `recommender.toml`: what is read, and what else there is, commented out."""
    taken = chosen(discovery.offers)
    rest = [offer for offer in discovery.offers if offer not in taken]
    fetch = ["allow_private = true"] * allow_private + [f"proxy = {_string(proxy)}"] * bool(proxy)
    lines = [
        f"# What `recommender rebuild` reads. Found at {_plain(discovery.url)}.",
        f"site = {_string(discovery.site)}",
        *_sources(taken, ""),
        *_sources(rest, "# "),
        *(["", "[fetch]", *fetch] if fetch else []),
    ]
    return "\n".join(lines) + "\n"


def _sources(offers: Iterable[Offer], comment: str) -> Iterable[str]:
    for offer in offers:
        yield from ("", f"# {_plain(offer.found)}", f"{comment}[[source]]")
        yield f"{comment}place = {_string(f'{offer.kind}:{offer.url}')}"


def _string(text: str) -> str:
    # JSON's strings are TOML's, but for control characters behind ASCII, which TOML wants escaped.
    return visible(json.dumps(text, ensure_ascii=False))


def _plain(text: str) -> str:
    return visible(" ".join(text.split()))
