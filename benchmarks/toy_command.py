"""The `recommender` command with an embedder that costs nothing, and with what a fault needs.

Set in the environment: FAULT_CLOCK_H, this process's clock is so many hours off; FAULT_NO_MODEL, the bundled model is
not installed and no hub answers; FAULT_SLOW_S, so long every text takes to embed.
"""

import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from toys import Toy

import index.build
import index.models
import index.releases
import recommender.reports
from recommender import doctor, texts
from recommender.cli import main

NAME = "all-MiniLM-L6-v2"


class Slow(Toy):
    def load(self) -> "Slow":
        return self

    def embed(self, texts: Sequence[str]) -> Any:
        time.sleep(float(os.environ.get("FAULT_SLOW_S", "0")) * len(texts))
        return Toy.embed(self, texts)


class Moved(datetime):
    """A clock that is off."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz) + timedelta(hours=float(os.environ["FAULT_CLOCK_H"]))


def changed() -> None:
    if os.environ.get("FAULT_NO_MODEL"):
        index.models._installed = lambda _: None  # noqa: SLF001 - as if the extra were not there
    else:
        index.models.find_model = texts.find_model = doctor.find_model = cast("Any", lambda *_: Slow(NAME))
        cast("Any", index.build.build.__kwdefaults__)["load"] = Slow.load
        texts.TextEmbedder.__init__.__defaults__ = (Slow.load,)
    if os.environ.get("FAULT_CLOCK_H"):
        for module in (index.build, index.releases, recommender.reports):
            cast("Any", module).datetime = Moved


if __name__ in ("__main__", "__mp_main__"):  # workers too
    changed()
if __name__ == "__main__":
    main()
