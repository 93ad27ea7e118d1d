"""What one picture measures, without any memory: light, colour, sharpness, structure, block edges."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WIDEST = 960
"""pictures are looked at no wider than this"""
SMALL = (320, 180)
MAP = (96, 54)
"""width and height of the map of edges, whatever the picture's shape"""
TILES = (16, 9)
_EDGE_SHARE = 5
"""per cent of the picture that is looked at for sharpness: where contrast is greatest"""
_EDGE_LEAST = 14.0
"""grey levels of local contrast below which sharpness cannot be told"""
_TELLING_PIXELS, _BURNT_MOST = 200, 0.25
_EVENLY_PX = 140.0
"""two pixels' share of a contrast that fills its window, times the picture's width; measured on pictures of nothing but
blur"""
_BLOCK_STEP = 10


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """One picture. Grey levels 0-255; shares 0-1; colours in CIE Lab units from neutral."""

    mean: float
    p05: float
    p95: float
    """percentiles of grey; `p95 - p05` is the contrast"""
    clipped: float
    """share of pixels at the top of the scale"""
    cast: tuple[float, float] | None
    """the picture's middle colour: how warm (red against blue) and how magenta (red and blue against green), as
    natural logarithms; 0 is neutral, and brightness does not change it; None: too dark or burnt out to tell"""
    sharpness: float | None
    """how much of an edge's contrast lies within two pixels, 0: spread evenly; free of contrast; None: too little to
    tell by"""
    blocks: float
    """share of block borders that show on the grid of the codec and nowhere else; about 0 on a whole picture"""
    edges: Floats
    """(54, 96, 2): direction of the edges, doubled so that light and dark may change places; length 0-1: how clear"""
    detail: Floats
    """(9, 16): how much edge there is in each tile, free of the picture's contrast"""
    light: Floats
    """(9, 16): mean grey of each tile"""
    grey: Image
    """(90, 160): the picture small and soft, to be compared with a later one"""

    @property
    def contrast(self) -> float:
        """Grey levels between the dark and the light twentieth."""
        return self.p95 - self.p05


