"""What each camera fault means to the person who must mend it, in Chinese and English."""

from contracts.errors import CameraFault

FAULT_WORDS: dict[CameraFault, tuple[str, str]] = {
    CameraFault.REFUSED: (
        "主机有响应，但 RTSP 端口拒绝连接：请检查端口号，以及摄像机的 RTSP 服务是否开启、会话是否已满。",
        "The host answers but refuses the RTSP port: check the port, that RTSP is on, and that sessions are free.",
    ),
    CameraFault.UNREACHABLE: (
        "找不到主机或无路由：请检查 IP 地址、域名、网线与交换机。",
        "No such host or no route to it: check the address, the cable and the switch.",
    ),
    CameraFault.TIMEOUT: (
        "连接后没有数据：摄像机可能死机、网络拥塞，或防火墙丢弃了数据包。",
        "Nothing comes: the camera hangs, the network is congested, or a firewall drops the packets.",
    ),
    CameraFault.UNAUTHORIZED: (
        "用户名或密码错误：请核对地址中 ${NAME} 所指的环境变量。",
        "Wrong user or password: check the variable that ${NAME} in the address stands for.",
    ),
    CameraFault.NOT_FOUND: (
        "登录成功，但没有这个码流路径：请核对通道号与主、子码流路径。",
        "No such stream on the camera: check the channel number and the path of the main or sub-stream.",
    ),
    CameraFault.NO_VIDEO: (
        "会话中没有视频流：请检查摄像机的码流设置。",
        "The session has no video: check the stream settings of the camera.",
    ),
    CameraFault.NOT_RTSP: (
        "对方不是 RTSP 服务：请检查端口，或证书是否有效（rtsps）。",
        "What answers does not speak RTSP: check the port, or the certificate (rtsps).",
    ),
    CameraFault.CODEC: (
        "码流无法解码，或编码格式中途改变：请使用 H.264 或 H.265。",
        "The stream cannot be decoded or its codec changed: set the camera to H.264 or H.265.",
    ),
    CameraFault.ENDED: (
        "摄像机关闭了码流：可能在重启或网络中断，正在重连。",
        "The camera closed the stream: it restarts or the network broke; connecting again.",
    ),
    CameraFault.NO_KEYFRAME: (
        "有数据但没有关键帧：请把关键帧间隔设为 1-2 秒，并关闭智能编码。",
        "Packets come but no keyframe: set the keyframe interval to 1-2 s and turn the smart codec off.",
    ),
    CameraFault.CREDENTIAL_MISSING: (
        "地址中的 ${NAME} 没有设置：请设置该环境变量后重启。",
        "The variable that ${NAME} in the address stands for is not set: set it and restart.",
    ),
}


def words_of(fault: CameraFault, detail: str = "") -> tuple[str, str]:
    """One plain sentence (zh, en) for a fault; `detail` is our own words, never FFmpeg's, which hold the URL."""
    zh, en = FAULT_WORDS[fault]
    return (f"{zh}（{detail}）", f"{en} ({detail})") if detail else (zh, en)
