"""The words that facts and policies are written in (domain words, not sentences)."""

from typing import Final

FORMS: Final = ("school", "concentrated", "remote", "outreach", "practice", "degree", "self")
"""培训形式: 校本研修, 集中培训, 远程培训, 送培送教, 实践培训, 学历提高, 自主研修."""

LEVELS: Final = ("national", "province", "city", "county", "school")
"""级别: 国培, 省, 市, 县, 校."""

THEMES: Final = (
    "ethics",
    "class_management",
    "school_management",
    "subject",
    "technology",
    "safety",
    "psychology",
    "cadre_summer",
)
"""内容: 师德, 班主任, 学校管理, 学科, 信息技术, 安全, 心理, 暑期干部集训."""

PURPOSES: Final = ("in_service", "induction", "qualification")
"""类别: 在职提高, 新教师, 任职资格."""

ROLES: Final = (
    "teacher",
    "class_teacher",
    "backbone",
    "principal",
    "vice_principal",
    "cadre",
    "principal_candidate",
    "trainer",
)
"""身份: 教师, 班主任, 骨干, 校长, 副校长及中层, 教干, 后备干部, 培训者."""

STAGES: Final = ("before", "during", "after")
"""考核阶段: 训前, 训中, 训后."""

OUTCOMES: Final = ("pass", "fail", "missing")
"""What an assessment may have come to; only `pass` lets hours count."""
