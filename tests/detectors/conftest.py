"""The starter model, made once: a test that needs it fails with the way to get it where it cannot be had."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from detectors.engines.openvino import OpenVinoEngine
from hub import assets


@pytest.fixture(scope="session")
def starter() -> assets.Assets:
    return assets.ensure()


@pytest.fixture(scope="session")
def starter_engine(starter: assets.Assets) -> OpenVinoEngine:
    return OpenVinoEngine(starter.model_wide)


@pytest.fixture(scope="session")
def street(starter: assets.Assets) -> list[npt.NDArray[np.uint8]]:
    """A picture of the street every ten seconds, 640×360."""
    footage = cv2.VideoCapture(str(starter.street_360p))
    pictures = []
    while (read := footage.read())[0]:
        pictures.append(np.asarray(read[1], np.uint8))
    footage.release()
    return pictures[::100]
