"""`manage.py live_worker`: where OBS and its like send lessons to, until told to stop."""

import asyncio
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from live.consumers.rtmp import RtmpServer

logger = logging.getLogger(__name__)

TRY_AGAIN_S = 10


class Command(BaseCommand):
    """One a site: a lesson has one publisher, and this process knows who it is."""

    help = "Take lessons from OBS and its like by RTMP, until told to stop."

    def handle(self, **_: Any) -> None:
        asyncio.run(serve())


async def serve() -> None:
    """Until a signal; then what is being sent is stored to its end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = RtmpServer()
    listening = asyncio.create_task(_listen(server)) if settings.RTMP_PORT else None
    await stop.wait()
    if listening is not None:
        listening.cancel()
    await server.close()


async def _listen(server: RtmpServer) -> None:
    """Open the door; where somebody else has the port, say so and try again."""
    while True:
        try:
            await server.listen(settings.RTMP_HOST, settings.RTMP_PORT)
        except OSError as problem:
            logger.warning(
                "Port %s for OBS cannot be had (%s); RTMP_PORT names another, 0 none. Trying again in %s s",
                settings.RTMP_PORT,
                problem.strerror,
                TRY_AGAIN_S,
            )
            await asyncio.sleep(TRY_AGAIN_S)
        else:
            return
