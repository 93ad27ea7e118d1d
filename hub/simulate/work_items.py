"""Types of mediation cases and petitions and how many a county gets a day (`domain.md` §6)."""

DISPUTES: tuple[tuple[str, str], ...] = (
    ("1", "邻里纠纷"), ("0", "婚姻家庭纠纷"), ("2", "房屋宅基地纠纷"), ("9", "劳动争议"), ("12", "物业纠纷"),
    ("6", "山林土地纠纷"), ("5", "损害赔偿纠纷"), ("11", "道路交通事故纠纷"), ("8", "环境污染纠纷"),
)  # fmt: skip
"""class code and name of mediation cases"""

PETITIONS: tuple[tuple[str, str], ...] = (
    ("31", "申诉求决类"), ("31", "申诉求决类"), ("29", "建议意见类"),
)  # fmt: skip
"""class code and name; 检举控告 is sent rarely and on purpose, to be refused"""

INFORMANT_PETITION = ("30", "检举控告类")

DISPUTES_PER_DAY, PETITIONS_PER_DAY = 9.0, 4.0
