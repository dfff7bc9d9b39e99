"""`python -m lms.credit.verify`: by itself, on a machine that has no platform."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lms.credit.core import paperfile
from lms.credit.verify import WORDS
from lms.runtime import paths
from tests.lms.credit.sealing import OTHER, Ledger, key_of, sample

ALONE = """
import socket, sys
from importlib.abc import MetaPathFinder

class Wall(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "wagtail", "psycopg", "redis", "httpx", "urllib3", "requests"}:
            raise ImportError(f"{name} is not there")

def no_network(*args, **more):
    raise OSError("no network")

sys.meta_path.insert(0, Wall())
socket.socket = socket.create_connection = socket.getaddrinfo = no_network
sys.path.insert(0, sys.argv.pop(1))
import runpy
runpy.run_module("lms.credit.verify", run_name="__main__", alter_sys=True)
"""


def run(*arguments: str | Path, lang: str = "zh_CN.UTF-8") -> tuple[int, str]:
    """The exit code and what is said, without Django, database and network, and with none of our settings."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, str(paths.ROOT), *map(str, arguments)],
        capture_output=True,
        env={"LANG": lang},
        timeout=60,
    )
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    ledger, (_registered, confirmed, *_) = sample()
    file = tmp_path / "证书.json"
    file.write_bytes(paperfile.write(ledger.certificate(confirmed, size=11)))
    return file


def grown() -> Ledger:
    ledger, _ = sample()
    ledger.confirmed(("2026-04-01", 100))
    return ledger


def test_genuine_says_what_it_states_and_whose_key_it_is(paper: Path) -> None:
    code, said = run(paper)
    assert code == 0
    assert "这份证明是真的" in said
    assert "林书瑶" in said
    assert "2.00" in said
    assert key_of().vkey in said
    assert "从别处得知的公钥比对" in said

    code, said = run(paper, "--key", key_of().vkey, lang="C")
    assert code == 0
    assert "This paper is genuine" in said
    assert "the key that you trust" in said


def test_changed_paper_and_foreign_key(paper: Path) -> None:
    assert run(paper, "--key", key_of(OTHER).vkey)[0] == 1
    said = json.loads(paper.read_bytes())
    said["payload"]["hours"] = "76.50"
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    paper.write_text(text, "utf-8")
    code, words = run(paper, "--lang", "zh")
    assert code == 1
    assert "内容和签名不符" in words
    assert "76.50" not in words


def test_revoked_by_a_newer_checkpoint(paper: Path, tmp_path: Path) -> None:
    newer = tmp_path / "latest.json"
    gone = bytes.fromhex(json.loads(paper.read_bytes())["payload"]["hash"])
    newer.write_bytes(grown().checkpoint_file(13, earlier=[11], revoked=[gone]))
    code, said = run(paper, "--checkpoint", newer)
    assert code == 1
    assert "这份证明已不再有效" in said

    newer.write_bytes(grown().checkpoint_file(13, earlier=[11]))
    code, said = run(paper, "--checkpoint", newer)
    assert code == 0
    assert "学时没有被撤回" in said


def test_statement_says_which_of_its_hours_were_taken_back(tmp_path: Path) -> None:
    ledger, _ = sample()
    size = len(ledger.transfers)
    statement, newer = tmp_path / "statement.json", tmp_path / "latest.json"
    statement.write_bytes(paperfile.write(ledger.statement(size=size)))
    entries = json.loads(statement.read_bytes())["payload"]["entries"]
    gone = next(one["counts_by"] for one in entries if one["counts_by"])
    step = grown().checkpoint_file(13, earlier=[11], revoked=[bytes.fromhex(gone)])
    newer.write_bytes(step)
    code, said = run(statement, "--checkpoint", newer)
    assert code == 1
    assert said.count("已撤回") == 1
    assert len(
        [line for line in said.splitlines() if "已确认 ·" in line or "已登记 ·" in line]
    ) == (len([one for one in entries if one["counts_by"]]) - 1)


def test_what_cannot_be_told(paper: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.write_bytes(b"PK\x03\x04")
    assert run(nothing)[0] == 2
    assert run(tmp_path / "missing")[0] == 2
    assert run(paper, "--checkpoint", nothing)[0] == 2
    assert run(paper, "--key", "no key")[0] == 2
    code, said = run(nothing, "--json")
    assert (code, json.loads(said)["fault"]) == (2, "not-canonical")


def test_both_languages_have_every_word() -> None:
    words = json.loads(WORDS.read_text("utf-8"))
    assert words["zh"].keys() == words["en"].keys()
