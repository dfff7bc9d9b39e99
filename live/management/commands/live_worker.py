"""`manage.py live_worker`: lessons from OBS come in, recordings go to the far store; until told to stop."""

import asyncio
import logging
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from live.consumers.rtmp import RtmpServer
from live.domain import far, keeper

logger = logging.getLogger(__name__)

TRY_AGAIN_S = 10
BRING_EVERY_S = 2


class Command(BaseCommand):
    """One a site: a lesson has one publisher, and this process knows who it is."""

    help = "Take lessons from OBS and its like by RTMP, bring recordings to S3, until told to stop."

    def handle(self, **_: Any) -> None:
        asyncio.run(serve())


async def serve() -> None:
    """Until a signal; then what is being sent is stored to its end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = RtmpServer()
    tasks = [asyncio.create_task(_bring())] if far.store() else []
    if settings.RTMP_PORT:
        tasks.append(asyncio.create_task(_listen(server)))
    await stop.wait()
    for task in tasks:
        task.cancel()
    await server.close()


async def _bring() -> None:
    """Round after round; a store that is away is tried again, and the disk keeps everything meanwhile."""
    while True:
        try:
            await asyncio.to_thread(keeper.bring_and_free, time.time())
            await asyncio.sleep(BRING_EVERY_S)
        except far.AWAY as problem:
            logger.warning("The far store is away, the disk keeps the recordings: %s", problem)
            await asyncio.sleep(TRY_AGAIN_S)


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
