"""Our side of `hub bench live`: a console and the live desk of a vision worker, without detection.

`python -m hub.bench.live_ours FOLDER CAMERA_URL PORT` prints a sign-in link and an API token once it serves, and
connects to the camera at the first line on its stdin: what it costs before is the console alone.
"""

import asyncio
import secrets
import sys
from pathlib import Path

from command_center.passwords import hash_token
from command_center.server import bind
from command_center.store.database import Database
from command_center.store.people import People, User
from command_center.worker import run_console
from contracts.bus import Record
from contracts.cameras import Bureau, Camera, CameraHealth, CameraStatus, Legal
from contracts.geo import GeoPoint
from contracts.topics import CAMERA_STATUS
from contracts.wire import encode
from hub import clock, registry
from hub.database import opened, upgrade
from hub.embedded.postgres import EmbeddedPostgres
from hub.live.desk import LiveDesk
from hub.live.server import serving
from hub.live.signature import secret_of
from hub.live.sources import connected
from hub.loopback import LoopbackBus
from hub.people import LINK_LIFE, sign_in_link
from hub.processes.console import open_ports
from hub.settings import ConsoleSettings, Settings
from ingest.decoder import decode_camera

LOGIN, LINKS = "bench", 8
STATUS_EVERY_S = 5.0


async def main(folder: Path, url: str, port: int) -> None:
    """Until stdin ends."""
    settings = Settings(data_dir=folder, console=ConsoleSettings(port=port))
    camera = Camera(
        camera_id="bench-1", name="编号画面", bureau=Bureau.URBAN_MANAGEMENT, url=url, district="bench",
        place=GeoPoint(lat=34.33, lon=118.0), legal=Legal(purpose="测量", sign_installed=True, filing_no="-"),
    )  # fmt: skip
    server = EmbeddedPostgres(folder)
    try:
        async with opened(await server.start()) as engine:
            await upgrade(engine)
            await registry.apply(engine, [camera], clock.now())
            people, bus = People(Database(engine)), LoopbackBus()
            await people.add(User(LOGIN, "测量员", "bench", "dispatcher"), clock.now())
            token = secrets.token_urlsafe(24)
            await people.add_token(hash_token(token), LOGIN, clock.now())
            address = f"http://127.0.0.1:{port}"
            links = [await sign_in_link(people, LOGIN, address, clock.now(), LINK_LIFE) for _ in range(LINKS)]
            ports, desk = open_ports(settings, engine), LiveDesk(clock.now)
            async with (
                desk.open(),
                serving(desk, host="127.0.0.1", port=0, secret=secret_of(settings), clock=clock.now) as live_at,
                asyncio.TaskGroup() as tasks,
            ):
                running = [
                    tasks.create_task(
                        run_console(ports, Database(engine), bus, bind("127.0.0.1", port)), name="console"
                    ),
                    tasks.create_task(_tell(bus, camera, live_at), name="status"),
                ]
                sys.stdout.write(" ".join([token, *links]) + "\n")
                sys.stdout.flush()
                lines = await _stdin()
                await lines.readline()
                async with connected(camera, sub=False, clock=clock.now, decode=decode_camera) as ring:
                    desk.add(camera, ring)
                    await lines.readline()
                for task in running:
                    task.cancel()
            ports.passwords.close()
    finally:
        await server.stop()


async def _tell(bus: LoopbackBus, camera: Camera, live_at: str) -> None:
    began = clock.now()
    while True:
        now = clock.now()
        status = CameraStatus(
            camera_id=camera.camera_id, health=CameraHealth.ONLINE, at=now, since=began, last_frame_at=now,
            codec="h264", width=1920, height=1080, live_at=live_at,
        )  # fmt: skip
        value = encode(status, event_id=now.isoformat(), source="/bench", event_type=CAMERA_STATUS.event_type, time=now)
        await bus.publish([Record(CAMERA_STATUS, camera.camera_id, value)])
        await asyncio.sleep(STATUS_EVERY_S)


async def _stdin() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
