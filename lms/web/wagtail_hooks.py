"""The way back: from Wagtail's admin to the platform's own pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")
def to_the_platform() -> MenuItem:
    """Home, as the first entry of the menu."""
    return MenuItem(_("Back to the platform"), reverse("home"), icon_name="home", order=1)
