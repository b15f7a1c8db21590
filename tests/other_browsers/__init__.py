"""The way of a reader through the book, in stock Firefox and in WebKit."""
