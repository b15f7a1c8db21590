"""The addresses in the engine's metadata: of where the book is built and published."""

from __future__ import annotations

import os
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class AddressHook(MetadataHookInterface):
    """Take the addresses from the variables that the code host and the deployment set."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in `urls`, with none where the book has no home."""
        urls = {}
        if site := os.environ.get("SITE_URL"):
            urls["Homepage"] = site
        server, repository = map(os.environ.get, ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY"))
        if server and repository:
            source = f"{server}/{repository}"
            urls["Source"] = source
            urls["Issues"] = f"{source}/issues"
            urls["Changes"] = f"{source}/blob/main/CHANGELOG.md"
        metadata["urls"] = urls
