"""Files that the build keeps between runs: never half written, and never a reason to fail."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there; text is written as UTF-8.

    A build that is killed, or a disk that is full, leaves the old file or none. What the old one
    was linked to keeps its content.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    raw = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with open(beside, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def read_kept_json(path: Path) -> Any:
    """Read JSON that an earlier build kept; None where there is none.

    What cannot be read is deleted, so that it is made again, and one line says so.
    """
    try:
        return json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        print(f"{path} cannot be read and is made again ({error})")
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return None
