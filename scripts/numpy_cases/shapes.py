"""slice, reshape, transpose, concat, stack, pad, tile, split, gather."""

import math

import numpy as np

from .arrays import Cases, common, sample


def python_slice(spec):
    if isinstance(spec, int):
        return spec
    if isinstance(spec, list):
        return slice(*spec)
    if ":" not in spec:
        return int(spec)
    return slice(*(int(part) if part.strip() else None for part in spec.split(":")))


def slicing():
    cases = Cases("slice")
    vector = np.arange(10, dtype="float32")
    for spec in (
        ":", "3:", ":4", "2:7", "-7:", ":-7", "-3:-1", "::2", "1::3", "::-1", "8:2:-1", "8:2:-2",
        "-2:-9:-3", "5:5", "7:3", "3:7:-1", "0:100", "-100:4", "100:", ":-100", "100::-1",
        "-100::-1", ":100:-1", "::-3", "::100", "::-100", "2:3", "9", "-10", "-1", " 2 : 5 ",
        "+1:+4", [0, 14], [-4, -1], [3, 3], [8, 2], 0, 9, -1, -10,
    ):
        cases.add("slice", [vector], vector[python_slice(spec)], [spec])
    cube = np.arange(2 * 5 * 7, dtype="int32").reshape(2, 5, 7)
    for specs in (
        [1], ["-1"], [":", 2], [":", ":", 3], [0, 1, 2], ["1:"], ["::-1"], [":", "1:4"],
        [":", "::2", "::3"], ["::-1", "::-1", "::-1"], ["::-1", "3:0:-2", "-1::-4"],
        [":", [1, 3], [2, 6]], [-1, ":", "-3:"], [[0, 1], 2, ":"], [":", "2:2"], ["0:0", ":", 1],
        [1, "4:1:-1", -7], [":", -5, "::6"], ["0:9", "0:9", "0:9"],
    ):
        cases.add("slice", [cube], cube[tuple(python_slice(spec) for spec in specs)], specs)
    for dtype in ("uint8", "bool", "float32", "int32"):
        matrix = sample((6, 5), dtype)
        for specs in (
            ["1:4"], ["::-2"], [":", "1:3"], ["2:", "::-1"], [3], [":", -2], ["5:1:-2", "0:4:3"],
        ):
            cases.add("slice", [matrix], matrix[tuple(python_slice(spec) for spec in specs)], specs)
    five = np.arange(2 * 3 * 2 * 3 * 2, dtype="uint8").reshape(2, 3, 2, 3, 2)
    for specs in ([":", "::2", ":", "::-1"], [1, ":", 0, ":", 1], ["::-1", 1, "::-1", 1, "::-1"]):
        cases.add("slice", [five], five[tuple(python_slice(spec) for spec in specs)], specs)
    empty = np.zeros((0, 3), "float32")
    for specs in ([":"], ["::-1"], [":", 1], ["2:9", "1:"]):
        cases.add("slice", [empty], empty[tuple(python_slice(spec) for spec in specs)], specs)
    cases.write()


