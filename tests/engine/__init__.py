"""The engine: values, gradients, networks, drawings."""
