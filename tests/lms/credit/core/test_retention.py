"""Rules of retention are data: read, refused with a sentence, and counted in months."""

import datetime

import pytest

from lms.credit.core.retention import SHIPPED, Rule, read_rules

GOOD = '[[rule]]\nid="a"\nerases="devices"\nsince="recorded"\nmonths=6\nreason="b"\n'


def test_shipped_rules_are_read() -> None:
    rules = read_rules(SHIPPED.read_text())
    assert [(one.id, one.months) for one in rules] == [
        ("devices-registered", 12),
        ("devices-old", 36),
        ("proofs", 36),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("devices", "x"),
        ("recorded", "decided"),
        ("6", "0"),
        ("6", '"6"'),
        ('reason="b"', 'reason=" "'),
        ('id="a"', ""),
        ('id="a"', 'id="a"\nx=1'),
    ],
)
def test_nonsense_says_which_rule(old: str, new: str) -> None:
    with pytest.raises(ValueError, match="rule 1"):
        read_rules(GOOD.replace(old, new))


def test_same_id_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="rule 2"):
        read_rules(GOOD + GOOD)


def test_months_are_the_calendars() -> None:
    rule = Rule("a", "devices", "recorded", 6, "b")
    at = datetime.datetime(2026, 8, 31, 12, tzinfo=datetime.UTC)
    assert rule.before(at) == datetime.datetime(2026, 2, 28, 12, tzinfo=datetime.UTC)
