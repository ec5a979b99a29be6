"""Why not: the near articles that an answer left out, each with the reason. For whoever asks with `debug`."""

from dataclasses import astuple, replace
from typing import Any

import numpy as np

from index.neighbours import POOL, closest
from recommender.candidates import checks
from recommender.links import Answer, Candidates, Rules
from recommender.ranking import rank
from recommender.related import Recommender

SHOWN = 20
OUTRANKED = "less probable, or less varied, than the links"


def rejections(recommender: Recommender, answer: Answer, rules: Rules) -> list[dict[str, Any]]:
    """The SHOWN best candidates that are not in the answer, best first: id, title, score and reason."""
    snapshot, page = recommender.snapshot, answer.page
    probe = page.probe()
    near = Candidates(*closest(snapshot.space, probe, snapshot.index.search(probe.vector, POOL)))
    near = near.take(near.rows != (-1 if page.row is None else page.row))
    near = near if snapshot.gone is None else near.take(~snapshot.gone[near.rows])
    hidden = recommender.hidden(page, rules)
    # Scores compare with the best candidate, which a copy of the page must not be.
    apart = np.isin(snapshot.duplicates[near.rows], list(hidden.groups))
    ranked = rank(page, near.take(~apart), snapshot.space, recommender.weights)
    copies = rank(page, near.take(apart), snapshot.space, recommender.weights)
    ranked = Candidates(*(np.concatenate(pair) for pair in zip(astuple(ranked), astuple(copies), strict=True)))
    passed = checks(snapshot, page, rules, ranked.rows, hidden)
    every = np.ones(len(ranked), np.bool_)
    for language in rules.then:
        also = checks(snapshot, page, replace(rules, language=language), ranked.rows, hidden)
        passed["language"] = passed.get("language", every) | also.get("language", every)
    shown = {link.row for link in answer.links}
    groups = {int(snapshot.duplicates[row]) for row in shown}
    taken = hidden.with_rows(snapshot, shown).addresses
    addresses, told = snapshot.articles.addresses, []
    for place, row in enumerate(ranked.rows.tolist()):
        failed = [reason for reason, mask in passed.items() if not mask[place]]
        if ranked.scores[place] < rules.min_score:
            failed.append("below min_score")
        if int(snapshot.duplicates[row]) in groups:
            failed.append("copy of a link")
        if row not in shown:
            (card,) = snapshot.articles.cards([row])
            rest = "same address as the page or a link" if int(addresses[row]) in taken else OUTRANKED
            score = round(float(ranked.scores[place]), 4)
            told.append({"id": card["id"], "title": card["title"], "score": score, "reason": ", ".join(failed) or rest})
    return told[:SHOWN]
