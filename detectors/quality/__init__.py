"""Picture quality (视频质量诊断): is what the camera sends a usable picture of what it should show?"""
