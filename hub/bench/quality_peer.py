"""The peer of `hub bench quality`, in an environment of its own: PyPI's camera-health, as its manual says.

The argument is a .npy file of RGB pictures (number, height, width, 3); the output is JSON: what was critical on each,
and the processor time. Nothing of the hub is imported here.
"""

import json
import sys
import time

import numpy as np


def main() -> None:
    """Look at every picture; the first of them is adopted as the reference."""
    from camera_health import Monitor  # type: ignore[import-not-found]

    pictures = np.load(sys.argv[1], mmap_mode="r")
    monitor = Monitor()
    found = []
    began_s = time.process_time()
    for picture in pictures:
        health = monitor.update(np.asarray(picture))
        found.append(sorted(fault.kind for fault in health.faults if fault.is_critical))
    spent_s = time.process_time() - began_s
    json.dump({"found": found, "cpu_s": spent_s}, sys.stdout)


if __name__ == "__main__":
    main()
