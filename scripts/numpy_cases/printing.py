"""What str(array) gives."""

import math

import numpy as np

from .arrays import encode, random, sample, write


def printing():
    cases = []

    def add(array):
        cases.append({"array": encode(array), "text": str(array)})

    def float32(values):
        add(np.array(values, "float32"))

    rows = [
        [1, 2, 3], [1.5, -2.25, 3], [-1, 10, -100], [0.1, 0.2, 0.3], [0.0, -0.0], [-0.0], [0.0],
        [1], [-1.5], [1e-4, 1], [9e-5, 1], [1e-4], [0.00011], [1e-4, 0.09], [1e-4, 0.1],
        [1e-4, 0.11], [1, 1000], [1, 1001], [1, 1000.0001], [1e8, 2e8], [99999999.0], [99999992.0],
        [1e7, 12345678], [1e16], [1e38, -1e38], [1e-45], [1e-38, 1e38], [3.4028235e38, -1e-10],
        [np.nan], [np.inf], [-np.inf], [np.nan, np.inf, -np.inf], [1, np.nan],
        [1.5, np.inf, -np.inf], [100000, np.nan, -1], [1e-10, np.nan, -np.inf], [np.nan, 0],
        [-1, np.nan], [-np.inf, 12345.678], [1 / 3, 2 / 3, 1], [123.456, 1e-3, 0.5],
        [16777.216, 1.25], [16777216, 1], [0.001953125, 1], [0.005859375, 0.5],
        [0.0009765625, 0.25], [2**-9, 3 * 2**-9, 5 * 2**-9], [0.123456789, 9.87654321],
        [1.00000012, 1], [0.99999994, 1], [3.14159274, 2.71828175], [1e5, 1.5], [123456.789, 999.5],
        [-1e-3, 1e-3], [1e-5, -1e-5], [1e20, np.inf], [0, 1e-5], [0, 0, 5e-9], [1.17549435e-38],
        [255, 254.5], [0.5, 500], [0.5, 501], [1024, 1.0009765625], [1.0000001e-4, 1e-4],
        [33554432, 16777217], [7.0000001, 7], [8388608.5, 0], [4194304.25, 4096], [999999],
        [999999.9], [1e6], [1e6, 1], [99999.99, 100], [0.3, 300], [0.3, 300.00003], [1.00390625],
        [1.01171875, 2], [1.00390625e-5], [9.9999994e-5, 1], [0.1, 1.0000001e-4, 900],
        [6.6136563e-05, 0.1874, 2e3], [0.99999999, 9.999999], [99.99999, 0.5], [524288.25, 2],
        [2**-96, 1], [2**86], [2**90, -(2.0**-96)],
    ]
    for row in rows:
        float32(row)
    for value in (
        0, -0.0, 1, -1, 1.5, 0.1, 1e-4, 9.9e-5, 1e-5, 1e15, 1e16, 1e17, 123456789, 3.14159274,
        np.nan, np.inf, -np.inf, 1e-45, 3.4028235e38, 16777216, 1e8, -2.5e-7, 1 / 3, 12345.678,
        9999999, 1e7, 0.00012345678,
    ):
        float32(value)
    for values in (
        [1, 2, 3], [-1, 0, 100], [0], [-5], [2**31 - 1, -(2**31)], [[1, -20], [300, 4]], 7, -7,
        [10, 9], [-1, 5],
    ):
        add(np.array(values, "int32"))
    for values in ([1, 255], [0], 255, [[1, 2], [30, 4]], list(range(12))):
        add(np.array(values, "uint8"))
    for values in (
        [True], [False], [True, True], [True, False], [[True, False], [True, True]], [[True, True]],
        True, False, [[False] * 20] * 2,
    ):
        add(np.array(values, "bool"))

    for shape in (
        (2, 3), (1, 1), (3, 1), (1, 3), (2, 2, 2), (2, 1, 3), (1, 1, 1), (2, 1, 2, 2),
        (1, 2, 1, 2, 1),
    ):
        add(sample(shape))
        add(sample(shape, "int32", -200, 200))
    for shape in ((0,), (0, 3), (3, 0), (2, 0, 2)):
        add(np.zeros(shape, "float32"))
    add(np.zeros((0,), "int32"))
    add(np.zeros((2, 0), "bool"))
    # Lines of 75 characters.
    for length in (17, 18, 19, 20, 24, 25, 26, 36, 37, 38, 40):
        add(np.arange(length, dtype="float32"))
        add(np.arange(length, dtype="int32"))
    for length in (12, 14, 15, 16, 29, 31):
        add(np.ones(length, "bool"))
        add(sample((2, length)))
    add(sample((2, 2, 25), "uint8"))
    add(random.normal(size=(3, 9)).astype("float32"))
    add(random.normal(size=(2, 2, 8)).astype("float32"))
    add((random.normal(size=(2, 8)) * 1e6).astype("float32"))
    add(np.exp(random.normal(size=(4, 7)) * 5).astype("float32"))
    add(random.uniform(size=(2, 12)).astype("float32"))
    add((random.integers(-(2**31), 2**31, (3, 8))).astype("int32"))

    # More than 1000 elements: only the edges are shown, and only they decide the widths. The elements
    # follow a rule, so that the file stays small: data[i] = (i · 37) mod 101 − 50, times `scale`.
    def rule(shape, dtype, scale=1.0):
        i = np.arange(math.prod(shape))
        values = ((i * 37) % 101 - 50) * scale
        if dtype != "float32":
            values = np.abs(values) if dtype != "int32" else values
            values = values != 0 if dtype == "bool" else values
        array = values.astype(dtype).reshape(shape)
        cases.append({"shape": list(shape), "dtype": dtype, "scale": scale, "text": str(array)})

    for shape in (
        (1000,), (1001,), (2000,), (50, 21), (40, 25), (7, 200), (6, 200), (200, 6), (200, 7),
        (1001, 1), (1, 1001), (11, 10, 10), (3, 3, 200), (200, 3, 3), (7, 7, 7, 7), (2, 2, 2, 200),
        (10, 101), (1, 1, 1001),
    ):
        rule(shape, "float32", 0.125)
        if len(shape) < 3:
            rule(shape, "int32")
    rule((30, 40), "float32", 1e-3)
    rule((30, 40), "float32", 1e6)
    rule((30, 40), "float32", 1e-7)
    rule((30, 40), "float32", 1 / 3)
    rule((1001,), "float32", 123456.789)
    rule((30, 40), "uint8")
    rule((30, 40), "bool")
    rule((1500,), "bool")
    write("print", cases)
