"""How a policy is written, as lms/credit/policies/README.md has it, for a page to show."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.utils.html import format_html
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.credit.core.policy import SHIPPED


@cache
def manual() -> str:
    """HTML of the description, without its title, which the page has of its own."""
    _title, text = (SHIPPED / "README.md").read_text(encoding="utf-8").split("\n", 1)
    return as_html(text)


def as_html(text: str) -> str:
    """CommonMark with tables, in Chinese; HTML in it is shown as it is written."""
    markdown = MarkdownIt("js-default")
    rules: dict[str, Callable[..., str]] = {
        "fence": _code,
        "table_open": _table,
        "table_close": lambda *_: "</table></div>",
        # Between Chinese characters a new line is no space.
        "softbreak": lambda *_: "",
    }
    for name, rule in rules.items():
        markdown.add_render_rule(name, rule)
    found: str = markdown.render(text)
    return found


# What may be wider than a phone can be scrolled, by the keyboard too.


def _code(_renderer: Any, tokens: Sequence[Token], at: int, *_: Any) -> str:
    return format_html('<pre tabindex="0">{}</pre>', tokens[at].content.rstrip())


def _table(*_: Any) -> str:
    return '<div class="policy-manual__table" tabindex="0"><table class="listing">'
