"""Settings that every test shares."""

import os

from hypothesis import settings

# Hypothesis times each example by default; on a busy machine that fails for no fault of the code.
settings.register_profile("default", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
