"""The evaluation report: its numbers are the evaluation's, hostile titles stay text, and a browser shows it calmly."""

import re
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from newsroom import NEWS, build_toy, row, write_jsonl
from playwright.sync_api import sync_playwright

from index.releases import Releases
from index.snapshot import Snapshot, open_snapshot
from recommender.evaluation import plots
from recommender.evaluation.judgements import Judgements, picks_of
from recommender.evaluation.measures import ndcg
from recommender.evaluation.protocol import Protocol
from recommender.evaluation.report import Report, day, web_address, write_report
from recommender.evaluation.run import Evaluation, evaluate, summary
from recommender.ranking import FEATURES, Weights
from recommender.related import Recommender

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def _evaluate(
    snapshot: Snapshot, judgements: Judgements, *rivals: str, measures: list[str] | None = None
) -> Evaluation:
    return evaluate(snapshot, judgements, Protocol("whole", sample=5), rivals, k=2, measures=measures)


def _named(snapshot: Snapshot, **links: str) -> Judgements:
    rows = snapshot.articles.row_of_id
    gold = {page.replace("_", "-"): link.split() for page, link in links.items()}
    return Judgements("/home/me/paper/qrels.tsv", {rows(p): {rows(d): 1.0 for d in ds} for p, ds in gold.items()}, 3)


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    folder = tmp_path_factory.mktemp("report")
    hostile = row("flood-town") | {"title": HOSTILE, "section": HOSTILE, "tags": [HOSTILE]}
    rows = [hostile | {"id": "flood-town"} if one["id"] == "flood-town" else one for one in NEWS]
    build_toy(folder / "home", write_jsonl(folder / "news.jsonl", rows))
    snapshot = open_snapshot(Releases(folder / "home").current_path())
    judged = _named(
        snapshot,
        flood_town="flood-barrier",
        flood_barrier="flood-town moon-dust",
        measles_school="measles-vaccine",
        moon_landing="goal-final",
        minister_resigns="minister-sworn-in harbour-walkout-wire harbour-walkout",
        ar_flood="ar-harbour",
    )
    return _evaluate(snapshot, judged, "newest", "tags")


@pytest.fixture(scope="module")
def page(evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("written") / "report.html"
    write_report(evaluation, path)
    assert [one.name for one in path.parent.iterdir()] == ["report.html"]
    return path


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)))


