"""Transcoding through the platform (job, lease, progress, checks) over a shell script of the same arguments."""

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lms.runtime import paths
from tests.bench.figures import Figure
from tests.bench.place import Place, place

CLIP_S = 60
RUNS = 2

QUEUE = """
import time
from pathlib import Path
from django.utils import timezone
from lms.people.models import Person, Provider
from media.domain.uploads import import_file
provider, _ = Provider.objects.get_or_create(slug="bench", defaults={{"name": "bench"}})
by = Person.objects.first() or Person.objects.create_user(name="bench")
asset = import_file(Path({file!r}), title="bench", provider=provider, by=by, at=timezone.now())
print(asset.public_id, time.time())
"""

PLAN = """
import json
from pathlib import Path
from media import encoder
from media.core.ladder import ladder
source, folder = Path({file!r}), Path({folder!r})
found = encoder.probe(source)
plan = encoder.plan_hls(source, folder, found, ladder(found.probe))
print(json.dumps([[one.name for one in plan.renditions], plan.hls_argv, plan.poster_argv]))
"""


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, place() as site:
        clip = _clip(Path(folder))
        pairs = [
            (_through_platform(site, clip), _by_shell(site, clip, Path(folder) / str(run)))
            for run in range(RUNS)
        ]
    platform, shell = min(one for one, _ in pairs), min(one for _, one in pairs)
    return [
        Figure(
            f"transcoding {CLIP_S} s of 720p",
            platform,
            "s",
            "at most",
            1.10,
            baseline=shell,
            note="queued to playable with a worker running, over the same ffmpeg arguments in sh",
        )
    ]


def _clip(folder: Path) -> Path:
    clip = folder / "clip.mp4"
    argv = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s=1280x720:r=25:d={CLIP_S}"]
    argv += ["-f", "lavfi", "-i", f"sine=d={CLIP_S}", "-c:v", "libx264", "-preset", "ultrafast"]
    subprocess.run([*argv, "-pix_fmt", "yuv420p", str(clip)], check=True)
    return clip


def _through_platform(site: Place, clip: Path) -> float:
    argv = [sys.executable, "manage.py", "media_worker"]
    worker = subprocess.Popen(
        argv, cwd=paths.ROOT, env=site.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(4)  # it is up and looking for work
        asset, queued = site.python(QUEUE.format(file=str(clip))).split()
        with site.server.connect(database="bench") as connection:
            while True:
                query = "SELECT state FROM media_asset WHERE public_id = %s"
                state = connection.execute(query, [asset]).fetchone()
                if state == ("ready",):
                    return time.time() - float(queued)
                if state == ("refused",):
                    raise RuntimeError("the clip was refused")
                time.sleep(0.02)
    finally:
        worker.terminate()
        worker.wait(20)


def _by_shell(site: Place, clip: Path, folder: Path) -> float:
    names, *commands = json.loads(site.python(PLAN.format(file=str(clip), folder=str(folder))))
    for name in names:
        (folder / name).mkdir(parents=True)
    script = "set -e\n" + "\n".join(f"{shlex.join(one)} >/dev/null" for one in commands)
    start = time.perf_counter()
    subprocess.run(["sh", "-c", script], check=True)
    taken = time.perf_counter() - start
    shutil.rmtree(folder)
    return taken
