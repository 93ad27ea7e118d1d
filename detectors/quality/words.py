"""What each defect means to the person who must mend it, in Chinese and English, with the figure it was judged by."""

from contracts.cameras import Defect

DEFECT_ZH: dict[Defect, str] = {
    Defect.BLACK: "黑屏",
    Defect.FROZEN: "画面冻结",
    Defect.NO_STREAM: "无码流",
    Defect.TOO_DARK: "亮度过暗",
    Defect.TOO_BRIGHT: "亮度过亮",
    Defect.BLURRED: "画面模糊",
    Defect.COLOUR_CAST: "偏色",
    Defect.MOSAIC: "马赛克（花屏）",
    Defect.OCCLUDED: "镜头遮挡",
    Defect.MOVED: "镜头移位",
}
"""the names of 视频质量诊断"""

_SAY: dict[Defect, tuple[str, str]] = {
    Defect.BLACK: (
        "黑屏：平均亮度 {0:.0f}/255，请检查镜头盖、供电与红外灯。",
        "Black: mean brightness {0:.0f} of 255; check the lens cap, the power and the infrared lamp.",
    ),
    Defect.FROZEN: (
        "画面冻结：{0:.0f} 秒没有任何变化，码流仍在传输，请重启摄像机。",
        "Frozen: nothing changed for {0:.0f} s while the stream goes on; restart the camera.",
    ),
    Defect.NO_STREAM: ("无码流：没有收到画面。", "No stream: no picture comes."),
    Defect.TOO_DARK: (
        "亮度过暗：平均亮度 {0:.0f}/255，远低于本时段常态，请检查补光灯与曝光设置。",
        "Too dark: mean brightness {0:.0f} of 255, far below usual at this hour; check the lamp and the exposure.",
    ),
    Defect.TOO_BRIGHT: (
        "亮度过亮：平均亮度 {0:.0f}/255，画面发白，请检查曝光、宽动态与强光直射。",
        "Too bright: mean brightness {0:.0f} of 255, washed out; check exposure, WDR and glare.",
    ),
    Defect.BLURRED: (
        "画面模糊：清晰度只有常态的 {1:.0f}%，请清洁镜头、重新聚焦。",
        "Blurred: {1:.0f} % of its usual sharpness; clean the lens or focus it anew.",
    ),
    Defect.COLOUR_CAST: (
        "偏色：整体颜色偏离常态 {0:.1f} 倍于正常范围，请检查白平衡与红外滤光片。",
        "Colour cast: {0:.1f} times as far from its usual colour as light explains; check white balance and IR filter.",
    ),
    Defect.MOSAIC: (
        "马赛克（花屏）：{1:.0f}% 的画面受损，请检查网络丢包与编码器。",
        "Mosaic: {1:.0f} % of the picture is damaged; check the network for lost packets, and the encoder.",
    ),
    Defect.OCCLUDED: (
        "镜头遮挡：约 {1:.0f}% 的画面被挡住，请到现场查看。",
        "Occluded: about {1:.0f} % of the view is covered; have a look on the spot.",
    ),
    Defect.MOVED: (
        "镜头移位：画面与平时不符{2}，请到现场复位；若是有意调整，请更新摄像机的朝向，系统将重新学习。",
        "Moved: the view is not the usual one{3}; set it back, or, if it was meant, correct the camera's bearing in "
        "its entry, and it is learned anew.",
    ),
}


def say(defect: Defect, value: float) -> tuple[str, str]:
    """One sentence (zh, en); `value` as `judging` measured it."""
    moved = (f"，偏移约 {value:.0%}", f", shifted by about {value:.0%}") if value > 0 else ("", "")
    zh, en = (text.format(value, 100 * value, *moved) for text in _SAY[defect])
    return zh, en
