"""The ASGI application: Django for HTTP, sockets refused until a plugin brings one."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter([])})
