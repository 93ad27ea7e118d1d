"""When a rule is awake and how many persons are usual: days and hours of local time."""

from datetime import date, datetime, timedelta, timezone

from contracts.cameras import Camera, Hours, Rule

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""the country has one time all year round"""


def holds(hours: Hours, at: datetime) -> bool:
    """Whether a moment lies in the hours; what runs past midnight belongs to the day on which it began."""
    local = at.astimezone(CHINA)
    today, time = local.date(), local.time()
    if hours.start == hours.until:
        return _is_on(hours, today)
    if hours.start < hours.until:
        return _is_on(hours, today) and hours.start <= time < hours.until
    began_yesterday = time < hours.until and _is_on(hours, today - timedelta(days=1))
    return began_yesterday or (time >= hours.start and _is_on(hours, today))


def is_awake(rule: Rule, at: datetime) -> bool:
    """Whether the rule looks at all at this moment."""
    return not rule.hours or any(holds(hours, at) for hours in rule.hours)


def expected_persons(camera: Camera, zone: str | None, at: datetime) -> int:
    """How many persons are usual in a zone at this moment; what is usual in the whole picture is so in its zones."""
    usual = (one.persons for one in camera.expected if one.zone in (None, zone) and holds(one.hours, at))
    return max(usual, default=0)


def _is_on(hours: Hours, day: date) -> bool:
    return day.isoweekday() in hours.days and (not hours.dates or day in hours.dates)
