"""Modules whose kinds come from plugins: nothing frozen in migrations, nothing lost with a plugin."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.db.migrations.writer import MigrationWriter
from wagtail.blocks import CharBlock, StructBlock

from lms.api.activities import MISSING, ActivityStreamField, block_name, kind_of
from lms.plugins import activities, hooks
from lms.plugins.registry import Registry


def reading(key: str = "sample.reading") -> hooks.ActivityKind:
    return hooks.ActivityKind(
        key=key,
        label="Reading",
        icon="doc-full",
        evidence_kind="sample.read",
        block=lambda: StructBlock([("ref", CharBlock())]),
        describe=lambda refs: {},
        present=lambda request, ref, place: hooks.Activity(template="", context={}),
        progress=lambda person, refs: {},
    )


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry of this test's own with one kind."""
    own = Registry()
    own.add(reading())
    monkeypatch.setattr(activities, "registry", own)
    return own


@pytest.fixture
def field(registry: Registry) -> ActivityStreamField:
    return ActivityStreamField()


KNOWN = {
    "type": "sample__reading",
    "value": {"title": "第一节", "activity": {"ref": "7"}},
    "id": "6a1c",
}
UNKNOWN = {
    "type": "gone__thing",
    "value": {"a": [1, {"b": None}], "文": "字"},
    "id": "6a1d",
    "x": 1,
}
UNKNOWN_WITHOUT_ID = {"type": "gone__thing", "value": 3}


def test_block_name_and_back() -> None:
    assert block_name("media.video") == "media__video"
    assert kind_of("media__video") == "media.video"


def test_unknown_module_is_stored_back_untouched(field: ActivityStreamField) -> None:
    stored = [UNKNOWN, KNOWN, UNKNOWN_WITHOUT_ID]

    value = field.to_python(json.dumps(stored))

    assert [child.block_type for child in value] == [MISSING, "sample__reading", MISSING]
    assert field.get_prep_value(value) == stored


def test_unknown_module_survives_the_editing_form(field: ActivityStreamField) -> None:
    block = field.stream_block
    state = block.get_form_state(field.to_python([UNKNOWN, KNOWN]))
    data = {
        "m-count": "2",
        "m-0-type": MISSING,
        "m-0-order": "1",
        "m-0-deleted": "",
        "m-0-id": "6a1d",
        "m-0-value": state[0]["value"],
        "m-1-type": "sample__reading",
        "m-1-order": "0",
        "m-1-deleted": "",
        "m-1-id": "6a1c",
        "m-1-value-title": "第一节",
        "m-1-value-activity-ref": "7",
    }

    value = block.clean(block.value_from_datadict(data, {}, "m"))

    assert field.get_prep_value(value) == [KNOWN, UNKNOWN]


def test_damaged_unknown_module_is_refused(field: ActivityStreamField) -> None:
    block = field.stream_block
    data = {"m-count": "1", "m-0-type": MISSING, "m-0-order": "0", "m-0-deleted": "", "m-0-id": ""}
    value = block.value_from_datadict(data | {"m-0-value": "{"}, {}, "m")

    with pytest.raises(Exception, match="StreamBlock"):
        block.clean(value)


def test_module_comes_back_with_its_plugin(registry: Registry, field: ActivityStreamField) -> None:
    stored = [
        {"type": "late__reading", "value": {"title": "二", "activity": {"ref": "8"}}, "id": "1"}
    ]
    before = field.get_prep_value(field.to_python(stored))

    registry.add(reading("late.reading"))

    assert field.to_python(before)[0].value["activity"]["ref"] == "8"
    assert field.get_prep_value(field.to_python(before)) == stored


def test_migrations_name_no_block(field: ActivityStreamField) -> None:
    field.set_attributes_from_name("modules")

    written, imports = MigrationWriter.serialize(field)

    assert written == "lms.api.activities.ActivityStreamField()"
    assert imports == {"import lms.api.activities"}
    assert isinstance(field.clone(), ActivityStreamField)


def test_menu_leaves_the_missing_kind_out_and_draws_it(field: ActivityStreamField) -> None:
    _name, groups, _states, meta = activities.ActivityStreamBlockAdapter().js_args(
        field.stream_block
    )

    assert meta["neverAdded"] == [MISSING]
    assert MISSING in [block.name for _label, blocks in groups for block in blocks]
    # No limit either: Wagtail would call a stored one too many.
    assert meta["blockCounts"] == {}


def test_missing_modules_may_move_and_go(field: ActivityStreamField) -> None:
    before = field.to_python([UNKNOWN, KNOWN, UNKNOWN_WITHOUT_ID])

    activities.check_missing_kept(before, field.to_python([UNKNOWN_WITHOUT_ID, UNKNOWN]))
    activities.check_missing_kept(before, field.to_python([]))
    activities.check_missing_kept(None, field.to_python([KNOWN]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [UNKNOWN]),
        ([UNKNOWN], [UNKNOWN | {"value": 4}]),
        ([UNKNOWN], [UNKNOWN, UNKNOWN]),
    ],
)
def test_missing_modules_are_not_made_up(field: ActivityStreamField, before, after) -> None:
    with pytest.raises(ValidationError):
        activities.check_missing_kept(field.to_python(before), field.to_python(after))


def test_code_that_names_an_unknown_kind_is_refused(field: ActivityStreamField) -> None:
    with pytest.raises(ValueError, match=r"gone\.thing"):
        field.to_python([("gone__thing", {})])


def test_installed_kinds_pass_the_field_checks(field: ActivityStreamField) -> None:
    class Holder(models.Model):
        modules = ActivityStreamField()

        class Meta:
            app_label = "web"
            managed = False

        def __str__(self) -> str:
            return str(self.pk)

    assert [problem.id for problem in Holder.check() if "wagtail" in problem.id] == []
