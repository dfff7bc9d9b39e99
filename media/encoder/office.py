"""PowerPoint and its like into PDF: LibreOffice where it is installed, shut in.

What it opens is not trusted. It runs in a process group, a profile and a folder of its own, without a network, under
limits; macros do not run, nothing that the file points to outside itself is fetched.
"""

import shutil
import tempfile
import threading
from pathlib import Path

from pylopdf_fonts_zh_cn import sans_path, serif_path

from media.encoder.documents import Unrenderable
from media.encoder.run import Failed, Limits, TooSlow, run

#: A deck of 30 takes it 3 s; one that takes three minutes is none. Its own memory is some 400 MB.
_LIMITS = Limits(
    wall_s=180, cpu_s=720, memory_bytes=3 * 2**30, file_bytes=512 * 2**20, is_alone=True
)
_NOWHERE = "http://127.0.0.1:9"
_SETTINGS = {
    ("Office.Common/Security/Scripting", "DisableMacrosExecution"): "true",
    ("Office.Common/Security/Scripting", "MacroSecurityLevel"): "3",
    # Pictures and films that lie elsewhere, on the network or on this disk.
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks"): "true",
    ("Office.Common/Security/Scripting", "DisableActiveContent"): "true",
    ("Inet/Settings", "ooInetProxyType"): "1",
    ("Inet/Settings", "ooInetHTTPProxyName"): "127.0.0.1",
    ("Inet/Settings", "ooInetHTTPProxyPort"): "9",
    ("Inet/Settings", "ooInetHTTPSProxyName"): "127.0.0.1",
    ("Inet/Settings", "ooInetHTTPSProxyPort"): "9",
}
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  {folders}
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def office_program() -> str | None:
    """LibreOffice, where it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdf(source: Path, kind: str, folder: Path, stop: threading.Event) -> Path:
    """A PDF of the slides, in `folder`. `kind`: the ending of what it is. Raises Unrenderable, or Stopped."""
    program = office_program()
    if program is None:
        raise Unrenderable("no-office")
    # One profile each: two at once in one wait for each other for ever.
    profile, home = folder / "profile", folder / "home"
    home.mkdir()
    _write_settings(profile)
    named = folder / f"slides.{kind}"
    named.symlink_to(source.resolve())
    argv = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    argv += ["--nologo", "--nolockcheck", "--convert-to", "pdf:impress_pdf_Export"]
    argv += ["--outdir", str(folder), str(named)]
    with tempfile.NamedTemporaryFile() as errors:
        try:
            run(
                argv,
                _LIMITS,
                on_line=lambda _: None,
                errors_to=errors.file,
                stop=stop,
                env=_environment(home),
            )
        except Failed:
            raise Unrenderable("damaged") from None
        except TooSlow:
            raise Unrenderable("too-much-work") from None
    made = folder / "slides.pdf"
    if not made.exists():
        raise Unrenderable("damaged")
    return made


def _write_settings(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>\n"
        for (path, name), value in _SETTINGS.items()
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )


def _environment(home: Path) -> dict[str, str]:
    """A home of its own, and the fonts for Chinese that a server need not have."""
    folders = {sans_path().parent, serif_path().parent}
    fonts = home / "fonts.conf"
    fonts.write_text(
        _FONTS.format(
            folders="".join(f"<dir>{one}</dir>" for one in sorted(folders)), cache=home / "cache"
        ),
        encoding="utf-8",
    )
    return {
        "HOME": str(home),
        "TMPDIR": str(home),
        "FONTCONFIG_FILE": str(fonts),
        "http_proxy": _NOWHERE,
        "https_proxy": _NOWHERE,
    }
