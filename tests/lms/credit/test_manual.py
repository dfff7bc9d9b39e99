"""The description of a policy's form, as the admin shows it."""

import re

from lms.credit.core.policy import SHIPPED
from lms.credit.manual import as_html, manual


def test_nothing_of_the_file_is_lost_or_left_as_markup() -> None:
    written = (SHIPPED / "README.md").read_text(encoding="utf-8")
    shown = manual()
    headings = re.findall(r"^##+ (.*)$", written, re.MULTILINE)
    assert len(re.findall(r"<h[23]>", shown)) == len(headings) > 5
    assert shown.count("<pre") == written.count("\n```") / 2
    assert shown.count("<tr>") == len(re.findall(r"^\|(?! ?-)", written, re.MULTILINE))
    text = re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", shown, flags=re.DOTALL)
    assert [mark for mark in ("**", "`", "| --", "](") if mark in text] == []


def test_what_is_written_is_escaped() -> None:
    assert as_html("<b> `<i>` [<a>](https://example.org/)\n[x](javascript:alert(1))") == (
        '<p>&lt;b&gt; <code>&lt;i&gt;</code> <a href="https://example.org/">&lt;a&gt;</a>'
        "[x](javascript:alert(1))</p>\n"
    )


def test_code_and_tables_can_be_scrolled() -> None:
    assert as_html("```toml\n<a>\n```") == '<pre tabindex="0">&lt;a&gt;</pre>'
    assert '<div class="policy-manual__table" tabindex="0"><table' in as_html("| a |\n| - |\n| b |")
