"""How the studio goes by its line: the page's own decisions, compiled and run beside a line that is reckoned."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from lms.runtime import paths
from lms.runtime.node import command

WHOLE, LEAST = 0, 4
GOOD = 20_000_000
PROGRAM = """
import { LEVELS, Rate } from "./rate.js";
const [line, late] = JSON.parse(process.argv[2]);
const rate = new Rate();
const waiting = [], came = [], seconds = [];
let [now, carried, recorded] = [0, 0, 0];
for (const [length, carries] of line) {
  for (let second = 0; second < length; second += 1) {
    now += 1;
    const bits = rate.level.videoBits + rate.level.audioBits;
    waiting.push({ at: now, bits });
    recorded += bits / 8;
    for (let room = carries; room > 0 && waiting.length; ) {
      const part = Math.min(room, waiting[0].bits);
      [room, carried] = [room - part, carried + part / 8];
      if (!(waiting[0].bits -= part)) waiting.shift();
    }
    came.push({ carried, at: waiting[0]?.at ?? now });
    const heard = came[Math.max(0, came.length - 1 - late)];
    rate.tick(now, now - heard.at, heard.carried, recorded);
    seconds.push({ level: LEVELS.indexOf(rate.level), waits: now - heard.at });
  }
}
console.log(JSON.stringify(seconds));
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made: Path = tmp_path_factory.mktemp("rate")
    compiler = paths.ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    source = paths.ROOT / "live" / "assets" / "studio" / "rate.ts"
    how = ["--ignoreConfig", "--target", "es2022", "--module", "esnext", "--outDir", str(made)]
    subprocess.run([*command("node"), str(compiler), *how, str(source)], check=True)
    (made / "package.json").write_text('{"type": "module"}')
    (made / "line.js").write_text(PROGRAM)
    return made


def on(folder: Path, *line: tuple[int, int], late: int = 0) -> tuple[list[int], list[int]]:
    """The level after each second, and how old the oldest is that waits; `line`: seconds, and bits that it carries.

    `late`: so many seconds pass until what came is heard of.
    """
    argv = [*command("node"), str(folder / "line.js"), json.dumps([line, late])]
    said = json.loads(subprocess.run(argv, capture_output=True, check=True).stdout)
    return [one["level"] for one in said], [one["waits"] for one in said]


def changes(levels: list[int]) -> list[int]:
    return [second for second, (one, other) in enumerate(pairwise(levels)) if one != other]


def test_good_line_changes_nothing(folder) -> None:
    assert set(on(folder, (600, GOOD))[0]) == {WHOLE}


def test_short_cut_changes_nothing(folder) -> None:
    assert set(on(folder, (30, GOOD), (8, 0), (60, GOOD))[0]) == {WHOLE}


def test_line_that_is_late_and_wide_changes_nothing(folder) -> None:
    assert set(on(folder, (120, GOOD), late=3)[0]) == {WHOLE}


@pytest.mark.parametrize("bits", [1_200_000, 700_000, 400_000, 200_000, 100_000])
def test_slow_line_is_taken_as_it_is_and_hardly_asked_again(folder, bits: int) -> None:
    levels, waits = on(folder, (1200, bits))
    assert levels[15] > WHOLE
    assert max(waits) < 60
    # Ever more seldom asked whether more goes by now.
    early, late = changes(levels[:600]), changes(levels[600:])
    assert len(late) < len(early) <= 16


def test_line_that_is_good_again_is_trusted_slowly(folder) -> None:
    levels, waits = on(folder, (60, 90_000), (300, GOOD))
    assert levels[6] == LEAST
    assert max(waits) < 60
    back = changes(levels)[-LEAST:]
    assert levels[-1] == WHOLE
    assert all(later - sooner >= 20 for sooner, later in pairwise(back))
