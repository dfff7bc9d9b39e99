"""What is wrong in a policy or in its worked examples is told in Chinese, whatever it is."""

import ast
import inspect

import pytest
from django.utils import translation
from django.utils.translation import gettext

from lms.credit.core import credit_scenarios, examples, policy, policy_table, policy_toml
from lms.credit.core.examples import read_examples, try_examples
from lms.credit.core.fields import Malformed
from lms.credit.core.policy import PolicyShelf
from lms.credit.wording import malformed_in_words

TELLING = {"refuse", "_refuse", "PolicyError", "Malformed"}


def sentences(module):
    """Every sentence that the module refuses something with."""
    for call in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
        texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
        if name in TELLING:
            yield from (one for one in texts if isinstance(one, str) and " " in one)


@pytest.mark.parametrize("module", [policy, policy_table, policy_toml, examples, credit_scenarios])
def test_every_sentence_has_its_chinese(module):
    said = {*sentences(module), *(meaning for _, meaning in getattr(module, "MEANINGS", ()))}
    assert said
    with translation.override("zh-hans"):
        assert [one for one in said if gettext(one) == one] == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[{", "$：不是正确的 JSON：这里应当是双引号里的名（第 1 行第 3 个字）"),
        ("{}", "$：应当是列表 […]，不是对象 {…}"),
        ('[{"title": "a", "title": "b"}]', "$.title：这一项写了两次"),
        ('[{"title": "a", "scenario": {"x": 0.5}, "expect": {}}]', "学时要加引号"),
        ("[" * 100_000, "$：套得太深"),
        ('[{"title": "\\ud800", "scenario": {}, "expect": {}}]', "$[0].title：不是文字"),
        ('[{"title": "a", "scenario": {}, "expect": {"\\ud800": 1}}]', "$[0].expect：不是文字"),
        ('[{"title": "\\u0000", "scenario": {}, "expect": {}}]', "$[0].title：不是文字"),
        ('[{"title": "a", "expect": {}}]', "$[0].scenario：没有写"),
        ('["\\d"]', "$：不是正确的 JSON：反斜杠要写两个（第 1 行第 3 个字）"),
    ],
    ids=lambda value: value[:24],
)
def test_examples_that_cannot_be_read(written, told):
    with pytest.raises(Malformed) as raised, translation.override("zh-hans"):
        read_examples(written)
    with translation.override("zh-hans"):
        assert told in malformed_in_words(raised.value)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("as_of", "2026-02-30", '$.as_of：日历上没有 "2026-02-30" 这一天'),
        ("as_of", None, "$.as_of：应当是字符串，不是null"),
        ("trainings", [{}], "$.trainings[0].id：没有写"),
        ("person", {"joined_on": "2026-01-01", "roles": []}, "$.person.joined_on：晚于 as_of"),
        ("policy", "other", '$.policy：没有 "other" 这项办法'),
        ("bogus", 1, "$.bogus：没有这一项"),
    ],
)
def test_examples_that_cannot_be_evaluated(field, value, told):
    scenario = {
        "policy": "wenzhou-2012",
        "as_of": "2020-01-01",
        "person": {"joined_on": "2005-09-01", "roles": []},
        "trainings": [],
    } | {field: value}
    rules = PolicyShelf().get("wenzhou-2012")
    (tried,) = try_examples(rules, [{"title": "a", "scenario": scenario, "expect": {}}])
    with translation.override("zh-hans"):
        assert told in malformed_in_words(tried.problem)
