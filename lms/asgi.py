"""The ASGI application: static files and plugins' mounts without Django, Django for the rest, no sockets yet."""

import os
import re
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

from lms.web.doors import Application, with_doors

# Names that carry a digest of their content: Vite's (-Ab12_x9Z.js) and collectstatic's (.0123456789ab.css).
IMMUTABLE = re.compile(r"(-[\w-]{8}|\.[0-9a-f]{12})\.\w+$")

websocket_routes: list[object] = []
http = with_doors(cast("Application", get_asgi_application()), most_bytes=settings.MAX_BODY_BYTES)
application = ServeStaticASGI(
    ProtocolTypeRouter({"http": http, "websocket": URLRouter(websocket_routes)}),
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    immutable_file_test=lambda _path, url: bool(IMMUTABLE.search(url)),
    allow_all_origins=False,
)
