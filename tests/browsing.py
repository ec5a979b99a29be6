"""What the tests with a real browser share: the browser if there is one, a server to ask, and pages to open."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# Pages that a test makes up come from no network, and would have to ask somebody before they reach loopback.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-features=LocalNetworkAccessChecks"]
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="neither chromium nor google-chrome is installed")


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """The address of an app that is served until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Site:
    """A page of somebody's site on the server's own address, and what happened on it."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.errors.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url) if "/v1/" in request.url else None)

    def open(self, body: str, head: str = "", policy: str = "", host: str = "127.0.0.1") -> None:
        """Open a page with this in it; events are counted in `seen`, refusals in `refused`, shifts in `shifted`."""
        address = self.address.replace("127.0.0.1", host) + "/site/story"
        html = f'<!doctype html><html lang="en"><title>Story</title>{head}<body>{body}</body></html>'
        headers = {"content-type": "text/html; charset=utf-8"} | ({"content-security-policy": policy} if policy else {})
        self.page.add_init_script(_WATCH)
        self.page.route(address, lambda route: route.fulfill(body=html, headers=headers))
        self.page.goto(address)

    def answers(self, *items: dict[str, Any], **response: Any) -> None:
        """Every question is answered with these items, or with this response."""
        answer = response or {"json": {"items": items}}
        self.page.route("**/v1/related?*", lambda route: route.fulfill(**answer))

    def holds_answers(self) -> list[Route]:
        """Questions wait in the list that is returned."""
        waiting = list[Route]()

        def hold(route: Route) -> None:
            waiting.append(route)

        self.page.route("**/v1/related?*", hold)
        return waiting

    def settled(self) -> None:
        """Wait until every element on the page is done."""
        expect(self.page.locator("read-more:not([data-settled])")).to_have_count(0)

    def two_frames(self) -> None:
        """Wait until what is there has been painted."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


_WATCH = """
window.seen = []; window.refused = []; window.shifted = 0;
addEventListener('read-more:loaded', (event) => seen.push(event.detail.items.map((item) => item.id)));
addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective));
new PerformanceObserver((list) => list.getEntries().forEach((shift) => { window.shifted += shift.value; }))
  .observe({ type: 'layout-shift', buffered: true });
"""
