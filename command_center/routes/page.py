"""The console's page and its files, as `make console` built them; every other path is the page too."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse, Response
from starlette.convertors import Convertor, register_url_convertor

from command_center.access import GivenPorts
from command_center.problems import Problem

router = APIRouter(include_in_schema=False)


class _PagePath(Convertor[str]):
    """Any path but those of the API: an unknown one of those is not found, whatever its method."""

    regex = "(?!api/|ws/|sign-in/).*"

    def convert(self, value: str) -> str:
        """As it is."""
        return value

    def to_string(self, value: str) -> str:
        """As it is."""
        return value


register_url_convertor("page", _PagePath())


@router.get("/{path:page}")
async def page(path: str, ports: GivenPorts) -> Response:
    """A built file when there is one of that name, else the page, which reads the path itself."""
    root = ports.config.static_dir
    index = root / "index.html"
    if not index.is_file():
        return PlainTextResponse("The console is not built. Did you run `make console`?\n", 503)
    file = _inside(root, path)
    if file is None and "." in path.rsplit("/", 1)[-1]:
        raise Problem(404, "There is no such file.")
    # Built files carry a hash in their name; the page that names them must be asked for each time.
    caching = "public, max-age=31536000, immutable" if file and path.startswith("assets/") else "no-cache"
    return FileResponse(file or index, headers={"Cache-Control": caching})


def _inside(root: Path, path: str) -> Path | None:
    file = (root / path).resolve()
    return file if path and file.is_file() and file.is_relative_to(root.resolve()) else None
