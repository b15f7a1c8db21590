"""What PyTorch says of the neuron of chapter 2: its output `o`, and the gradients.

Written by tests/engine/record_pytorch.py.
"""

VERSION = "2.13.0"

NEURON = {
    "float32": {
        "o": 0.7071067094802856,
        "x1": -1.5000003576278687,
        "x2": 0.5000001192092896,
        "w1": 1.000000238418579,
        "w2": 0.0,
        "b": 0.5000001192092896,
    },
    "float64": {
        "o": 0.7071067811865476,
        "x1": -1.4999999999999998,
        "x2": 0.49999999999999994,
        "w1": 0.9999999999999999,
        "w2": 0.0,
        "b": 0.49999999999999994,
    },
}
