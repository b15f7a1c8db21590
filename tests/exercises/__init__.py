"""The exercises' checks: what each says to answers that beginners give."""