def _row(html: str, table: str, name: str) -> list[str]:
    found = html[html.index(f'<caption id="{table}"') :]
    cells = re.search(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', found, re.DOTALL)
    return [cell.strip() for cell in re.findall(r"<td>(.*?)</td>", cells[1], re.DOTALL)] if cells else []


def test_the_numbers_are_those_of_the_summary(evaluation: Evaluation, page: Path) -> None:
    html, figures = page.read_text("utf-8"), summary(evaluation)
    for name, system in figures["systems"].items():
        for measure, cell in zip(evaluation.results[0].values, _row(html, "quality-table", name), strict=True):
            low, high = system["interval"][measure]
            shown = _text(cell).split()
            assert shown[:2] == [f"{system[measure]:.3f}", f"{low:.3f}–{high:.3f}"]
            p = system["p_against_ours"] and system["p_against_ours"][measure]
            assert shown[2:] == ([] if p is None else ["p", "=", f"{p:.3f}"] if p >= 0.001 else ["p", "<", "0.001"])
            best = max(one[measure] for one in figures["systems"].values())
            assert ("<strong>" in cell) == (system[measure] == best)
        beyond, cells = system["beyond"], _row(html, "beyond-table", name)
        assert [unescape(cell) for cell in cells[:3]] == [
            plots.percent(beyond["coverage"]),
            f"{beyond['similarity']:.2f}",
            f"{beyond['copies']:.0f}",
        ]


def test_the_headline_and_the_facts_say_what_was_measured(evaluation: Evaluation, page: Path) -> None:
    text, systems = _text(page.read_text("utf-8")), summary(evaluation)["systems"]
    ours, best = (plots.percent(share) for share in (systems["recommender"]["hit@3"], systems["tags"]["hit@3"]))
    assert f"On 5 pages with judged links, the recommender’s first three links held one of them on {ours} of" in text
    assert f"the best rival, tags, on {best}." in text or f"tags, did better, on {best}." in text
    assert "5, a random sample of 6" in text
    assert "Judged pairs that this index does not hold 3" in text
    assert "paper/qrels.tsv" in text
    assert "/home/me" not in text
    assert evaluation.snapshot.version in text


def test_picks_without_rivals_and_other_measures_read_well(snapshot: Snapshot, tmp_path: Path) -> None:
    write_report(_evaluate(snapshot, picks_of(snapshot), measures=["nDCG@2"]), tmp_path / "report.html")
    text = _text((tmp_path / "report.html").read_text("utf-8"))
    assert re.search(r"On 1 page whose editors picked links, the recommender reached nDCG@2 of \d\.\d\d\.", text)
    assert "Editors’ links" in text
    assert "rival" not in text[: text.index("Each page could be given")]


def test_examples_show_both_sides_and_where_they_agree(evaluation: Evaluation) -> None:
    report = Report(evaluation, summary(evaluation), Recommender(evaluation.snapshot))
    best, worst = report.examples
    values = sorted(ndcg(one.rows.tolist(), one.question.gold, 2) for one in evaluation.results[0].shown)
    assert [one.value for one in best] == values[::-1][: len(best)]
    assert [one.value for one in worst] == values[: len(worst)]
    assert all(one.value > 0 for one in best)
    for one in best + worst:
        ours = {(link.card["id"], link.score, link.label) for link, agreed in one.links if agreed}
        assert {(link.card["id"], link.score, link.label) for link in one.judged if link.agreed} == ours
        assert all(link.rank and link.rank <= 2 for link in one.judged if link.agreed)
    copies = [link.card["id"] for one in best + worst for link in one.judged if link.copied]
    assert copies == ["harbour-walkout"]


def test_hostile_texts_are_only_text_and_nothing_is_fetched(evaluation: Evaluation, page: Path) -> None:
    html = page.read_text("utf-8")
    tags: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(html)
    assert "&lt;script&gt;alert(1)" in html
    assert not {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "object", "base", "form"}
    assert not [attrs for _, attrs in tags if "src" in attrs or any(name.startswith("on") for name in attrs)]
    urls = {card["url"] for card in evaluation.snapshot.articles.cards(range(len(evaluation.snapshot)))}
    hrefs = {str(attrs["href"]) for _, attrs in tags if "href" in attrs}
    assert {href for href in hrefs if not href.startswith("#")} <= {url for url in urls if url.startswith("https:")}
    assert {href[1:] for href in hrefs if href.startswith("#")} <= {str(attrs.get("id")) for _, attrs in tags}
    assert "url(" not in html
    assert "default-src 'none'" in html
    assert [web_address(url) for url in ("javascript:alert(1)", "urn:article:x", "http://a.test/")] == [
        None,
        None,
        "http://a.test/",
    ]
    assert (day("2026-09-01T23:30:00-01:00"), day(None)) == ("2 Sep 2026", None)


def test_a_report_with_other_weights_is_refused_and_the_old_one_stays(evaluation: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    other = Weights(0.0, np.full(len(FEATURES), -3, np.float32), {})
    with pytest.raises(ValueError, match="weights that were evaluated"):
        write_report(evaluation, path, other)
    assert ([one.name for one in tmp_path.iterdir()], path.read_text()) == (["report.html"], "old")


def test_figures_have_the_places_and_numbers_they_should() -> None:
    assert plots.axis(0.46) == (0.5, (0.0, 0.1, 0.2, 0.3, 0.4, 0.5))
    assert plots.axis(1.0)[0] == 1.0
    assert plots.proportion(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    scores, found = [np.array([0.1, 0.1]), np.array([0.3] * 18)], [np.array([True, False]), np.arange(18) < 9]
    parts = plots.bins(scores, found)
    assert [(part.links, part.observed) for part in parts] == [(10, 0.9), (10, 0.1)]
    assert [part.predicted for part in parts] == pytest.approx([0.26, 0.3])
    assert plots.calibration(parts) == pytest.approx({"promised": 0.28, "found": 0.5, "error": 0.42})
    cut = next(cut for cut in plots.cuts(scores, found) if cut.least == 0.2)
    assert (cut.kept, cut.precision, cut.empty) == (0.9, 0.5, 0.5)
    assert plots.groups(["a", "b", None, "A", "b", "b"], 2, 5) == {"b": [1, 4, 5], "A": [0, 3]}
    assert plots.ages(np.array([-3, 7, 8, np.nan, 4000])) == [0.5, 0.25, 0, 0, 0, 0.25]
    (drawn,) = plots.bar_chart([plots.Row("x", None, (plots.Bar("ours", 0.25, (0.1, 0.5)),))], plots.decimal).rows
    width = plots.WIDTH - plots.LABELS - plots.NUMBERS
    assert (drawn.bars[0].width, drawn.bars[0].text) == (width / 2, "0.25")
    assert drawn.bars[0].whisker == (plots.LABELS + width / 5, plots.LABELS + width)


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium or Chrome is installed here")
@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (1280, "dark")])
def test_a_browser_shows_it_without_complaint_or_sideways_scrolling(page: Path, width: int, scheme: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(page.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.locator("svg[role=img] > title").count() == tab.locator("svg").count() >= 4
        browser.close()
    assert (said, asked) == ([], [page.as_uri()])
