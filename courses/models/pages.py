"""Courses as trainers write them and moderators review them: pages in Wagtail's tree, one node a provider."""

import uuid
from contextlib import nullcontext
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import RichTextField
from wagtail.log_actions import LogContext
from wagtail.models import Page, PagePermissionTester
from wagtail.search import index

from courses import rules
from courses.enums import Audience, HourLength
from courses.fields import ChoicesField, HundredthsField
from lms.api.activities import ActivityStreamField
from lms.api.credit import Form, Hours, Level, Purpose, Theme


class NobodyPublishesHere(PagePermissionTester):
    """Courses under this page come to the public by review only, never at once when they are created."""

    def can_publish_subpage(self) -> bool:
        """No: whoever creates a page is its owner."""
        return False


class CataloguePage(Page):
    """The root of all courses; one, made at installation."""

    max_count = 1
    is_creatable = False
    parent_page_types: ClassVar[list[str]] = []
    subpage_types: ClassVar[list[str]] = ["courses.ProviderPage"]

    class Meta:
        verbose_name = _("catalogue")
        verbose_name_plural = _("catalogues")

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The catalogue's address."""
        return _with_path(super().get_url_parts(request), reverse("courses:catalogue"))

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Leads to the catalogue, whose address does not hang on the tree."""
        return redirect("courses:catalogue")


class ProviderPage(Page):
    """The node above one provider's courses; its trainers and moderators have their rights here and nowhere else."""

    provider = models.OneToOneField(
        "people.Provider",
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        related_name="course_pages",
        editable=False,
    )
    is_creatable = False
    parent_page_types: ClassVar[list[str]] = ["courses.CataloguePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    exclude_fields_in_copy: ClassVar[list[str]] = ["provider"]

    class Meta:
        verbose_name = _("provider's courses")
        verbose_name_plural = _("providers' courses")

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """As Wagtail's, but nothing is published here without review."""
        return NobodyPublishesHere(user, self)

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The catalogue's address, narrowed to this provider."""
        address = f"{reverse('courses:catalogue')}?provider={self.slug}"
        return _with_path(super().get_url_parts(request), address)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Leads to the provider's part of the catalogue."""
        return redirect(f"{reverse('courses:catalogue')}?provider={self.slug}")


class CoursePage(Page):
    """A course in the making. What is live here is shown in the catalogue; learners take a CourseVersion of it."""

    key: "models.UUIDField[Any, uuid.UUID]" = models.UUIDField(
        _("key"), default=uuid.uuid4, unique=True, editable=False
    )
    provider = models.ForeignKey(
        "people.Provider",
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        related_name="courses",
        editable=False,
    )
    summary = models.CharField(
        _("summary"),
        max_length=200,
        help_text=_(
            "One or two sentences on the card in the catalogue: what one can do afterwards."
        ),
    )
    description = RichTextField(
        _("description"), blank=True, features=["h3", "bold", "ol", "ul", "link", "hr"]
    )
    form = models.CharField(_("form"), max_length=20, choices=Form.choices, default=Form.REMOTE)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default=Level.COUNTY)
    themes = ChoicesField(
        models.CharField(max_length=20, choices=Theme.choices),
        verbose_name=_("themes"),
        default=list,
        blank=True,
        help_text=_("What the course is about. Policies ask for hours by theme."),
    )
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Purpose.choices, default=Purpose.IN_SERVICE
    )
    hundredths = HundredthsField(
        _("credit hours"),
        default=100,
        help_text=_("What completing every module is worth, such as 1.5; at most two decimals."),
    )
    minutes_per_hour = models.PositiveSmallIntegerField(
        _("length of an hour"), choices=HourLength.choices, default=HourLength.MINUTES_45
    )
    offscreen_minutes = models.PositiveIntegerField(
        _("off-screen study (minutes)"),
        default=0,
        validators=[MaxValueValidator(60_000)],
        help_text=_(
            "Time that the course asks for beside its videos and quizzes: practice, reading, homework. Stated on the "
            "course's page and looked at in review; together with the content it carries the hours."
        ),
    )
    audience = ChoicesField(
        models.CharField(max_length=20, choices=Audience.choices),
        verbose_name=_("audience"),
        default=list,
    )
    is_required = models.BooleanField(
        _("required"),
        default=False,
        choices=[(True, _("Required")), (False, _("Elective"))],
    )
    modules = ActivityStreamField(
        verbose_name=_("modules"),
        blank=False,
        help_text=_("Learners take them in this order; all of them together earn the hours."),
    )

    parent_page_types: ClassVar[list[str]] = ["courses.ProviderPage"]
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy: ClassVar[list[str]] = ["key", "provider"]
    show_in_menus = False

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("modules"),
        FieldPanel("description"),
    ]
    hours_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("hundredths"), FieldPanel("minutes_per_hour")]),
                FieldPanel("offscreen_minutes"),
                FieldRowPanel([FieldPanel("form"), FieldPanel("level")]),
                FieldRowPanel([FieldPanel("purpose"), FieldPanel("themes")]),
            ],
            heading=_("What is booked"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("audience"), FieldPanel("is_required")])],
            heading=pgettext_lazy("course", "For whom"),
        ),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(hours_panels, heading=_("Hours and audience")),
            ObjectList([FieldPanel("slug"), *Page.settings_panels], heading=_("Settings")),
        ]
    )
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("description"),
        index.SearchField("module_titles"),
        index.SearchField("words"),
        index.AutocompleteField("summary"),
        index.FilterField("key"),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def hours(self) -> Hours:
        """What completing it is worth."""
        return Hours(self.hundredths)

    @property
    def training_key(self) -> str:
        """Under which hours are booked for it."""
        return f"courses.course:{self.key}"

    def module_titles(self) -> list[str]:
        """Titles of its modules, for search."""
        raw = [module for module in self.modules.raw_data if isinstance(module["value"], dict)]
        return [str(module["value"].get("title", "")) for module in raw]

    def theme_labels(self) -> list[str]:
        """What it is about, in words."""
        return [str(Theme(theme).label) for theme in self.themes if theme in Theme.values]

    def audience_labels(self) -> list[str]:
        """Whom it is for, in words."""
        return [str(Audience(one).label) for one in self.audience if one in Audience.values]

    def words(self) -> list[str]:
        """Its provider and its themes in Chinese, for search, whatever language the editor's page is in."""
        with translation.override("zh-hans"):
            return [self.provider.name, *self.theme_labels()]

    def makers(self) -> frozenset[int]:
        """Who made what would be published next: the owner and whoever wrote since it was last published."""
        revisions = self.revisions.exclude(user=None)
        if published := self.versions.aggregate(newest=models.Max("revision"))["newest"]:
            revisions = revisions.filter(pk__gt=published)
        wrote = set(revisions.values_list("user_id", flat=True))
        return frozenset(wrote | ({self.owner_id} if self.owner_id else set()))

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """As Wagtail's, with the rules of courses on top."""
        return CoursePermissionTester(user, self)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """A course belongs to the provider under whose page it stands.

        Saved with its version or not at all: what listens to post_save (domain.publish) is in the transaction.
        """
        if not self.provider_id:
            self.provider = self.get_parent().specific.provider
        return super().save(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """A revision that was published is never overwritten, as the editor does while saving by itself."""
        over = kwargs.get("overwrite_revision")
        if over and self.versions.filter(revision=over.pk).exists():
            kwargs["overwrite_revision"] = None
        return super().save_revision(*args, **kwargs)

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """As Wagtail's, in the name of `user` also where no request is on."""
        with LogContext(user=user) if user else nullcontext():
            return super().publish(revision, user=user, **kwargs)

    def with_content_json(self, content: Any) -> Any:
        """A revision's content in this course: its key and provider never come from a revision."""
        restored = super().with_content_json(content)
        restored.key, restored.provider_id = self.key, self.provider_id
        return restored

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The course's address, which outlives its title and place."""
        return _with_path(
            super().get_url_parts(request), reverse("courses:course", args=[self.key])
        )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Leads to the course's page."""
        return redirect("courses:course", self.key)


class CoursePermissionTester(PagePermissionTester):
    """Wagtail's standing groups, narrowed by the dated duties of today."""

    def can_publish(self) -> bool:
        """Moderators of the provider, never of their own course; superusers are no exception."""
        return self.page.pk is not None and rules.may_publish_course(self.user, self.page)

    def can_unpublish(self) -> bool:
        """Moderators of the provider."""
        return self.page.live and rules.may_moderate_course(self.user, self.page)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Not once it was published: hours were earned by it."""
        return super().can_delete(ignore_bulk) and not self.page.versions.exists()

    def can_move(self) -> bool:
        """A course stays with its provider."""
        return False


def _with_path(parts: Any, path: str) -> Any:
    # Wagtail's site record knows no port and no proxy; the setting is what people really use.
    return (parts[0], settings.SITE_URL, path) if parts else parts
