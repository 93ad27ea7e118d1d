import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.rates import Stretch, rates
from command_center.rates_sheet import as_csv
from contracts.cameras import Bureau
from tests.command_center.seeding import camera

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
END = START + DAY
ONE, OTHER = camera(1), camera(2, bureau=Bureau.TRAFFIC)


def stretch(
    began_h: float, until_h: float, *, online: bool = True, defects: tuple[str, ...] = (), of: str = ONE.camera_id
) -> Stretch:
    began, until = START + timedelta(hours=began_h), START + timedelta(hours=until_h)
    return Stretch(of, ONE.bureau, began, until, online, defects)


def test_the_rates_are_shares_of_the_time_with_data() -> None:
    log = [stretch(0, 12), stretch(12, 15, online=False), stretch(15, 18, defects=("blurred",)), stretch(22, 24)]
    [found] = rates([ONE], log, START, END).cameras
    assert (found.online_s, found.offline_s, found.intact_s) == (17 * 3600, 3 * 3600, 14 * 3600)
    assert (found.online_rate, found.intact_rate) == (0.85, 0.7)
    assert found.no_data_s == 4 * 3600
    assert found.data_share == pytest.approx(20 / 24, abs=1e-6)
    assert found.defects_s == {"blurred": 3 * 3600}


def test_a_camera_without_data_is_neither_online_nor_offline() -> None:
    found = rates([ONE], [], START, END)
    [camera_rate] = found.cameras
    assert (camera_rate.online_rate, camera_rate.intact_rate, camera_rate.instant_online_rate) == (None, None, 0)
    assert camera_rate.cameras_without_data == 1
    assert "24.0 路·小时无数据，其中 1 路全程无数据" in found.note_zh
    assert "neither as online nor as offline" in found.note_en


def test_with_all_data_the_rate_is_the_mean_of_the_days() -> None:
    found = rates([ONE], [stretch(0, 18), stretch(18, 48, online=False)], START, START + 2 * DAY)
    assert found.total.online_rate == pytest.approx((18 / 24 + 0) / 2)
    assert found.note_zh == "统计时段内数据完整。"


@pytest.mark.parametrize(
    ("log", "online", "intact"),
    [
        pytest.param([stretch(0, 24)], 1, 1, id="well at the end"),
        pytest.param([stretch(0, 24, defects=("black",))], 1, 0, id="black at the end"),
        pytest.param([stretch(0, 24, online=False)], 0, 0, id="offline at the end"),
        pytest.param([stretch(0, 23.98)], 0, 0, id="not heard of in the last minute"),
        pytest.param([stretch(0, 30)], 1, 1, id="goes on behind the end"),
    ],
)
def test_the_instant_rates_look_at_the_end_of_the_period(log: list[Stretch], online: int, intact: int) -> None:
    total = rates([ONE], log, START, END).total
    assert (total.instant_online_rate, total.instant_intact_rate) == (online, intact)


def test_a_bureau_is_the_sum_of_its_cameras() -> None:
    log = [stretch(0, 24), stretch(0, 24, online=False, of=OTHER.camera_id)]
    found = rates([ONE, OTHER], log, START, END)
    assert {one.bureau: one.online_rate for one in found.bureaus} == {ONE.bureau: 1.0, Bureau.TRAFFIC: 0.0}
    assert (found.total.online_rate, found.total.cameras) == (0.5, 2)


HOURS = st.floats(min_value=-5, max_value=30)
STRETCHES = st.lists(
    st.builds(
        lambda a, b, online, bad: stretch(min(a, b), max(a, b), online=online, defects=("frozen",) if bad else ()),
        HOURS, HOURS, st.booleans(), st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


@given(STRETCHES)
def test_every_second_of_the_period_is_counted_once(log: list[Stretch]) -> None:
    [found] = rates([ONE], log, START, END).cameras
    counted = found.online_s + found.offline_s + found.no_data_s
    assert counted == pytest.approx(DAY.total_seconds(), abs=0.01)
    assert 0 <= found.intact_s <= found.online_s + 0.01


def test_the_sheet_opens_in_a_spreadsheet_as_it_is() -> None:
    found = rates([camera(1, name="=1+1"), OTHER], [stretch(0, 12)], START, END)
    data = as_csv(found)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    one = next(line for line in lines if len(line) > 2 and line[2] == f"\t{ONE.camera_id}")
    assert one[3] == "'=1+1"  # a name is never a formula
    assert one[5] == "100.00%"
    assert "无数据 no data" in next(line for line in lines if len(line) > 2 and line[2].endswith(OTHER.camera_id))
    assert sum(line[:1] == ["口径 definition"] for line in lines) == len(found.definitions)