def measure(image: Image, seen: npt.NDArray[np.bool_] | None = None) -> Measures:
    """Measure one BGR picture (height, width, 3); `seen` (9, 16) leaves out tiles that a privacy mask blanks."""
    picture = _narrowed(image)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    small = _shrunk(grey, SMALL)
    colour = picture[:: max(1, picture.shape[0] // 27), :: max(1, picture.shape[1] // 48)]
    light = _shrunk(small, TILES).astype(np.float32)
    visible = small if seen is None else small[_stretched(seen, SMALL)]
    p05, p95 = _percentiles(visible, (5, 95))
    edges, detail = _edges(small)
    return Measures(
        mean=float(visible.mean()) if visible.size else 0.0,
        p05=p05, p95=p95,
        clipped=float((visible >= 250).mean()) if visible.size else 0.0,
        cast=_cast(colour),
        sharpness=_sharpness(grey, small),
        blocks=_blocks(grey),
        edges=edges, detail=detail, light=light,
        grey=np.asarray(cv2.blur(_shrunk(small, (160, 90)), (3, 3)), np.uint8),
    )  # fmt: skip


def _narrowed(image: Image) -> Image:
    height, width = image.shape[:2]
    if width <= WIDEST:
        return image
    return _shrunk(image, (WIDEST, max(1, round(height * WIDEST / width))))


def _shrunk(image: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _stretched(tiles: npt.NDArray[np.bool_], size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    return np.asarray(cv2.resize(tiles.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST), np.bool_)


def _percentiles(grey: npt.NDArray[np.uint8], wanted: tuple[int, ...]) -> tuple[float, ...]:
    if not grey.size:
        return tuple(0.0 for _ in wanted)
    summed = np.cumsum(np.bincount(grey.ravel(), minlength=256))
    return tuple(float(np.searchsorted(summed, summed[-1] * share / 100)) for share in wanted)


def _cast(colour: Image) -> tuple[float, float] | None:
    """The middle colour of what is neither dark nor burnt out."""
    pixels = colour.reshape(-1, 3)
    burnt = pixels.max(axis=1) >= 245
    lit = pixels[~burnt & (pixels.min(axis=1) > 8) & (pixels[:, 1] > 24)]
    if len(lit) < _TELLING_PIXELS or float(burnt.mean()) > _BURNT_MOST:
        return None
    logs = np.log(lit.astype(np.float32))
    blue, red = np.median(logs[:, 0] - logs[:, 1]), np.median(logs[:, 2] - logs[:, 1])
    return float(red - blue) / 2, float(red + blue) / 2


def _sharpness(grey: Image, small: Image) -> float | None:
    """At the places of greatest contrast: the steepest two pixels, as a share of that contrast."""
    around = np.ones((5, 5), np.uint8)
    contrast = np.asarray(cv2.subtract(cv2.dilate(small, around), cv2.erode(small, around)), np.uint8)
    steep = cv2.max(
        cv2.absdiff(grey[1:-1, 2:], grey[1:-1, :-2]),
        cv2.absdiff(grey[2:, 1:-1], grey[:-2, 1:-1]),
    )
    cell = max(3, round(grey.shape[1] / SMALL[0]))
    spread = cv2.dilate(steep, np.ones((cell, cell), np.uint8))
    steepest = np.asarray(cv2.dilate(cv2.resize(spread, SMALL, interpolation=cv2.INTER_NEAREST), around), np.uint8)
    noise = _percentiles(steepest, (20,))[0]
    least = max(_percentiles(contrast, (100 - _EDGE_SHARE,))[0], _EDGE_LEAST, 2.0 * noise)
    places = contrast >= least
    if np.count_nonzero(places) < _TELLING_PIXELS // 2:
        return None
    steepness = float(np.median(steepest[places] / contrast[places]))
    return max(0.0, steepness - _EVENLY_PX / float(grey.shape[1]))


def _edges(small: Image) -> tuple[Floats, Floats]:
    half = cv2.GaussianBlur(cv2.resize(small, (MAP[0] * 2, MAP[1] * 2), interpolation=cv2.INTER_AREA), (3, 3), 0)
    across = cv2.Sobel(half, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(half, cv2.CV_32F, 0, 1)
    power = across * across + down * down
    turned = np.dstack((across * across - down * down, 2 * across * down))
    power = cv2.resize(power, MAP, interpolation=cv2.INTER_AREA)
    turned = cv2.resize(turned, MAP, interpolation=cv2.INTER_AREA)
    usual = float(np.median(power)) * 2.0 + 60.0
    clear = power / (power + usual)
    edges = turned / (power + usual)[..., None]
    detail = cv2.resize(clear, TILES, interpolation=cv2.INTER_AREA)
    return edges.astype(np.float32), detail.astype(np.float32)


def _blocks(grey: Image) -> float:
    """Borders between blocks that show on the codec's grid, less those half a block beside it, by share."""
    height, width = (side - side % 16 for side in grey.shape[:2])
    if min(height, width) < 32:
        return 0.0
    whole = grey[:height, :width]
    across, down = _steps(whole), _steps(np.asarray(cv2.transpose(whole), np.uint8))
    small = (_on_the_grid(across, 8) + _on_the_grid(down, 8)) / 2
    large = (_on_the_grid(across[0::2] + across[1::2], 16) + _on_the_grid(down[0::2] + down[1::2], 16)) / 2
    return max(0.0, small, large)


def _steps(grey: Image) -> npt.NDArray[np.int16]:
    """The steps from each column to the next, summed over the eight rows of each row of blocks."""
    steps = cv2.absdiff(grey[:, 1:], grey[:, :-1]).reshape(len(grey) // 8, 8, -1)
    return np.asarray(steps.sum(axis=1, dtype=np.int16))


def _on_the_grid(steps: npt.NDArray[np.int16], size: int) -> float:
    """`steps` is one row per row of blocks of this size: the summed step from each column to the next."""
    beside = np.maximum(steps[:, :-2], steps[:, 2:])
    stands_out = steps[:, 1:-1] > 3 * beside + size * _BLOCK_STEP
    # column c of `stands_out` is the step between pixels c+1 and c+2: on the grid where (c + 2) % size == 0
    shares = [float(stands_out[:, (offset - 2) % size :: size].mean()) for offset in (0, size // 2)]
    return shares[0] - shares[1]
