"""Personal members that no report needs: dropped wherever they stand, and said without their value (domain P2, P6)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

MOST_NAMED = 20
DEEPEST = 4

_NEVER = re.compile(
    r"^(faces|persons|motor_?vehicles?|dispositions?)$"
    r"|(^|_)(face|facial|embedding|portrait|fingerprint|iris|gait|biometrics?|plate|plate_?no|license_?plate|hphm|cphm|"
    r"id_?card|id_?card_?no|id_?no|id_?number|passport|zjhm|sfzh|sfzhm|gmsfhm|imsi|imei|bjdhyhm|bjdhyhdz)($|_)"
    r"|人脸|人像|指纹|身份证|证件号|护照|车牌|号牌|机主",
    re.IGNORECASE,
)
"""names of members: faces and bodies, lists of persons and vehicles (GA/T 1400), documents' numbers, plates, the
three-field information of a telephone's owner (BJDHYHM, BJDHYHDZ)"""
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def never_imported(members: Mapping[str, Any]) -> tuple[str, ...]:
    """The dotted paths of such members, at most `MOST_NAMED`."""
    found: list[str] = []
    for path in _paths(members, "", DEEPEST):
        if len(found) == MOST_NAMED:
            break
        found.append(path)
    return tuple(found)


def _paths(value: object, path: str, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from _paths(one, f"{path.removesuffix('.')}[{place}].", depth - 1)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if one in (None, "", [], {}):
                continue
            if _NEVER.search(_HUMPS.sub("_", key)):
                yield f"{path}{key}"
            else:
                yield from _paths(one, f"{path}{key}.", depth - 1)
