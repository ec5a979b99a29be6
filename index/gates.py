"""The gates: what a new version must be like before it is served. Pure: facts in, verdicts out."""

from dataclasses import dataclass

SURE = 0.05
"""Worse counts only where chance would look as bad less often than this."""
FEW_ALIKE = 20
"""So many articles may share their vectors in a corpus of any size: short texts do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is let through at most: the share of articles gone, the share of broken vectors, the loss on judged pages.

    `recall` is what must be reached at least.
    """

    shrink: float = 0.2
    recall: float = 0.95
    broken: float = 0.01
    worse: float = 0.02


@dataclass(frozen=True, slots=True)
class Serving:
    """The version that serves while another one is built."""

    version: str
    articles: int
    model: str
    weights: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A measure of the version that serves and of the new one on the pages of both, and how likely chance made it."""

    measure: str
    pages: int
    old: float
    new: float
    p: float


@dataclass(frozen=True, slots=True)
class Facts:
    """A new version's counts, and what there is to compare it with; None where there is nothing.

    `empty` articles have a vector of zeros or none at all, `alike` ones the vector of another text.
    """

    articles: int
    recall: float
    empty: int
    alike: int
    serving: Serving | None = None
    judged: Judged | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate: what was found, what it is held against, and the sentence that says so."""

    gate: str
    passed: bool
    value: float | str
    limit: float | str
    detail: str


def verdicts(facts: Facts, limits: Limits) -> list[Verdict]:
    """Every gate that can be asked, comparative ones last."""
    found = [_recall(facts, limits), _empty(facts, limits), _alike(facts, limits)]
    if facts.serving:
        found.append(_articles(facts.articles, facts.serving, limits))
    if facts.judged:
        found.append(_judged(facts.judged, limits))
    return found


def same_model(name: str, weights: str, serving: Serving) -> Verdict:
    """Whether the model is the one that serves; can be told before anything is embedded."""
    passed = weights == serving.weights
    told = "the model that serves" if passed else f"the model {name} ({weights[:12]}) is not the one that serves"
    return Verdict(
        "model",
        passed,
        name,
        serving.model,
        told if passed else f"{told}, {serving.model} ({serving.weights[:12]})",
    )


def _recall(facts: Facts, limits: Limits) -> Verdict:
    told = f"recall@10 against exact search is {facts.recall:.3f}, at least {limits.recall:g} is asked for"
    return Verdict("recall", facts.recall >= limits.recall, facts.recall, limits.recall, told)


def _empty(facts: Facts, limits: Limits) -> Verdict:
    share = facts.empty / max(1, facts.articles)
    told = f"{facts.empty:,} articles have an empty vector, {limits.broken:.1%} may: the model is broken if many have"
    return Verdict("empty vectors", share <= limits.broken, round(share, 4), limits.broken, told)


def _alike(facts: Facts, limits: Limits) -> Verdict:
    share = facts.alike / max(1, facts.articles)
    told = (
        f"{facts.alike:,} articles have the vector of a different text, {limits.broken:.1%} may: the model is broken, "
        "or does not know their language, if many have"
    )
    passed = facts.alike <= FEW_ALIKE or share <= limits.broken
    return Verdict("same vectors", passed, round(share, 4), limits.broken, told)


def _articles(articles: int, serving: Serving, limits: Limits) -> Verdict:
    gone = max(0.0, 1 - articles / max(1, serving.articles))
    told = f"{articles:,} articles after {serving.articles:,} are {gone:.1%} fewer, {limits.shrink:.0%} are let through"
    return Verdict("articles", gone <= limits.shrink, round(gone, 4), limits.shrink, told)


def _judged(judged: Judged, limits: Limits) -> Verdict:
    change = judged.new - judged.old
    told = (
        f"{judged.measure} on {judged.pages:,} pages with editors’ picks went from {judged.old:.3f} to "
        f"{judged.new:.3f} (p = {judged.p:.3f}), a loss of {limits.worse:g} is let through"
    )
    passed = change >= -limits.worse or judged.p >= SURE
    return Verdict("editors’ picks", passed, round(change, 4), -limits.worse, told)
