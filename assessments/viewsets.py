"""Papers in Wagtail's admin: list, editor, chooser; everybody sees their own providers' only."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import policy_registry

from assessments.forms import PaperForm, QuestionForm
from assessments.models import Paper
from lms.api.choosers import OwnChooserViewSet


def own_papers(user: Any, *actions: str) -> QuerySet[Paper]:
    """Papers with which somebody may do one of the actions."""
    return policy_registry.get_by_type(Paper).instances_user_has_any_permission_for(
        user, list(actions)
    )


class _OwnObject:
    """A view of one paper: that of another provider is refused."""

    action = "change"

    def get_object(self, *args: Any, **kwargs: Any) -> Paper:
        paper = super().get_object(*args, **kwargs)  # type: ignore[misc] # a mixin of Wagtail's views
        policy = policy_registry.get_by_type(Paper)
        if not policy.user_has_permission_for_instance(self.request.user, self.action, paper):  # type: ignore[attr-defined] # as above
            raise PermissionDenied
        return paper


class PaperIndexView(generic.IndexView):
    """One's own providers' papers."""

    def get_base_queryset(self) -> QuerySet[Paper]:
        """With what the columns need, in one query."""
        papers = own_papers(self.request.user, "change", "view")
        return papers.select_related("provider").annotate(count=Count("questions"))


class PaperEditView(_OwnObject, generic.EditView):
    """The editor."""


class PaperDeleteView(_OwnObject, generic.DeleteView):
    """Deleting, while nobody has begun it."""

    action = "delete"


class PaperHistoryView(_OwnObject, history.HistoryView):
    """Who changed what."""


class PaperUsageView(_OwnObject, usage.UsageView):
    """Where it is used."""


class QuestionsPanel(InlinePanel):
    """Inline questions with our form: options written as lines."""

    def get_form_options(self) -> dict[str, Any]:
        """Wagtail's, with the form of a question in them."""
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = QuestionForm
        return options


_PANELS = ObjectList(
    [
        FieldPanel("title"),
        FieldPanel("provider"),
        MultiFieldPanel(
            [FieldPanel("attempts_allowed"), FieldPanel("closes_at")],
            heading=_("When and how often"),
        ),
        QuestionsPanel(
            "questions",
            [
                FieldPanel("kind", heading=_("Question type")),
                FieldPanel("text"),
                FieldPanel("lines"),
                FieldPanel("explanation"),
                FieldPanel("points"),
            ],
            heading=_("Questions"),
            label=_("Question"),
            min_num=1,
        ),
    ],
    base_form_class=PaperForm,
)


class PaperViewSet(ModelViewSet):
    """The studio's page of quizzes."""

    model = Paper
    name = "assessments_paper"
    url_prefix = "quizzes"
    icon = "tick-inverse"
    menu_label = _("Quizzes")
    add_to_admin_menu = True
    menu_order = 220
    copy_view_enabled = False
    edit_handler = _PANELS
    index_view_class = PaperIndexView
    edit_view_class = PaperEditView
    delete_view_class = PaperDeleteView
    history_view_class = PaperHistoryView
    usage_view_class = PaperUsageView
    list_display = (
        "title",
        Column("provider", label=_("Provider")),
        Column("count", label=_("Questions")),
        DateColumn("created_at", label=_("Created")),
    )
    search_fields = ("title",)


class PaperChooserViewSet(OwnChooserViewSet):
    """Choosing a paper for a course."""

    model = Paper
    name = "assessments_paper_chooser"
    url_prefix = "quizzes/choose"
    icon = "tick-inverse"
    choose_one_text = _("Choose a quiz")
    choose_another_text = _("Choose another quiz")
    edit_item_text = _("Edit this quiz")
    register_widget = True
    columns = (Column("provider", label=_("Provider")),)

    def own(self, request: Any) -> QuerySet[Paper]:
        """Papers that one may edit."""
        return own_papers(request.user, "change").select_related("provider")


paper_viewset = PaperViewSet()
paper_chooser_viewset = PaperChooserViewSet()
