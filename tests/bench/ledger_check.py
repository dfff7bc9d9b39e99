"""What proving costs: ledger_check over a whole ledger, and a checkpoint after 1,000 new transfers at two sizes.

The ledger to check is the one that LEDGER_URL names (its owner's URL, SIGNING_KEY_FILE beside it); without one, only
the checkpoints are measured, on rows that nothing but the tree looks at.
"""

import hashlib
import json
import os
import subprocess
import sys
import uuid

import psycopg

from lms.runtime import paths
from lms.runtime.postgres import APP, Server
from lms.testing import database
from tests.bench.figures import Figure, timed

SMALL, LARGE, NEW = 20_000, 200_000, 1_000
CHECK = """
import json, time
import django; django.setup()
from lms.credit.domain import audit
start = time.perf_counter()
fault = audit.first_fault()
print(json.dumps([time.perf_counter() - start, fault]))
"""
SIGN = """
import time
import django; django.setup()
from django.utils import timezone
from lms.credit.domain.checkpoints import make_checkpoint
from lms.credit.enums import CheckpointKind
def sign():
    start = time.perf_counter()
    make_checkpoint(kind=CheckpointKind.DEMAND, at=timezone.now())
    return time.perf_counter() - start
"""
ROWS = """
    INSERT INTO credit_transfer (public_id, person_id, key, act, state, hundredths, happened_on, recorded_at,
        because_digest, version_id, facts, evidence, evidence_digest, sequence, previous, hash, chain_version)
    SELECT gen_random_uuid(), 1, gen_random_uuid(), 'book', 'pending', 1, now(), now(),
        '', 1, '{}', '{}', '', s.last + n, '', encode(sha256((s.last + n)::text::bytea), 'hex'), 1
    FROM (SELECT COALESCE(max(sequence), 0) AS last FROM credit_transfer) AS s, generate_series(1, %s) AS n
"""


def measure() -> list[Figure]:
    """The figures; those of ledger_check only where LEDGER_URL names a ledger."""
    url = os.environ.get("LEDGER_URL")
    return [*(_checked(url) if url else []), _signed()]


def _checked(url: str) -> list[Figure]:
    """Transfers a second, and the ratio to SHA-256 over the same rows as they come from the database."""
    with psycopg.connect(url) as connection:
        count = connection.execute("SELECT count(*) FROM credit_transfer").fetchone()[0]
        bare_s = timed(lambda: _hash_rows(connection))
    seconds, fault = json.loads(_python(CHECK, url))
    if fault:
        raise RuntimeError(f"the ledger to measure is not whole: {fault}")
    name = f"ledger_check of {count} transfers, over bare SHA-256 of the same bytes"
    rate, bare = count / seconds, count / bare_s
    return [Figure(name, rate, "transfers/s", "at least", 0.2, baseline=bare)]


def _hash_rows(connection: psycopg.Connection) -> None:
    digest = hashlib.sha256()
    for table in ("transfer", "transferline", "posting", "evidence", "treeleaf", "treetile"):
        with connection.cursor().copy(f"COPY credit_{table} TO STDOUT") as rows:
            for block in rows:
                digest.update(block)


def _signed() -> Figure:
    """A checkpoint after 1,000 new transfers: with ten times as many before, over with fewer."""
    server = Server(name="bench-postgres")
    server.start()
    name = f"bench_{uuid.uuid4().hex[:8]}"
    try:
        database.create_copy(server, database.make_template(server), name)
        with server.connect("postgres", name) as superuser:
            superuser.execute("SET session_replication_role = replica")
            small, large = (_seconds(server, superuser, name, size) for size in (SMALL, LARGE))
    finally:
        database.drop_copy(server, name)
        server.stop()
    what = f"checkpoint after {NEW} new transfers, {LARGE} before over {SMALL} before"
    return Figure(what, large, "s", "at most", 1.5, baseline=small)


def _seconds(server: Server, superuser: psycopg.Connection, name: str, size: int) -> float:
    """The median of five, each after NEW further transfers, on a tree of `size` leaves."""
    have = superuser.execute("SELECT count(*) FROM credit_transfer").fetchone()[0]
    superuser.execute(ROWS, [size - have])
    superuser.execute("VACUUM ANALYZE credit_transfer")
    code = SIGN + (
        "import psycopg, statistics, sys\n"
        "sign()\n"
        "found = []\n"
        "for _ in range(5):\n"
        "    print('more', flush=True); sys.stdin.readline(); found.append(sign())\n"
        "print(statistics.median(found), flush=True)\n"
    )
    env = _env(server.url(APP, name))
    with subprocess.Popen(
        [sys.executable, "-c", code], env=env, cwd=paths.ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        for line in process.stdout:
            if line != "more\n":
                return float(line)
            superuser.execute(ROWS, [NEW])
            process.stdin.write("\n")
            process.stdin.flush()
    raise RuntimeError("no checkpoint was made")


def _python(code: str, url: str) -> str:
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, env=_env(url), cwd=paths.ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _env(url: str) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "DATABASE_URL": url}
    keys = {"SIGNING_KEY_FILE": str(paths.VAR / "bench-keys" / "signing.pem")}
    return keys | os.environ | settings
