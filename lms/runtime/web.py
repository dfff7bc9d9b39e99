"""How the site is served: one place for the flags, for whoever starts it (the product, tests, measurements)."""

WS_MAX_BYTES = 4 * 2**20
"""The largest message a socket may carry: a studio's piece of video after a stall. No more is ever gathered up."""


def web(port: int, *, host: str = "127.0.0.1") -> list[str]:
    """What follows the Python interpreter to serve the site."""
    flags = {
        "--host": host,
        "--port": str(port),
        # Half the memory and processor time of the other implementations; compressing would cost twice both.
        "--ws": "websockets-sansio",
        "--ws-per-message-deflate": "false",
        "--ws-max-size": str(WS_MAX_BYTES),
        # A room's 3,000 viewers come back within seconds of a restart.
        "--backlog": "4096",
        "--log-level": "warning",
        "--timeout-graceful-shutdown": "5",
    }
    named = [part for flag in flags.items() for part in flag]
    return ["-m", "uvicorn", "lms.asgi:application", *named, "--no-access-log"]
