"""docs/extending.md lists every hook with every field, and no other."""

import re
from dataclasses import fields

from lms.plugins.hooks import HOOKS
from lms.runtime import paths

TEXT = (paths.ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


def test_every_hook_is_documented_with_its_fields() -> None:
    sections = re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]
    documented = {
        section.splitlines()[0].strip("`"): re.findall(r"^\| `(\w+)`", section, flags=re.MULTILINE)
        for section in sections
    }

    assert documented == {hook.__name__: [field.name for field in fields(hook)] for hook in HOOKS}
