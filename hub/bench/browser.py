"""A real Chromium whose pages write down when each row was painted."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import AssetMissing

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
EYE = Path(__file__).with_name("wall_page.js")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
         "--disable-backgrounding-occluded-windows"]  # fmt: skip
"""a page that is not in front must paint all the same: two consoles are two screens"""


@dataclass(frozen=True, slots=True)
class Painted:
    """One state of one row, and when it stood on the screen."""

    at_ms: float
    """wall clock, milliseconds since 1970"""
    incident_id: str
    revision: int
    state: str
    text: str


@asynccontextmanager
async def chromium() -> AsyncIterator["Browser"]:
    """The distribution's own browser.

    Raises:
        AssetMissing: there is none, or Playwright is not installed.
    """
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise AssetMissing("no Chromium", where=", ".join(NAMES), hint="apt install chromium fonts-noto-cjk")
    # Imported late: a tool for measuring, which a hub in service does not have.
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def signed_in(browser: "Browser", link: str) -> "tuple[BrowserContext, Page]":
    """A new seat with a wall of 1920 × 1080, its first rows drawn."""
    context = await browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    await context.add_init_script(path=EYE)
    page = await context.new_page()
    await page.goto(link)
    await page.wait_for_selector("[data-testid=rows]", timeout=30_000)
    return context, page


async def heard(page: "Page") -> dict[str, float]:
    """incident → when the page first heard of it by websocket, wall clock, milliseconds."""
    first: dict[str, float] = {}
    for at_ms, incident_id in await page.evaluate("window.__heard"):
        first.setdefault(incident_id, at_ms)
    return first


async def painted(page: "Page") -> list[Painted]:
    """Everything the page has written down so far."""
    return [Painted(*one) for one in await page.evaluate("window.__painted")]
