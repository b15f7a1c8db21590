"""The backend that is fastest in the browser: a program as a WebAssembly module."""
