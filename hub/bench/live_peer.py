"""The peer of `hub bench live`: aiortc passes the camera's packets on as WebRTC; runs in an environment of its own.

Nothing of the hub is imported here.
"""

import sys

from aiohttp import web
from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer, MediaRelay

PAGE = """<!doctype html><body><video muted autoplay playsinline></video><script>
(async () => {
  const pc = new RTCPeerConnection();
  pc.addTransceiver('video', { direction: 'recvonly' });
  pc.ontrack = ({ track }) => { document.querySelector('video').srcObject = new MediaStream([track]); };
  window.__asked = performance.timeOrigin + performance.now();
  await pc.setLocalDescription(await pc.createOffer());
  await new Promise((done) => {
    if (pc.iceGatheringState === 'complete') done();
    pc.onicegatheringstatechange = () => { if (pc.iceGatheringState === 'complete') done(); };
  });
  const answer = await fetch('/offer', { method: 'POST', body: JSON.stringify(pc.localDescription) });
  await pc.setRemoteDescription(await answer.json());
})();
</script>"""


def main() -> None:
    """`python live_peer.py CAMERA_URL PORT`."""
    url, port = sys.argv[1], int(sys.argv[2])
    open_now: set[RTCPeerConnection] = set()
    state: dict[str, MediaPlayer] = {}
    relay = MediaRelay()
    options = {
        "rtsp_transport": "tcp", "fflags": "nobuffer", "analyzeduration": "100000", "probesize": "200000",
        "fpsprobesize": "0",
    }  # fmt: skip

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def offer(request: web.Request) -> web.Response:
        said = await request.json()
        if "player" not in state:
            state["player"] = MediaPlayer(url, format="rtsp", options=options, decode=False)
        pc = RTCPeerConnection()
        open_now.add(pc)
        sender = pc.addTrack(relay.subscribe(state["player"].video))
        transceiver = next(one for one in pc.getTransceivers() if one.sender == sender)
        codecs = RTCRtpSender.getCapabilities("video").codecs
        transceiver.setCodecPreferences([one for one in codecs if one.mimeType == "video/H264"])
        await pc.setRemoteDescription(RTCSessionDescription(said["sdp"], said["type"]))
        await pc.setLocalDescription(await pc.createAnswer())
        return web.json_response({"sdp": pc.localDescription.sdp, "type": pc.localDescription.type})

    app = web.Application()
    app.add_routes([web.get("/", page), web.post("/offer", offer)])
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main()
