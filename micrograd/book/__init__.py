"""What the book's chapters import and the engine does not need: numbers that are always the same.

A notebook that a reader takes along has the package and nothing else of the book.
"""
