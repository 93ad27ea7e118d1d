"""The demo town «演示县 (990199)»: invented map, cameras' surroundings and settings; no such place exists."""
