"""The way back from Wagtail's admin to the platform's own pages, and what the admin's looks lack."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")
def to_the_platform() -> MenuItem:
    """Home, as the first entry of the menu."""
    return MenuItem(_("Back to the platform"), reverse("home"), icon_name="home", order=1)


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    """A small style sheet beside Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("lms/admin.css"))
