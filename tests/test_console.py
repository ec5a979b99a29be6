"""What a person sees at a terminal, and what a pipe gets instead."""

import io
import json
import sys
from typing import Any

import pytest

from index.characters import visible
from recommender import console

BODY: dict[str, Any] = {
    "source": {"title": "Bridge [shut]"},
    "items": [
        {
            "position": 1,
            "title": "Cracks found [red]in[/red] the bridge",
            "url": "https://paper.test/cracks",
            "section": "City",
            "published_at": "2026-09-04T15:40:00Z",
            "relation": "same_story",
            "score": 0.456,
            "why": {"label": "Also about: Bridge"},
        },
        {
            "position": 2,
            "title": "No date, no section",
            "url": "urn:article:x",
            "section": None,
            "published_at": None,
            "relation": "background",
            "score": 0.04,
            "why": {"label": None},
        },
    ],
    "fallback": "fewer_than_asked",
}


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    written = io.StringIO()
    monkeypatch.setattr(console, "out", console.Terminal(file=written))
    return written


def screen(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> io.StringIO:
    written = io.StringIO()
    fake = console.Terminal(file=written, force_terminal=terminal, width=100)
    monkeypatch.setattr(console, "err", fake)
    return written


def test_links_are_shown_with_why_they_are_there_and_their_address(out: io.StringIO) -> None:
    console.links(BODY)
    assert out.getvalue().splitlines() == [
        "Read more  for “Bridge [shut]”",
        "  1  Cracks found [red]in[/red] the bridge",
        "     City · 2026-09-04 · same story · 46% · Also about: Bridge",
        "     https://paper.test/cracks",
        "  2  No date, no section",
        "     background · 4%",
        "     urn:article:x",
        "     fewer than asked",
    ]


def test_with_as_many_links_as_asked_for_nothing_follows_them(out: io.StringIO) -> None:
    console.links(BODY | {"items": [], "fallback": None})
    assert out.getvalue() == "Read more  for “Bridge [shut]”\n"


def test_a_table_shows_cells_as_they_are_and_none_as_nothing(out: io.StringIO) -> None:
    console.table("Some [b]rows[/b]", ("", "name"), [("→", "[i]one[/i]"), (None, 2)])
    assert [line.strip() for line in out.getvalue().splitlines()] == ["Some [b]rows[/b]", "name", "→  [i]one[/i]", "2"]


def test_twenty_rejections_are_shown_and_the_rest_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    written = screen(monkeypatch, terminal=False)
    console.rejections([f"a.jsonl, line {line:,}, [bad]" for line in range(1, 1_033)], "var/rejected.txt")
    lines = written.getvalue().splitlines()
    assert len(lines) == 21
    assert lines[0] == "skipped: a.jsonl, line 1, [bad]"
    assert lines[19] == "skipped: a.jsonl, line 20, [bad]"
    assert lines[20] == "skipped: 1,012 more, all of them in var/rejected.txt"


def test_as_many_rejections_as_fit_are_all_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    written = screen(monkeypatch, terminal=False)
    console.rejections(["row"] * 20, "elsewhere")
    assert written.getvalue() == "skipped: row\n" * 20


def test_a_failure_is_one_sentence_without_colour_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    written = screen(monkeypatch, terminal=False)
    console.fail("x.jsonl: no such file [here]")
    assert written.getvalue() == "error: x.jsonl: no such file [here]\n"


def test_where_there_is_no_terminal_each_stage_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    written = screen(monkeypatch, terminal=False)
    with console.Stages() as stages:
        for done in range(4):
            stages("read", done, None)
        for done in (0, 1_000, 1_234):
            stages("embed", done, 1_234)
    assert written.getvalue() == "read\nembed: 1,234\n"


def test_a_terminal_gets_a_bar_for_each_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    written = screen(monkeypatch, terminal=True)
    with console.Stages() as stages:
        stages("read", 7, None)
        for done in (0, 5, 10):
            stages("embed", done, 10)
    assert "10/10" in written.getvalue()
    assert "read" in written.getvalue()
    assert "embed: 10" not in written.getvalue()


def test_the_bar_of_a_stage_says_what_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    written = screen(monkeypatch, terminal=True)
    with console.Stages() as stages:
        stages("read: feed:https://a.example/[feed], 3 new, 1 failed", 7, None)
    assert "read: feed:https://a.example/[feed], 3 new, 1 failed" in " ".join(written.getvalue().split())


HOSTILE = "\x1b[31mA\x9b2J\x07\u202eB\x7f [red]C[/red] :smile:"
SHOWN = r"\u001b[31mA\u009b2J\u202eB\u007f [red]C[/red] :smile:"


@pytest.mark.parametrize("terminal", [False, True])
def test_nothing_that_is_shown_steers_the_terminal(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    written = screen(monkeypatch, terminal=terminal)
    monkeypatch.setattr(console, "out", console.err)
    source, item = {"title": HOSTILE}, BODY["items"][0] | {"title": HOSTILE, "section": HOSTILE, "url": HOSTILE}
    console.links({"source": source, "items": [item], "fallback": HOSTILE})
    console.table(HOSTILE, ("", console.whole("name")), [(HOSTILE, HOSTILE)])
    console.page({"article": {"title": HOSTILE, "text": HOSTILE, "author": HOSTILE}, "picks": []})
    console.rejections([HOSTILE], HOSTILE)
    console.warn(HOSTILE)
    console.fail(HOSTILE)
    console.out.print(HOSTILE)
    with console.Stages() as stages:
        stages(f"read: {HOSTILE}", 1, 2)
    said = written.getvalue()
    assert said.count(SHOWN) == 11
    for sign in ("\x1b[31mA", "\x9b", "\x07", "\u202e", "\x7f"):
        assert sign not in said, ascii(sign)


def test_a_warning_is_one_line_whatever_it_tells_of(monkeypatch: pytest.MonkeyPatch) -> None:
    written = screen(monkeypatch, terminal=False)
    console.warn("a\nerror: forged\r\n")
    assert written.getvalue() == "warning: a" + r"\u000aerror: forged\u000d\u000a" + "\n"


def test_json_is_the_same_data_and_nothing_that_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({"title": f"Größe {HOSTILE}", "lone": "\udcf6"})
    said = capsys.readouterr().out
    assert json.loads(said) == {"title": f"Größe {HOSTILE}", "lone": "\udcf6"}
    assert "Größe" in said
    assert said == visible(said[:-1]) + "\n"


def test_where_the_locale_has_no_letters_json_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    console.print_json({"title": "Größe"})
    sys.stdout.flush()
    assert raw.getvalue() == b'{"title": "Gr\\u00f6\\u00dfe"}\n'
