"""Turns the built pages into an app that works without a network.

`python -m offline _site`, after everything else is in `_site`: every page gets its
content-security policy, the version of the book, and the script that keeps the book offline;
beside them come the web app's manifest, its icons and the service worker.
"""
