"""A stream of activities whose kinds come from the registry.

An ordinary StreamField would freeze the installed plugins' blocks into migrations and drop the blocks of a missing
one without a word. This one names no block in migrations, and keeps what it does not know exactly as it was stored.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register
from wagtail.blocks import Block, CharBlock, FieldBlock, StreamBlock, StructBlock
from wagtail.blocks.stream_block import StreamBlockAdapter, StreamValue
from wagtail.fields import StreamField

from lms.plugins.hooks import ActivityKind
from lms.plugins.registry import registry

MISSING = "plugin_missing"
"""The name under which an activity of an unknown kind is shown; it is never stored."""


def block_name(kind: str) -> str:
    """The block's name for a kind's key: Wagtail joins names with dots, so "media.video" is "media__video"."""
    return kind.replace(".", "__")


def kind_of(name: str) -> str:
    """The kind's key for a block's name; the reverse of `block_name`."""
    return name.replace("__", ".")


class MissingActivityField(forms.Field):
    """A stored block as JSON, in a field that shows its kind and cannot be changed."""

    widget = forms.HiddenInput

    def prepare_value(self, value: Any) -> str:
        """The block as the form carries it."""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def clean(self, value: Any) -> dict[str, Any]:
        """The block back from the form, or a ValidationError if it is none."""
        try:
            raw = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            raw = None
        if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
            raise ValidationError(_("This module was damaged on its way. Reload the page."))
        return raw


class MissingActivityBlock(FieldBlock):
    """An activity whose plugin is not installed; its value is the whole stored block."""

    def __init__(self, **kwargs: Any) -> None:
        """The field keeps the stored block while others are edited."""
        self.field = MissingActivityField(
            required=False,
            help_text=_(
                "The plugin for this module is not installed. The module is kept as it is and comes "
                "back with the plugin; a course that holds it cannot be published meanwhile."
            ),
        )
        super().__init__(**kwargs)

    def value_from_form(self, value: Any) -> dict[str, Any]:
        """The stored block; what is no block is refused by `clean`."""
        try:
            return self.field.clean(value)
        except ValidationError:
            return {}

    def clean(self, value: Any) -> dict[str, Any]:
        """Refuse what the form damaged."""
        return self.field.clean(value)

    def get_searchable_content(self, value: Any) -> list[str]:
        """Nothing: only its plugin knows which of its words matter."""
        return []

    class Meta:
        label = _("Plugin missing")
        icon = "warning"


class ActivityStreamBlock(StreamBlock):
    """Modules, each a title and an activity of an installed kind."""

    _built_from: tuple[ActivityKind, ...] | None = None
    _children: OrderedDict[str, Block]

    @property
    def child_blocks(self) -> Mapping[str, Block]:
        """A block for each kind that is registered now, in the registry's order, and the one for missing kinds."""
        kinds = registry.all(ActivityKind)
        if self._built_from != kinds:
            self._built_from = kinds
            self._children = OrderedDict((block_name(kind.key), _module(kind)) for kind in kinds)
            self._children[MISSING] = MissingActivityBlock()
            for name, block in self._children.items():
                block.set_name(name)
        return self._children

    @child_blocks.setter
    def child_blocks(self, blocks: Mapping[str, Block]) -> None:
        """Set by Wagtail's constructor, which knows of no registry."""
        self._built_from = None

    def to_python(self, value: Any) -> StreamValue:
        """Stored modules; those of an unknown kind are wrapped whole instead of dropped."""
        if isinstance(value, str) and value:
            value = json.loads(value)
        if isinstance(value, Iterable) and not isinstance(value, StreamValue):
            value = [self._known(item) for item in value]
        return super().to_python(value)

    def _known(self, item: Any) -> Any:
        if isinstance(item, dict) and item["type"] not in self.child_blocks:
            return {"type": MISSING, "value": item, "id": item.get("id")}
        if isinstance(item, tuple | list) and item[0] not in self.child_blocks:
            raise ValueError(f"No installed plugin offers the activity {kind_of(item[0])!r}.")
        return item

    def get_prep_value(self, value: StreamValue) -> list[dict[str, Any]]:
        """What is stored: unknown modules exactly as they came."""
        return [
            item["value"] if item["type"] == MISSING else item
            for item in super().get_prep_value(value)
        ]


def _module(kind: ActivityKind) -> StructBlock:
    return StructBlock(
        [("title", CharBlock(label=_("Title"), max_length=120)), ("activity", kind.block())],
        label=kind.label,
        icon=kind.icon,
    )


class ActivityStreamBlockAdapter(StreamBlockAdapter):
    """The editor's side: modules of a missing kind are shown, and are not among those that can be added."""

    js_constructor = "lms.plugins.ActivityStreamBlock"

    def js_args(self, block: ActivityStreamBlock) -> list[Any]:
        """As Wagtail's, with what the menu leaves out."""
        *others, meta = super().js_args(block)
        return [*others, meta | {"neverAdded": [MISSING]}]

    @cached_property
    def media(self) -> forms.Media:
        """Wagtail's script, and ours that stands on it."""
        return super().media + forms.Media(js=[versioned_static("lms/activities.js")])


register(ActivityStreamBlockAdapter(), ActivityStreamBlock)


def check_missing_kept(before: StreamValue | None, after: StreamValue) -> None:
    """Raises ValidationError where modules of missing kinds were changed, doubled or made up on their way.

    They are stored as they come, past every check of their kind: one that was not there before may be anything.
    """
    kept = [child.value for child in before or () if child.block_type == MISSING]
    for child in after:
        if child.block_type != MISSING:
            continue
        if child.value not in kept:
            raise ValidationError(
                _(
                    "A module whose plugin is missing can be moved or removed, not added or changed. "
                    "Reload the page; what you saved before is kept."
                )
            )
        kept.remove(child.value)


class ActivityStreamField(StreamField):
    """A model field of modules; migrations name it without its blocks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Takes a field's usual options, no block types."""
        super().__init__(ActivityStreamBlock(), *args, **kwargs)

    def deconstruct(self) -> Any:
        """The field without blocks, by the name under which plugins import it."""
        # Two up: StreamField's own deconstruct is what writes blocks into migrations.
        name, _path, args, kwargs = super(StreamField, self).deconstruct()
        return name, "lms.api.activities.ActivityStreamField", args, kwargs
