"""The grid operator's desk and the integrator's cameras in a real browser."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from contracts.kinds import Kind, Severity
from hub import clock
from tests.browser.conftest import House, Sit
from tests.command_center.seeding import camera, fuse, incident, register

pytestmark = pytest.mark.browser


async def test_a_grid_operator_files_a_case_with_enter_and_is_given_the_next(house: House, sit: Sit) -> None:
    seen = clock.now() - timedelta(minutes=5)
    cases = [
        incident(n, kind=Kind.SANITATION, severity=Severity.LEVEL_4, observed_at=seen, grid_code="990199001001001")
        for n in (1, 2)
    ]
    await fuse(house.engine, *cases)
    seat = await sit("grid")
    await expect(seat.page.get_by_test_id("desk-count")).to_contain_text("待核实 2")
    await expect(seat.page.get_by_test_id("lead-unit")).to_have_value("环卫所")
    first = await seat.page.get_by_test_id("incident").get_attribute("data-incident-id")
    await seat.page.get_by_test_id("file").wait_for()
    await expect(seat.page.get_by_test_id("file")).to_be_enabled()
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.get_by_test_id("desk-count")).to_contain_text("待核实 1")
    assert await seat.page.get_by_test_id("incident").get_attribute("data-incident-id") != first
    assert seat.broken == []


async def test_an_integrator_sees_cameras_worst_first_with_the_rate_and_its_definition(house: House, sit: Sit) -> None:
    await register(house.engine, camera(1), camera(2))
    seat = await sit("integrator")
    await expect(seat.page.get_by_test_id("point")).to_have_count(2)
    await expect(seat.page.get_by_test_id("online-rate")).to_contain_text("0 / 2")
    await seat.page.get_by_test_id("part-rejected").click()
    await expect(seat.page.get_by_test_id("rejected")).to_be_visible()
    await expect(seat.page.get_by_test_id("rows")).to_have_count(0)


async def test_nobody_sees_the_wall_without_signing_in(house: House, sit: Sit) -> None:
    seat = await sit("dispatcher")
    await seat.page.get_by_test_id("seat-menu").click()
    await seat.page.get_by_test_id("sign-out").click()
    await expect(seat.page.get_by_test_id("sign-in")).to_be_visible()
    await seat.page.reload()
    await expect(seat.page.get_by_test_id("sign-in")).to_be_visible()