def shapes():
    cases = Cases("shape")
    for shape in (
        (), (1,), (5,), (4, 6), (5, 1), (2, 3, 4), (1, 4, 1), (2, 3, 2, 4), (0, 3), (3, 0, 2),
    ):
        for dtype in ("float32", "uint8") if len(shape) < 4 else ("int32", "bool"):
            cases.add("transpose", [x := sample(shape, dtype)], x.T)
    for shape, axes in (
        ((2, 3, 4), (0, 2, 1)), ((2, 3, 4), (1, 0, 2)), ((2, 3, 4), (2, 0, 1)),
        ((2, 3, 4), (1, 2, 0)), ((2, 3, 4), (-1, 0, -2)), ((2, 3, 4), (0, 1, 2)),
        ((2, 3, 4, 5), (0, 2, 1, 3)), ((2, 3, 4, 5), (3, 1, 0, 2)), ((2, 3, 4, 5), (2, 3, 0, 1)),
        ((1, 3, 1, 5), (3, 2, 1, 0)), ((2, 3, 1, 2, 2), (4, 2, 0, 3, 1)), ((17, 13), (1, 0)),
    ):
        for dtype in ("float32", "uint8"):
            if math.prod(shape) <= 64 or dtype == "float32":
                cases.add("transpose", [x := sample(shape, dtype)], x.transpose(axes), [axes])
    for shape, target in (
        ((6,), (2, 3)), ((2, 3), (-1,)), ((2, 3), (3, -1)), ((2, 3), (1, 6, 1)), ((1,), ()),
        ((), (1, 1)), ((0, 3), (3, 0)), ((0, 3), (0,)), ((0, 3), (-1, 3)), ((4, 3, 2), (2, -1)),
    ):
        cases.add("reshape", [x := sample(shape)], x.reshape(target), [target])
    for shape, axis in (
        ((3,), 0), ((3,), 1), ((3,), -1), ((), 0), ((2, 3), 1), ((2, 3), -2), ((2, 3), -3),
    ):
        cases.add("expandDims", [x := sample(shape)], np.expand_dims(x, axis), [axis])
    for axes in ((0, 3), (-1, 1), (3, -5, 1), ()):
        x = np.arange(6, dtype="float32").reshape(2, 3)
        cases.add("expandDims", [x], np.expand_dims(x, axes), [axes])
    for shape, axis in (
        ((1, 3, 1), None), ((1, 3, 1), 0), ((1, 3, 1), -1), ((1, 3, 1), [0, 2]), ((1, 1), None),
        ((3,), None),
    ):
        axes = tuple(axis) if isinstance(axis, list) else axis
        cases.add("squeeze", [x := sample(shape)], np.squeeze(x, axes), [axis])
    for shape, target in (
        ((3,), (2, 3)), ((3, 1), (3, 4)), ((), (2, 2)), ((1, 3, 1), (2, 3, 4)), ((2, 1), (0, 2, 3)),
        ((1,), (0,)),
    ):
        for dtype in ("float32", "bool"):
            cases.add(
                "broadcastTo", [x := sample(shape, dtype)], np.broadcast_to(x, target), [target],
            )

    for parts, axis in (
        ([(2, 3), (4, 3)], 0), ([(2, 3), (2, 1), (2, 2)], 1), ([(2, 3), (2, 3)], -1),
        ([(3,), (0,), (2,)], 0), ([(2, 2, 3), (2, 1, 3)], -2), ([(2, 3)], 0), ([(0, 3), (0, 3)], 0),
        ([(2, 0), (2, 3)], 1),
    ):
        arrays = [sample(shape) for shape in parts]
        cases.add("concat", arrays, np.concatenate(arrays, axis), [axis])
    for dtypes in (
        ("uint8", "uint8"), ("bool", "bool"), ("int32", "float32"), ("bool", "uint8"),
        ("uint8", "int32"), ("bool", "float32"),
    ):
        arrays = [sample((2, 3), dtypes[0]), sample((2, 2), dtypes[1])]
        cases.add("concat", arrays, np.concatenate(common(*arrays), 1), [1])
    for shape, count, axis in (
        ((3,), 2, 0), ((3,), 2, 1), ((3,), 2, -1), ((), 3, 0), ((2, 3), 3, 1), ((2, 3), 2, -1),
        ((2, 3), 2, -3), ((0, 2), 2, 1),
    ):
        arrays = [sample(shape) for _ in range(count)]
        cases.add("stack", arrays, np.stack(arrays, axis), [axis])

    for shape, widths, value in (
        ((3,), [[1, 2]], 0), ((2, 3), [[0, 1], [2, 0]], 0), ((2, 3), [[1, 1], [1, 1]], -2.5),
        ((2, 3), [[0, 0], [0, 0]], 7), ((0, 2), [[1, 1], [0, 1]], 3),
        ((2, 2, 2), [[1, 0], [0, 1], [1, 1]], 9), ((), [], 4),
    ):
        cases.add(
            "pad", [x := sample(shape)], np.pad(x, widths, constant_values=value) if shape else x,
            [widths, value],
        )
    for dtype, value in (("uint8", 255), ("int32", -7), ("bool", 1)):
        cases.add(
            "pad", [x := sample((2, 2), dtype)], np.pad(x, [[1, 0], [0, 2]], constant_values=value),
            [[[1, 0], [0, 2]], value],
        )
    for shape, repeats in (
        ((3,), 2), ((3,), [2, 2]), ((2, 3), 2), ((2, 3), [2, 1]), ((2, 3), [1, 2]),
        ((2, 3), [2, 1, 2]), ((), 3), ((2, 2), [0, 2]), ((2, 2), 0), ((1, 2, 1), [2, 2, 3]),
        ((0, 2), [2, 2]),
    ):
        cases.add("tile", [x := sample(shape)], np.tile(x, repeats), [repeats])
    for dtype in ("uint8", "int32", "bool"):
        cases.add("tile", [x := sample((2, 2), dtype)], np.tile(x, [2, 3]), [[2, 3]])

    for shape, parts, axis in (
        ((6,), 3, 0), ((6,), 1, 0), ((4, 6), 2, 0), ((4, 6), 3, 1), ((4, 6), 2, -1),
        ((6,), [2, 3], 0), ((6,), [2, 9], 0), ((6,), [4, 2], 0), ((6,), [-2], 0),
        ((6,), [-4, -1], 0), ((4, 6), [1, 3], 1), ((6,), [], 0), ((0, 2), 2, 0),
        ((6,), [0, 0, 6], 0),
    ):
        cases.add("split", [x := sample(shape)], np.split(x, parts, axis), [parts, axis])

    for shape, indices, axis in (
        ((5,), [0, 4, 2, 2], 0), ((5,), [-1, -5], 0), ((5, 3), [[1, 0], [-2, 4]], 0),
        ((5, 3), [2, 0, 1], 1), ((5, 3), [0], -1), ((2, 4, 3), [3, 0, -1], 1),
        ((2, 4, 3), [[1], [-1]], 2), ((2, 4, 3), [[0, 1], [1, 0]], -3), ((5, 3), [], 0),
        ((5,), 3, 0), ((2, 3), -1, 1),
        ((3, 0), [2, 1], 0),
    ):
        at = np.array(indices, "int32")
        for dtype in ("float32", "uint8"):
            cases.add("gather", [x := sample(shape, dtype), at], np.take(x, at, axis), [axis])
    cases.write()
