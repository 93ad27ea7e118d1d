from contracts.cameras import Defect, Rule, Zone
from contracts.frames import Frame
from detectors.quality.inspector import seen_tiles
from detectors.watching import CameraWatch, Report
from tests.detectors.quality.scenes import Image, at, known, street
from tests.detectors.scenes import CAMERA_ID, camera


def watch(*rules: Rule) -> CameraWatch:
    looking = CameraWatch(camera(*rules), model="m", min_confidence=0.35)
    looking.inspector.remember(known())
    return looking


def frame(seconds: float, image: Image, *, corrupt: bool = False) -> Frame:
    return Frame(CAMERA_ID, image, at(seconds), is_keyframe=True, is_corrupt=corrupt)


def covered(number: int) -> Image:
    image = street(number)
    image[:, :300] = 95
    return image


def told(looking: CameraWatch, start: int, seconds: int, *, cover: bool, every_s: float = 1.0) -> list[Report]:
    moments = [start + every_s * number for number in range(round(seconds / every_s))]
    pictures = [frame(second, covered(int(second)) if cover else street(int(second))) for second in moments]
    return [report for picture in pictures for report in looking.inspect(picture, now=picture.captured_at)]


def test_a_cover_is_told_with_its_picture_and_ends_when_it_is_taken_away() -> None:
    looking = watch()
    [began] = told(looking, 2000, 60, cover=True)
    assert began.snapshot is not None
    seen = began.observation
    assert (seen.event_type, seen.kind, seen.words, seen.rule) == (
        "camera_tampered", "device", ("镜头遮挡",), "camera_tampered",
    )  # fmt: skip
    assert seen.evidence[0].ref == began.snapshot.ref
    assert {one.defect for one in looking.inspector.defects} == {Defect.OCCLUDED}
    [ended] = told(looking, 2060, 60, cover=False)
    assert ended.observation.signal_id == seen.signal_id
    assert ended.observation.ended_at is not None
    assert looking.inspector.defects == ()


def test_a_black_picture_is_a_matter_of_quality_and_names_itself() -> None:
    looking = watch()
    black = [frame(2000 + second, street(1) * 0) for second in range(40)]
    [report] = [report for picture in black for report in looking.inspect(picture, now=picture.captured_at)]
    assert (report.observation.event_type, report.observation.words) == ("video_quality_abnormal", ("黑屏",))


def test_a_camera_that_turns_by_itself_may_say_so() -> None:
    off = Rule(rule="camera_tampered", thresholds={"occluded": 0, "moved": 0})
    looking = watch(off)
    assert not told(looking, 2000, 60, cover=True)
    assert looking.inspector.defects  # it stays on the camera's card


def test_of_many_pictures_a_second_one_is_looked_at() -> None:
    looking = watch()
    told(looking, 2000, 4, cover=True, every_s=0.1)
    assert looking.inspector.learned.view is not None
    assert looking.inspector.learned.view.looked_at == at(2003)


def test_a_damaged_picture_counts_and_is_not_looked_into() -> None:
    looking = watch()
    pictures = [frame(2000 + second, street(1) * 0, corrupt=True) for second in range(40)]
    [report] = [report for picture in pictures for report in looking.inspect(picture, now=picture.captured_at)]
    assert report.observation.words == ("马赛克（花屏）",)


def test_tiles_that_a_mask_blanks_are_left_out() -> None:
    assert seen_tiles(()) is None
    tiles = seen_tiles((Zone(name="window", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1))),))
    assert tiles is not None
    assert tiles[:, 8:].all()
    assert not tiles[:, :8].any()
