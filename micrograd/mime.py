"""The MIME types of outputs that a page can show as more than a picture.

Each stands in an output beside its picture; a front end that does not know it shows the picture.
"""

DRAWING = "application/vnd.micrograd.drawing+json"
"""The same graph from top to bottom, for narrow screens."""

PLAYGROUND = "application/vnd.micrograd.playground+json"
QUIZ = "application/vnd.micrograd.quiz+json"
SCRUBBER = "application/vnd.micrograd.scrubber+json"
TRAINING = "application/vnd.micrograd.training+json"
