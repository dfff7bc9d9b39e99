"""The cores know no Django, so the words stand twice: here they are held together."""

from lms.credit.core import words
from lms.people.enums import PolicyRole


def test_roles_of_policies_are_the_roles_people_have():
    assert tuple(PolicyRole.values) == words.ROLES
