"""The Django project: configuration, settings, addresses and the way in for a web server."""
