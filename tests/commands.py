"""The command in this process, with the toy model: how it ended, and what it said on which stream."""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from newsroom import ToyModel

from index.build import build
from recommender import cli

Run = Callable[..., "Done"]


class Done:
    """How a command ended and what it said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """The one object on standard output."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Run:
    monkeypatch.setattr("index.build.build", partial(build, load=lambda toy: toy.load()))
    monkeypatch.setattr("index.models.find_model", lambda _: ToyModel())
    monkeypatch.setattr("recommender.doctor.find_model", lambda _: ToyModel())
    monkeypatch.setenv("COLUMNS", "200")

    def main(*words: object, code: int = 0, at: Path = home) -> Done:
        monkeypatch.setattr(sys, "argv", ["recommender", "--home", str(at), *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        done = Done(int(ended.value.code or 0), out, err)
        assert done.code == code, done.out + done.err
        return done

    return main
