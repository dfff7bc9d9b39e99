import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.credit.core.policy import SHIPPED
from lms.testing.factories import RoleSpellFactory
from lms.testing.policies import assigned, published

pytestmark = pytest.mark.django_db


def page(client, name, **kwargs):
    answer = client.get(reverse(name, kwargs=kwargs))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_names_what_is_published_and_marks_ones_own(client):
    teacher = RoleSpellFactory().person
    assigned("wenzhou-2012", teacher.role_spells.get().organisation)
    client.force_login(teacher)
    text = page(client, "policies")
    assert text.count("平台自带") == 5
    assert text.count("您适用") == 1


@pytest.mark.parametrize("slug", [file.stem for file in sorted(SHIPPED.glob("*.toml"))])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_shipped_policy_is_said_in_words(client, slug, language):
    client.cookies["django_language"] = language
    answer = client.get(reverse("policy", args=[slug]))
    text = answer.content.decode()
    for one in answer.context["words"].requirements:
        assert all((one.who, one.when, one.what, one.amount))
        assert one.title in text
    chinese = language == "zh-hans"
    assert ("1 学时 = 45 分钟" in text) is chinese
    assert ("1 hour = 45 minutes" in text) is not chinese


def test_a_requirement_in_words(client):
    text = page(client, "policy", slug="luoyang-2011")
    words = client.get(reverse("policy", args=["luoyang-2011"])).context["words"]
    class_teacher = next(one for one in words.requirements if one.id == "class-teacher")
    assert (class_teacher.who, class_teacher.when, class_teacher.what, class_teacher.amount) == (
        "班主任",
        "本周期内自担任班主任起",
        "班主任",
        "每年度不少于 24 学时",
    )
    assert "所有班主任平均每年须接受不少于24学时的专题培训。" in text


def test_a_newer_version_is_pointed_at_and_an_old_one_stays_readable(client):
    published("city")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    published("city", required="60", in_force_from=tomorrow)
    assert "有更新的一版" in page(client, "policy", slug="city")
    assert "还没有开始施行" in page(client, "policy-version", slug="city", number=2)


@pytest.mark.parametrize("address", ["/policies/none/", "/policies/wenzhou-2012/9/"])
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_queries_of_a_policys_page(client, django_assert_num_queries):
    published("city")
    for number in (1, 3):
        while published("city").number < number:
            pass
        with django_assert_num_queries(2):
            page(client, "policy", slug="city")
