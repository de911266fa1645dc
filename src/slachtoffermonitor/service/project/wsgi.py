"""The way in for the web server."""

import os

from django.core.wsgi import get_wsgi_application

__all__ = ["application"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slachtoffermonitor.service.project.settings")
application = get_wsgi_application()
