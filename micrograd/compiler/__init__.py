"""Compile a function of data and Values into loops, and train it at machine speed."""
