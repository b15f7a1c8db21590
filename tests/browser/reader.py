"""What readers choose: the right answer of each prediction."""

RIGHT_CHOICES = {
    "leaves": "3",
    "nodes": "9",
    "tanh-slope": "0.5",
    "w2": "Because x2 is 0",
    "shared": "4",
    "slip": "It goes down",
    "digits": "about 7",
    "lost-step": "exactly 1",
    "count": "41",
    "right-before-training": "1",
    "bias-direction": "It should grow",
    "no-zeroing": "2 times as large",
    "too-right": "squared",
    "shift": "the largest score",
    "untrained": "the logarithm of the number of letters",
    "rate-one": "It jumps between two places for ever",
    "decay": "The constant rate",
    "straight-cut": "about nine in ten",
    "more-neurons": "worse",
}
