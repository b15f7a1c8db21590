"""Whether the package's files are its own: karpathy's `micrograd` has the same import name."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

MEND = "Run `pip uninstall -y micrograd micrograd-live`, then `pip install` the one that you want."


def warn_of_the_other(folder: Path) -> None:
    """Warn where karpathy's package is installed into the same folder."""
    if any(folder.parent.glob("micrograd-*.dist-info")):
        warnings.warn(
            f"micrograd-live and karpathy's micrograd are both installed in {folder}. Whichever "
            f"is installed, updated or removed next spoils the other's files. {MEND}",
            stacklevel=3,
        )


if not hasattr(sys.modules[__package__], "__version__"):
    raise ImportError(
        f"files of micrograd-live and of karpathy's micrograd are mixed in "
        f"{Path(__file__).parent}: both are imported as `micrograd`. {MEND}"
    )
if sys.platform != "emscripten":
    warn_of_the_other(Path(__file__).parent)
