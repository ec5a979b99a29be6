"""An open version, and beside it what was pushed since: what is ready, and what still waits to be made ready."""

import json
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice

from index.address import url_key
from index.article import clean, parse_article
from index.corpus import Corpus
from index.meaning import ModelStamp
from index.pushed import Push
from index.shelf import Shelf, copy_in, freshen
from index.snapshot import Snapshot

MOST_FRESH = 10_000
"""Pushed articles beside a version; of more, the oldest wait for the next build."""
AT_ONCE = 16
"""Articles made ready in one go, while nobody else can ask for any."""

log = logging.getLogger(__name__)


class Waiting:
    """Pushed articles that are not ready yet, by id and by address, oldest push first."""

    def __init__(self) -> None:
        self._pushes: dict[str, tuple[int, str]] = {}
        self._at: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._pushes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pushes)

    def __contains__(self, article_id: object) -> bool:
        return article_id in self._pushes

    def add(self, article_id: str, sequence: int, key: str) -> None:
        """Add an article as it was pushed last, with the key of its address."""
        self.take(article_id)
        self._pushes[article_id] = sequence, key
        self._at.setdefault(key, {})[article_id] = None

    def take(self, article_id: str) -> int | None:
        """Take an article out; returns the change of the corpus with which it was pushed, or None."""
        if (found := self._pushes.pop(article_id, None)) is None:
            return None
        sequence, key = found
        del self._at[key][article_id]
        if not self._at[key]:
            del self._at[key]
        return sequence

    def last_at(self, url: str) -> str | None:
        """The article that was pushed last to this address, in any spelling."""
        return next(reversed(self._at.get(url_key(clean(url)), {})), None)

    def digest(self, without: Collection[str] = ()) -> str:
        """What waits `without` these, in a few letters; none where nothing does."""
        changes = ",".join(str(sequence) for name, (sequence, _) in self._pushes.items() if name not in without)
        return changes and blake2b(changes.encode(), digest_size=6).hexdigest()


class Edition:
    """An open version with its shelf. `live` is the snapshot to ask: the version and all that is ready.

    Removals are hidden as soon as they are known. What is put waits until it is asked for, or its turn comes.
    """

    def __init__(self, base: Snapshot) -> None:
        self.base, self.live, self.shelf, self.waiting = base, base, Shelf(base), Waiting()
        self._sequence = int(base.manifest.get("sequence", 0))
        self._model = ModelStamp(**base.manifest["model"]).key

    def look(self, corpus: Corpus) -> None:
        """Hide what was removed since the last look, and note what was put."""
        news = corpus.pushed.news(self._sequence)
        for one in news:
            if one.removed:
                self.waiting.take(one.id)
                self.shelf.remove(one.id)
            else:
                self.waiting.add(one.id, one.sequence, one.url_key)
        if news:
            self._sequence = news[-1].sequence
            for name in list(islice(self.waiting, max(0, len(self.waiting) - MOST_FRESH))):
                self.waiting.take(name)
            self._show([])

    def settle(self, corpus: Corpus, article_id: str | None, url: str | None) -> None:
        """Make ready what is known by this id or address."""
        if article_id is not None:
            self.take(corpus, [clean(article_id)])
        if url is None:
            return
        self.take(corpus, [self.waiting.last_at(url) or ""])
        for _ in range(AT_ONCE):  # who is found there may have gone to another address
            row = self.live.articles.row_of_url(url)
            found = "" if row is None else self.live.articles.cards([row])[0]["id"]
            if found not in self.waiting:
                return
            self.take(corpus, [found])

    def fill(self, corpus: Corpus) -> bool:
        """Make the AT_ONCE ready that wait longest; returns whether more are left."""
        self.take(corpus, list(islice(self.waiting, AT_ONCE)))
        return len(self.waiting) > 0

    def take(self, corpus: Corpus, ids: Iterable[str]) -> None:
        """Make these ready, as far as they wait."""
        asked = [name for name in ids if name in self.waiting]
        if asked:
            pushes = corpus.pushed.of(asked, self._model)
            self._show([push.id for push in pushes if self._put(push)], taken=asked)

    def _put(self, push: Push) -> bool:
        # Without a vector of this version's model it waits for the next build.
        if push.row is None or push.vector is None:
            return False
        try:
            fresh = freshen(parse_article(json.loads(push.row)), push.vector, self.base)
        except Exception:
            log.exception("the pushed article %.100r cannot be shown, the others are", push.id)
            return False
        self.shelf.put(fresh, push.sequence)
        if len(self.shelf) > MOST_FRESH:
            self.shelf.evict_oldest()
        return True

    def _show(self, new: Sequence[str], taken: Sequence[str] = ()) -> None:
        self.shelf = self.shelf.compacted()
        live = self.shelf.beside("-".join(filter(None, (str(self._sequence), self.waiting.digest(frozenset(taken))))))
        for name in new:
            if (row := live.articles.row_of_id(name)) is not None and (copy := copy_in(live, row)) is not None:
                live.duplicates[row] = self.shelf.group(name, int(live.duplicates[copy]))
        self.live = live
        for name in taken:  # last: whoever finds nothing waiting must find it in `live`
            self.waiting.take(name)
