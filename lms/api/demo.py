"""The demo's plan and visitor, for a plugin's part of it."""

from lms.demo.plan import Clip, Course, Lesson, Plan, Question, load_plan, stable_id
from lms.demo.visitor import Refused, Visitor

__all__ = [
    "Clip",
    "Course",
    "Lesson",
    "Plan",
    "Question",
    "Refused",
    "Visitor",
    "load_plan",
    "stable_id",
]
