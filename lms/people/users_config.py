"""Wagtail's users app with our form for persons."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """In INSTALLED_APPS instead of wagtail.users."""

    user_viewset = "lms.people.users.PersonViewSet"
