"""The settings under which `hub up --demo` and all it starts run."""

import json
from pathlib import Path

MAP_DIR = Path(__file__).parent / "map"
CITY = "演示县一网通管"
BOUNDS = (34.285, 117.915, 34.370, 118.062)
"""south, west, north, east of 演示县, WGS-84 degrees"""
CAMERA_PASSWORDS = {"DEMO_CAMERA_PASSWORD": "yanshi-2026", "DEMO_CAMERA_WRONG_PASSWORD": "not-the-password"}
"""what `${…}` in streams.yaml stands for; the camera simulator takes the first, so the second is refused"""


def demo_environment(data_dir: Path) -> dict[str, str]:
    """`HUB_…` variables of the demo; what the caller has set already goes before them."""
    return {
        "HUB_EXERCISE": "true",
        "HUB_DATA_DIR": str(data_dir),
        "HUB_LOG_FORMAT": "text",
        "HUB_CONSOLE__CITY_NAME": CITY,
        "HUB_CONSOLE__MAP_DIR": str(MAP_DIR),
        "HUB_FEEDS__BOUNDS": json.dumps(BOUNDS),
        "HUB_FEEDS__DATUM": json.dumps({"police_110": "GCJ-02"}),
        "HUB_FUSION__PARTITIONS": json.dumps({"990199-east": 0, "990199-west": 1}),
        **CAMERA_PASSWORDS,
    }
