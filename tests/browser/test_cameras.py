"""The integrator's cameras in a real browser: one is added by the form, a zone is drawn, mistakes are said."""

import time

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import House, Seat, Sit
from tests.browser.pictures import speak

pytestmark = pytest.mark.browser

FILE = """\
version: 1
exercise: true
districts:
  990199-east: {name: 河东片区}
defaults:
  district: 990199-east
  datum: WGS-84
  legal: {basis: "7-1", purpose: 公共安全, sign: true, retention_days: 30}
cameras:
  # the only one so far
  - id: gate-1
    name: 东门
    bureau: 城管
    url: rtsp://127.0.0.1:1/east
    place: {lat: 34.3285, lon: 118.0067}
    legal: {filing_no: YS-1}
"""


async def field(page: Page, path: str, said: str) -> None:
    control = page.locator(f'[data-field="{path}"]').locator("input, select")
    if await control.evaluate("one => one.tagName") == "SELECT":
        await control.select_option(said)
    else:
        await control.fill(said)


async def opened(house: House, sit: Sit) -> Seat:
    house.streams.write_text(FILE, encoding="utf-8")
    await house.apply_file()
    seat = await sit("integrator")
    await seat.page.get_by_test_id("point").first.wait_for()
    return seat


async def test_a_camera_added_by_the_form_is_in_the_list_and_in_the_file_within_five_seconds(
    house: House, sit: Sit
) -> None:
    seat = await opened(house, sit)
    await seat.page.get_by_test_id("add-camera").click()
    said = {
        "id": "gate-2", "name": "西门", "bureau": "traffic", "url": "rtsp://u:${GATE}@127.0.0.1:1/west",
        "place.lat": "34.3290", "place.lon": "118.0050", "legal.filing_no": "YS-2",
    }  # fmt: skip
    for path, text in said.items():
        await field(seat.page, path, text)
    began = time.monotonic()
    await seat.page.get_by_test_id("save-camera").click()
    await expect(seat.page.get_by_test_id("camera-page")).to_have_attribute("data-camera-id", "gate-2", timeout=5_000)
    assert time.monotonic() - began < 5
    await seat.page.keyboard.press("Escape")
    await expect(seat.page.get_by_test_id("point")).to_have_count(2)
    text = house.streams.read_text(encoding="utf-8")
    assert "# the only one so far" in text
    assert "西门" in text
    assert seat.broken == []


async def test_what_is_wrong_is_said_beside_its_field_with_how_to_mend_it(house: House, sit: Sit) -> None:
    seat = await opened(house, sit)
    await seat.page.get_by_test_id("add-camera").click()
    said = {
        "id": "gate-2",
        "name": "西门",
        "url": "rtsp://u:secret@127.0.0.1/west",
        "place.lat": "95",
        "place.lon": "118",
    }
    for path, text in said.items():
        await field(seat.page, path, text)
    await seat.page.get_by_test_id("save-camera").click()
    await expect(seat.page.get_by_test_id("form-refused")).to_be_visible()
    await expect(seat.page.locator('[data-field="place.lat"]').get_by_test_id("refusal")).to_be_visible()
    assert "gate-2" not in house.streams.read_text(encoding="utf-8")


async def test_a_zone_is_drawn_on_the_picture_and_saved(house: House, sit: Sit) -> None:
    seat = await opened(house, sit)
    await speak(house.bus, "gate-1")
    await seat.page.get_by_test_id("point").first.click()
    await seat.page.get_by_test_id("tab-drawing").click()
    await seat.page.get_by_test_id("reason-ok").click()
    await seat.page.get_by_test_id("add-zone").click()
    sheet = seat.page.get_by_test_id("sheet")
    box = await sheet.bounding_box()
    assert box is not None
    for x, y in ((0.2, 0.2), (0.5, 0.2), (0.8, 0.2)):
        await sheet.click(position={"x": box["width"] * x, "y": box["height"] * y})
    await expect(seat.page.get_by_test_id("draw-problem")).to_contain_text("一条直线")
    await expect(seat.page.get_by_test_id("save-drawings")).to_be_disabled()
    await sheet.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.8})
    await expect(seat.page.get_by_test_id("handle")).to_have_count(4)
    await seat.page.get_by_test_id("handle").nth(1).focus()
    await seat.page.keyboard.press("Delete")
    await expect(seat.page.get_by_test_id("handle")).to_have_count(3)
    await seat.page.keyboard.press("Shift+ArrowDown")
    await seat.page.get_by_test_id("save-drawings").click()
    await expect(seat.page.get_by_test_id("notice")).to_contain_text("已保存")
    assert "区域1" in house.streams.read_text(encoding="utf-8")
    await expect(seat.page.get_by_test_id("save-drawings")).to_be_disabled()
    assert seat.broken == []


async def test_a_removed_camera_is_gone_from_the_list_and_the_file(house: House, sit: Sit) -> None:
    seat = await opened(house, sit)
    await seat.page.get_by_test_id("point").first.click()
    await seat.page.get_by_test_id("remove").click()
    await seat.page.get_by_test_id("remove-sure").click()
    await expect(seat.page.get_by_test_id("notice")).to_contain_text("已删除")
    await expect(seat.page.get_by_test_id("points-search")).to_be_visible()
    await expect(seat.page.get_by_test_id("point")).to_have_count(0)
    assert "gate-1" not in house.streams.read_text(encoding="utf-8")
