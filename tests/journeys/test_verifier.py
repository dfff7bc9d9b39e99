"""The page that checks papers offline, in Chromium, from a disk: the same verdicts as the command's."""

import copy
import json
import random
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from lms.credit.core import chain, paperfile
from lms.credit.core.note import Key
from lms.credit.core.sealed import check
from lms.runtime import paths
from tests.journeys.looks import SCREENSHOTS, SIZES, open_page, serious_violations, sideways
from tests.lms.credit.core.test_sealed import resigned
from tests.lms.credit.sealing import OTHER, Ledger, key_of, sample

pytestmark = pytest.mark.journey
MUTATIONS = 160
BUILT = paths.VAR / "build" / "verifier.html"

LEDGER, (REGISTERED, CONFIRMED, *_REST) = sample()
SIZE = len(LEDGER.transfers)
STATEMENT = paperfile.write(LEDGER.statement(size=SIZE))
CERTIFICATE = paperfile.write(LEDGER.certificate(CONFIRMED, size=SIZE))
Case = tuple[bytes, bytes | None]


def grown() -> Ledger:
    ledger, _ = sample()
    ledger.confirmed(("2026-04-01", 100))
    return ledger


def pdf(*contents: bytes) -> bytes:
    streams = b"".join(b"<<>>\nstream\n" + one + b"\nendstream\n" for one in contents)
    return b"%PDF-1.7\n" + streams


def handmade() -> Iterator[Case]:
    """Genuine ones, each alone and against checkpoints of every kind; and what is no paper at all."""
    gone = bytes.fromhex(json.loads(CERTIFICATE)["payload"]["hash"])
    rewritten = Ledger()
    for _ in range(SIZE + 2):
        rewritten.book(("2026-02-01", 100))
    newer = [
        None,
        grown().checkpoint_file(SIZE + 2, earlier=[3, SIZE]),
        grown().checkpoint_file(SIZE + 2, earlier=[SIZE], revoked=[gone, b"\1" * 32]),
        grown().checkpoint_file(SIZE + 2, earlier=[4]),
        grown().checkpoint_file(SIZE + 2, earlier=[SIZE], by=OTHER),
        grown().checkpoint_file(3),
        LEDGER.checkpoint_file(SIZE),
        rewritten.checkpoint_file(SIZE),
        rewritten.checkpoint_file(SIZE + 2, earlier=[SIZE]),
        b"{}",
        b"",
    ]
    genuine = [
        STATEMENT,
        CERTIFICATE,
        STATEMENT + b"\n",
        pdf(b"q", zlib.compress(STATEMENT)),
        paperfile.write(LEDGER.statement()),
        paperfile.write(LEDGER.statement(size=4)),
        paperfile.write(LEDGER.statement("2026-02-01", "2026-02-05", size=SIZE)),
        paperfile.write(LEDGER.certificate(REGISTERED, size=3)),
    ]
    for paper in genuine:
        yield from ((paper, one) for one in newer)
    for other in (
        b"",
        b"{}",
        b"[]",
        b'"\xff"',
        b"%PDF-1.7",
        pdf(STATEMENT, CERTIFICATE),
        b"\n",
        b"1e3",
    ):
        yield other, None
    for text in (
        b'{"format":"qinghe statement 1"}',
        b"[1.0]",
        b'["\\ud800"]',
        b'{"a":1,"a":1}',
        b"[-0]",
        b"[9007199254740993]",
    ):
        yield text, None


def mutated(dice: random.Random) -> bytes:
    """A paper with one thing wrong: a byte, or a value, sometimes signed again by the same key."""
    paper = dice.choice([STATEMENT, CERTIFICATE])
    if dice.random() < 0.25:
        changed = bytearray(dice.choice([paper, pdf(zlib.compress(paper))]))
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        return bytes(changed)
    said = json.loads(paper)
    place: Any = said["payload"] if dice.random() < 0.4 else said
    name: Any = None
    while True:
        name = dice.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[name], dict | list) or not place[name] or dice.random() < 0.1:
            break
        place = place[name]
    if dice.random() < 0.2:
        del place[name]
    else:
        others = [
            None,
            "",
            "x",
            0,
            1,
            -1,
            True,
            [],
            {},
            "2026-02-30",
            10**12,
            copy.deepcopy(said["payload"]),
        ]
        place[name] = dice.choice(others)
    try:
        return resigned(said) if dice.random() < 0.5 else chain.canonical(said)
    except (KeyError, TypeError):
        return chain.canonical(said)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """The page from the disk; any request, or word of the policy, fails the test."""
    opened = open_page(browser)
    opened.context.set_offline(True)
    said: list[str] = []
    opened.on("request", lambda request: said.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(BUILT.as_uri())
    yield opened
    assert said == [BUILT.as_uri()]
    opened.context.close()


def give(page: Page, name: str, content: bytes | None) -> None:
    files = [] if content is None else [FilePayload(name="file", mimeType="", buffer=content)]
    page.locator(f"input[name={name}]").set_input_files(files)


def verdict_of(page: Page, paper: bytes, newer: bytes | None) -> tuple[str, str]:
    give(page, "newer", newer)
    page.evaluate("delete document.getElementById('answer').dataset.verdict")
    give(page, "file", None)
    give(page, "file", paper)
    page.wait_for_selector("#answer[data-verdict]")
    found = page.locator("#answer").evaluate(
        "(place) => [place.dataset.verdict, place.dataset.fault]"
    )
    return found[0], found[1]


def command_verdict(
    paper: bytes, newer: bytes | None, keys: list[Key] | None = None
) -> tuple[str, str]:
    report = check(paper, newer=newer, trusted=keys)
    return report.verdict.value, report.fault


def test_page_and_command_agree_on_every_file(page: Page) -> None:
    dice = random.Random(20261122)
    cases: list[Case] = [*handmade(), *((mutated(dice), None) for _ in range(MUTATIONS))]
    met: set[str] = set()
    for paper, newer in cases:
        expected = command_verdict(paper, newer)
        assert (paper, newer, verdict_of(page, paper, newer)) == (paper, newer, expected)
        met |= set(expected)
    assert met >= {
        "genuine", "changed", "revoked", "undecided", "unreadable",
        "signature", "unfounded", "inclusion", "checkpoint", "fork", "key-unknown", "broken",
    }  # fmt: skip


def test_key_that_one_trusts(page: Page) -> None:
    for key in (key_of(), key_of(OTHER)):
        page.locator("input[name=key]").fill(key.vkey)
        page.locator("input[name=key]").blur()
        assert verdict_of(page, STATEMENT, None) == command_verdict(STATEMENT, None, [key])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_looks(browser: Browser, size: str, theme: str) -> None:
    for locale, heading in (("zh-CN", "离线查验证明"), ("en-GB", "Check a paper offline")):
        page = open_page(browser, size=size, theme=theme, locale=locale)
        page.goto(BUILT.as_uri())
        assert page.locator("h1").inner_text() == heading
        assert serious_violations(page) == []
        give(page, "file", STATEMENT)
        page.wait_for_selector("#answer[data-verdict=genuine]")
        assert serious_violations(page) == []
        assert sideways(page) == 0
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=Path(SCREENSHOTS) / f"verifier-{locale}-{size}-{theme}.png", full_page=True
        )
        page.context.close()
