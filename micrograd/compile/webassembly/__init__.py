"""A program printed as a WebAssembly module."""
