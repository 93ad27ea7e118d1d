"""A day in the life of a street, out of footage taken in one afternoon: sun, clouds, dusk, lamps or infrared, dawn.

Synthetic light on real movement. It is no proof of real nights, rain or fog, and says so where its figures are shown.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Night = Literal["lamps", "infrared"]

DAWN_H, DUSK_H, TWILIGHT_H = 6.2, 18.6, 0.8
LAMPS_ON_H, HALF_OFF_H, LAMPS_OFF_H = 18.5, 23.5, 6.3
MEAN_WANTED = 105.0
MOST_GAIN = 9.0
NOISE = 1.0
"""grey levels of the sensor's noise before amplification"""
SUN_COLOUR = {"noon": (1.0, 1.0, 1.0), "low": (0.80, 0.97, 1.14), "blue hour": (1.20, 1.0, 0.88)}
"""gains of blue, green, red"""
SODIUM = (0.55, 0.92, 1.25)


@dataclass(frozen=True)
class Weather:
    """What kind of day it is."""

    cloud: float = 0.3
    """share of the sun's hours that clouds cover"""
    night: Night = "lamps"
    seed: int = 1


class Day:
    """Relights pictures of one size; the same hour and number give the same picture."""

    def __init__(self, width: int, height: int, weather: Weather) -> None:
        self._weather = weather
        rng = np.random.default_rng(weather.seed)
        self._noise = rng.normal(0.0, 1.0, (height + 64, width + 64)).astype(np.float32)
        self._x, self._y = np.meshgrid(
            np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32)
        )
        self._lamps = [self._pool(0.2, 0.45, 0.32), self._pool(0.75, 0.3, 0.3), self._pool(0.55, 0.85, 0.35)]
        self._infrared = self._pool(0.5, 0.6, 0.75)
        self._clouds = rng.random(24 * 60 // 7 + 2)

    def relit(self, image: Image, hour: float, number: int) -> Image:
        """The picture as it would be at `hour` (0-24); `number` moves noise and headlights."""
        hour %= 24.0
        sun = daylight(hour)
        light = self._light(hour, sun)
        scene = image.astype(np.float32) * light
        if sun < 0.05 and number % 23 < 2:
            scene += (200.0 * self._pool(0.1 + (number % 7) * 0.13, 0.6, 0.06))[..., None]
        if 0.0 < sun < 0.45 and self._sunny(hour):
            scene += (60.0 * self._pool(1.0 if hour < 12 else 0.0, 0.0, 0.5))[..., None]
        gain = min(MOST_GAIN, MEAN_WANTED / max(1.0, float(scene.mean()))) if sun < 0.9 else 1.0
        gain = max(1.0, gain * (0.55 + 0.45 * sun))
        scene *= gain
        if self._weather.night == "infrared" and sun < 0.04:
            scene = np.repeat(scene.mean(axis=2, keepdims=True), 3, axis=2)
        dx, dy = (number * 37) % 64, (number * 17) % 64
        noise = self._noise[dy : dy + image.shape[0], dx : dx + image.shape[1], None]
        scene += noise * (NOISE * math.sqrt(gain) * 1.2)
        return np.asarray(np.clip(scene, 0, 255), np.uint8)

    def _light(self, hour: float, sun: float) -> Floats:
        """Light on every pixel and colour, shape (height, width, 3)."""
        colour = (
            _mixed(SUN_COLOUR["noon"], SUN_COLOUR["low"], 1.0 - min(1.0, sun / 0.6))
            if sun > 0.08
            else SUN_COLOUR["blue hour"]
        )
        day = np.full(self._x.shape, 0.01 + 0.99 * sun, np.float32)
        if self._sunny(hour) and sun > 0.1:
            day *= self._shadow(hour)
        elif sun > 0.1:
            day *= 0.75
        light = day[..., None] * np.asarray(colour, np.float32)
        night = 1.0 - min(1.0, sun / 0.12)
        if self._weather.night == "infrared":
            return np.asarray(light + night * 0.35 * self._infrared[..., None], np.float32)
        if hour >= LAMPS_ON_H or hour < LAMPS_OFF_H:
            lit = self._lamps if hour >= LAMPS_ON_H and hour < HALF_OFF_H else self._lamps[:2]
            pools = np.sum(lit, axis=0) * 0.22 + 0.03
            light = light + pools[..., None] * np.asarray(SODIUM, np.float32)
        return np.asarray(light, np.float32)

    def _sunny(self, hour: float) -> bool:
        return bool(self._clouds[int(hour * 60 / 7)] >= self._weather.cloud)

    def _shadow(self, hour: float) -> Floats:
        """A building's shadow whose edge crosses the picture between morning and evening."""
        edge = (hour - 7.0) / 11.0 * 1.6 - 0.3
        inside = 1.0 / (1.0 + np.exp(-(self._x + 0.35 * self._y - edge) * 60.0))
        return np.asarray(0.55 + 0.45 * inside, np.float32)

    def _pool(self, x: float, y: float, radius: float) -> Floats:
        far = ((self._x - x) ** 2 + (self._y - y) ** 2) / radius**2
        return np.asarray(np.exp(-far), np.float32)


def daylight(hour: float) -> float:
    """0 at night, 1 from two hours after dawn to two hours before dusk."""
    up = _ramp(hour, DAWN_H - TWILIGHT_H, DAWN_H + 2.0)
    down = 1.0 - _ramp(hour, DUSK_H - 2.0, DUSK_H + TWILIGHT_H)
    return min(up, down)


def _ramp(hour: float, start: float, end: float) -> float:
    share = min(1.0, max(0.0, (hour - start) / (end - start)))
    return share * share * (3 - 2 * share)


def _mixed(one: tuple[float, ...], other: tuple[float, ...], share: float) -> tuple[float, ...]:
    return tuple(a + share * (b - a) for a, b in zip(one, other, strict=True))
