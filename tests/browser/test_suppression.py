"""Suppressing an area in a real browser: the order, what it hides and says, one key to look."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from contracts.kinds import Severity
from contracts.signals import Signal
from hub import clock
from tests.browser.conftest import House, Sit
from tests.command_center.seeding import call, fuse, incident, sight

pytestmark = pytest.mark.browser
"""milliseconds: two maps are drawn by the processor, and the rows travel through database, board and two pages"""


async def happens(house: House, number: int, *signals: Signal, **more: object) -> None:
    """An incident of signals that are observed now."""
    now = clock.now()
    fresh = [one.model_copy(update={"observed_at": now}) for one in signals]
    made = incident(number, *fresh, **{"observed_at": now, "decided_at": now, "last_signal_at": now, **more})
    await fuse(house.engine, made, signals=fresh, at=now)


async def test_an_area_is_suppressed_around_an_incident_and_one_key_shows_what_is_hidden(
    house: House, sit: Sit
) -> None:
    await happens(house, 1, sight(1), observed_at=clock.now() - timedelta(minutes=6))
    seat, other = await sit("grid"), await sit("dispatcher")
    page = seat.page
    await page.get_by_test_id("view-wall").click()
    await seat.row("incident-1").click()
    await page.keyboard.press("s")
    form = page.get_by_test_id("suppress-form")
    await expect(form.get_by_test_id("kind-crowd")).to_have_attribute("aria-pressed", "true")
    await expect(form.get_by_test_id("suppress-ok")).to_be_disabled()
    await form.get_by_test_id("suppress-reason").fill("广场舞比赛，已报备")
    await expect(form.get_by_test_id("suppress-ok")).to_be_enabled()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("suppression")).to_contain_text("广场舞比赛，已报备")
    await page.keyboard.press("Escape")
    await expect(other.page.get_by_test_id("lamp-suppressed")).to_have_text("抑制中 1 · 已隐 0")
    await happens(house, 2, sight(2))
    await happens(house, 3, sight(3), call(3))
    await happens(house, 4, sight(4, severity=Severity.LEVEL_1))
    for one in (seat, other):
        await expect(one.page.get_by_test_id("lamp-suppressed")).to_have_text("抑制中 1 · 已隐 1")
    await expect(other.row("incident-4")).to_be_visible()
    await expect(other.row("incident-3")).to_be_visible()
    await expect(other.row("incident-2")).to_have_count(0)
    await other.page.keyboard.press("h")
    await expect(other.row("incident-2")).to_contain_text("已抑制：广场舞比赛，已报备")
    await expect(other.row("incident-3")).to_have_count(0)
    await other.page.keyboard.press("h")
    await other.page.get_by_test_id("lamp-suppressed").click()
    await expect(other.page.get_by_test_id("suppression-counts")).to_have_text("正隐 1 条 · 累计 2 个信号、2 个事件")
    await other.page.keyboard.press("Escape")
    await page.get_by_test_id("lamp-suppressed").click()
    await page.get_by_test_id("suppression-end").click()
    await expect(other.row("incident-2")).to_be_visible()
    await expect(other.page.get_by_test_id("lamp-suppressed")).to_have_count(0)
    assert seat.broken == other.broken == []


async def test_a_dispatcher_is_told_who_may_suppress(house: House, sit: Sit) -> None:
    seat = await sit("dispatcher")
    await seat.page.keyboard.press("s")
    await expect(seat.page.get_by_test_id("suppress-form")).to_have_count(0)
    await expect(seat.page.locator("body")).to_contain_text("你的席位不能抑制")
