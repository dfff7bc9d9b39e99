"""The description of a policy's form, as the admin shows it."""

from lms.credit.core.policy import SHIPPED
from lms.credit.manual import manual, pieces


def test_nothing_of_the_file_is_lost_or_left_as_markup():
    shown = list(manual())
    assert {one.kind for one in shown} == {
        "title",
        "heading",
        "subheading",
        "code",
        "table",
        "text",
    }
    said = "".join(one.words + "".join("".join(row) for row in one.rows) for one in shown)
    headings = [
        line.lstrip("# ")
        for line in (SHIPPED / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]
    assert [one for one in headings if one.replace("`", "").split("]]")[-1] not in said] == []
    rest = "".join(one.words for one in shown if one.kind != "code")
    assert "**" not in rest
    assert "`" not in rest
    assert "| ---" not in said


def test_what_is_written_is_escaped():
    (one,) = pieces("<b> `<i>` **<u> `x`** [<a>](https://example.org/)")
    assert one.words == (
        "&lt;b&gt; <code>&lt;i&gt;</code> <strong>&lt;u&gt; <code>x</code></strong>"
        ' <a href="https://example.org/" rel="noreferrer">&lt;a&gt;</a>'
    )
