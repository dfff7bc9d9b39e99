"""`python -m lms.runtime.messages`: compiles every .po of the project into the .mo that gettext reads.

Done by Babel and not by `compilemessages`, which needs GNU gettext's msgfmt on the machine.
"""

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from lms.runtime import paths

APPS = ("lms", "courses", "live", "assessments", "media")


def compile_all() -> int:
    """Compile; the number of files written."""
    count = 0
    for app in APPS:
        for po in sorted((paths.ROOT / app).rglob("locale/*/LC_MESSAGES/*.po")):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source))
            count += 1
    return count


if __name__ == "__main__":
    compile_all()
