"""Writes test/fixtures/numpy/*.json: what NumPy computes and prints, for test/unit/numpy.test.ts.

    python3 scripts/numpy-cases.py && npx prettier --write test/fixtures/numpy

A case is {op, inputs, args, output}. An array is a line of text, `float32[2,3] 1 -0.5 nan inf 0 -0.0`: dtype,
shape, elements in row-major order (JSON has no nan and no infinity, and would be four times as long). Where
lanegrad's result has another dtype than NumPy's (sums of small integers, means, indices), `output` is NumPy's
result in lanegrad's dtype.
"""

import json
import math
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "test" / "fixtures" / "numpy"
RANK = {"bool": 0, "uint8": 1, "int32": 2, "float32": 3}
random = np.random.default_rng(20240607)


def plain(value):
    """The shortest text of a number that reads back as the same float64."""
    value = float(value)
    if value.is_integer() and abs(value) < 1e15 and (value != 0 or math.copysign(1, value) > 0):
        return str(int(value))
    return repr(value)


def encode(array):
    array = np.asarray(array)
    shape = ",".join(str(length) for length in array.shape)
    return " ".join([f"{array.dtype}[{shape}]", *(plain(value) for value in array.reshape(-1))])


def sample(shape, dtype="float32", low=-8, high=8):
    """Multiples of 1/8: sums and products of a few are exact in float32, in any order."""
    if dtype == "float32":
        return (random.integers(low * 8, high * 8, shape) / 8).astype("float32")
    if dtype == "bool":
        return random.integers(0, 2, shape).astype("bool")
    if dtype == "uint8":
        return random.integers(0, 256, shape).astype("uint8")
    return random.integers(low, high, shape).astype("int32")


def common(*arrays, least="bool"):
    """The arrays in the highest of their dtypes."""
    dtype = max([least, *(str(array.dtype) for array in arrays)], key=RANK.get)
    return [array.astype(dtype) for array in arrays]


class Cases:
    def __init__(self, name):
        self.name = name
        self.cases = []

    def add(self, op, inputs, output, args=()):
        encoded = [encode(x) for x in output] if isinstance(output, list) else encode(output)
        self.cases.append(
            {"op": op, "inputs": [encode(x) for x in inputs], "args": list(args), "output": encoded}
        )

    def write(self):
        write(self.name, self.cases)


def write(name, cases):
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {"source": f"NumPy {np.__version__}", "cases": cases}
    (FOLDER / f"{name}.json").write_text(json.dumps(content) + "\n")
    print(f"{name}: {len(cases)} cases")


# ---- shapes: slice, reshape, transpose, concat, stack, pad, tile, split, gather ----


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
        ":", "3:", ":4", "2:7", "-7:", ":-7", "-3:-1", "::2", "1::3", "::-1", "8:2:-1", "8:2:-2", "-2:-9:-3",
        "5:5", "7:3", "3:7:-1", "0:100", "-100:4", "100:", ":-100", "100::-1", "-100::-1", ":100:-1", "::-3",
        "::100", "::-100", "2:3", "9", "-10", "-1", " 2 : 5 ", "+1:+4", [0, 14], [-4, -1], [3, 3], [8, 2], 0, 9,
        -1, -10,
    ):  # fmt: skip
        cases.add("slice", [vector], vector[python_slice(spec)], [spec])
    cube = np.arange(2 * 5 * 7, dtype="int32").reshape(2, 5, 7)
    for specs in (
        [1], ["-1"], [":", 2], [":", ":", 3], [0, 1, 2], ["1:"], ["::-1"], [":", "1:4"], [":", "::2", "::3"],
        ["::-1", "::-1", "::-1"], ["::-1", "3:0:-2", "-1::-4"], [":", [1, 3], [2, 6]], [-1, ":", "-3:"],
        [[0, 1], 2, ":"], [":", "2:2"], ["0:0", ":", 1], [1, "4:1:-1", -7], [":", -5, "::6"], ["0:9", "0:9", "0:9"],
    ):  # fmt: skip
        cases.add("slice", [cube], cube[tuple(python_slice(spec) for spec in specs)], specs)
    for dtype in ("uint8", "bool", "float32", "int32"):
        matrix = sample((6, 5), dtype)
        for specs in (["1:4"], ["::-2"], [":", "1:3"], ["2:", "::-1"], [3], [":", -2], ["5:1:-2", "0:4:3"]):
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
    for shape in ((), (1,), (5,), (4, 6), (5, 1), (2, 3, 4), (1, 4, 1), (2, 3, 2, 4), (0, 3), (3, 0, 2)):
        for dtype in ("float32", "uint8") if len(shape) < 4 else ("int32", "bool"):
            cases.add("transpose", [x := sample(shape, dtype)], x.T)
    for shape, axes in (
        ((2, 3, 4), (0, 2, 1)), ((2, 3, 4), (1, 0, 2)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (1, 2, 0)),
        ((2, 3, 4), (-1, 0, -2)), ((2, 3, 4), (0, 1, 2)), ((2, 3, 4, 5), (0, 2, 1, 3)), ((2, 3, 4, 5), (3, 1, 0, 2)),
        ((2, 3, 4, 5), (2, 3, 0, 1)), ((1, 3, 1, 5), (3, 2, 1, 0)), ((2, 3, 1, 2, 2), (4, 2, 0, 3, 1)), ((17, 13), (1, 0)),
    ):  # fmt: skip
        for dtype in ("float32", "uint8"):
            if math.prod(shape) <= 64 or dtype == "float32":
                cases.add("transpose", [x := sample(shape, dtype)], x.transpose(axes), [axes])
    for shape, target in (
        ((6,), (2, 3)), ((2, 3), (-1,)), ((2, 3), (3, -1)), ((2, 3), (1, 6, 1)), ((1,), ()), ((), (1, 1)),
        ((0, 3), (3, 0)), ((0, 3), (0,)), ((0, 3), (-1, 3)), ((4, 3, 2), (2, -1)),
    ):  # fmt: skip
        cases.add("reshape", [x := sample(shape)], x.reshape(target), [target])
    for shape, axis in (((3,), 0), ((3,), 1), ((3,), -1), ((), 0), ((2, 3), 1), ((2, 3), -2), ((2, 3), -3)):
        cases.add("expandDims", [x := sample(shape)], np.expand_dims(x, axis), [axis])
    for shape, axis in (((1, 3, 1), None), ((1, 3, 1), 0), ((1, 3, 1), -1), ((1, 3, 1), [0, 2]), ((1, 1), None), ((3,), None)):
        cases.add(
            "squeeze", [x := sample(shape)], np.squeeze(x, tuple(axis) if isinstance(axis, list) else axis), [axis]
        )
    for shape, target in (((3,), (2, 3)), ((3, 1), (3, 4)), ((), (2, 2)), ((1, 3, 1), (2, 3, 4)), ((2, 1), (0, 2, 3)), ((1,), (0,))):
        for dtype in ("float32", "bool"):
            cases.add("broadcastTo", [x := sample(shape, dtype)], np.broadcast_to(x, target), [target])

    for parts, axis in (
        ([(2, 3), (4, 3)], 0), ([(2, 3), (2, 1), (2, 2)], 1), ([(2, 3), (2, 3)], -1), ([(3,), (0,), (2,)], 0),
        ([(2, 2, 3), (2, 1, 3)], -2), ([(2, 3)], 0), ([(0, 3), (0, 3)], 0), ([(2, 0), (2, 3)], 1),
    ):  # fmt: skip
        arrays = [sample(shape) for shape in parts]
        cases.add("concat", arrays, np.concatenate(arrays, axis), [axis])
    for dtypes in (("uint8", "uint8"), ("bool", "bool"), ("int32", "float32"), ("bool", "uint8"), ("uint8", "int32"), ("bool", "float32")):
        arrays = [sample((2, 3), dtypes[0]), sample((2, 2), dtypes[1])]
        cases.add("concat", arrays, np.concatenate(common(*arrays), 1), [1])
    for shape, count, axis in (((3,), 2, 0), ((3,), 2, 1), ((3,), 2, -1), ((), 3, 0), ((2, 3), 3, 1), ((2, 3), 2, -1), ((2, 3), 2, -3), ((0, 2), 2, 1)):
        arrays = [sample(shape) for _ in range(count)]
        cases.add("stack", arrays, np.stack(arrays, axis), [axis])

    for shape, widths, value in (
        ((3,), [[1, 2]], 0), ((2, 3), [[0, 1], [2, 0]], 0), ((2, 3), [[1, 1], [1, 1]], -2.5), ((2, 3), [[0, 0], [0, 0]], 7),
        ((0, 2), [[1, 1], [0, 1]], 3), ((2, 2, 2), [[1, 0], [0, 1], [1, 1]], 9), ((), [], 4),
    ):  # fmt: skip
        cases.add("pad", [x := sample(shape)], np.pad(x, widths, constant_values=value) if shape else x, [widths, value])
    for dtype, value in (("uint8", 255), ("int32", -7), ("bool", 1)):
        cases.add("pad", [x := sample((2, 2), dtype)], np.pad(x, [[1, 0], [0, 2]], constant_values=value), [[[1, 0], [0, 2]], value])
    for shape, repeats in (
        ((3,), 2), ((3,), [2, 2]), ((2, 3), 2), ((2, 3), [2, 1]), ((2, 3), [1, 2]), ((2, 3), [2, 1, 2]), ((), 3),
        ((2, 2), [0, 2]), ((2, 2), 0), ((1, 2, 1), [2, 2, 3]), ((0, 2), [2, 2]),
    ):  # fmt: skip
        cases.add("tile", [x := sample(shape)], np.tile(x, repeats), [repeats])
    for dtype in ("uint8", "int32", "bool"):
        cases.add("tile", [x := sample((2, 2), dtype)], np.tile(x, [2, 3]), [[2, 3]])

    for shape, parts, axis in (
        ((6,), 3, 0), ((6,), 1, 0), ((4, 6), 2, 0), ((4, 6), 3, 1), ((4, 6), 2, -1), ((6,), [2, 3], 0), ((6,), [2, 9], 0),
        ((6,), [4, 2], 0), ((6,), [-2], 0), ((6,), [-4, -1], 0), ((4, 6), [1, 3], 1), ((6,), [], 0), ((0, 2), 2, 0), ((6,), [0, 0, 6], 0),
    ):  # fmt: skip
        cases.add("split", [x := sample(shape)], np.split(x, parts, axis), [parts, axis])

    for shape, indices, axis in (
        ((5,), [0, 4, 2, 2], 0), ((5,), [-1, -5], 0), ((5, 3), [[1, 0], [-2, 4]], 0), ((5, 3), [2, 0, 1], 1), ((5, 3), [0], -1),
        ((2, 4, 3), [3, 0, -1], 1), ((2, 4, 3), [[1], [-1]], 2), ((2, 4, 3), [[0, 1], [1, 0]], -3), ((5, 3), [], 0), ((5,), 3, 0), ((2, 3), -1, 1),
        ((3, 0), [2, 1], 0),
    ):  # fmt: skip
        at = np.array(indices, "int32")
        for dtype in ("float32", "uint8"):
            cases.add("gather", [x := sample(shape, dtype), at], np.take(x, at, axis), [axis])
    cases.write()


# ---- element by element ----

ARITHMETIC = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "mod": np.mod,
}
COMPARISON = {
    "equal": np.equal,
    "notEqual": np.not_equal,
    "less": np.less,
    "lessEqual": np.less_equal,
    "greater": np.greater,
    "greaterEqual": np.greater_equal,
}
PAIRS = (
    ((), ()), ((5,), ()), ((), (2, 3)), ((3,), (2, 3)), ((2, 1), (3,)), ((2, 3), (2, 3)), ((2, 1, 3), (4, 1)),
    ((1, 1), (2, 2)), ((0, 3), (3,)), ((2, 0), (1, 1)), ((2, 3, 2, 2), (3, 1, 2)), ((1, 3, 1), (2, 1, 4)), ((9,), (1,)),
)  # fmt: skip
SPECIAL = np.array([0.0, -0.0, 1, -1, 2.5, -2.5, np.inf, -np.inf, np.nan], "float32")


def elementwise():
    cases = Cases("elementwise")
    for i, (first, second) in enumerate(PAIRS):
        a, b = sample(first), sample(second)
        names = list(ARITHMETIC)
        for op in (names[i % 6], names[(i + 2) % 6], names[(i + 3) % 6]):
            if op == "mod":
                b = np.where(b == 0, np.float32(0.375), b)
            cases.add(op, [a, b], ARITHMETIC[op](a, b))
        b = np.where(b == 0, np.float32(0.375), b)
        cases.add("div", [a, b], a / b)
        names = list(COMPARISON)
        a, b = sample(first, "int32", -2, 2), sample(second, "int32", -2, 2)
        for op in (names[i % 6], names[(i + 2) % 6]):
            cases.add(op, [a, b], COMPARISON[op](a, b))

    with np.errstate(all="ignore"):
        a, b = SPECIAL[:, None], SPECIAL[None, :]
        for op, function in ARITHMETIC.items():
            cases.add(op, [a, b], function(a, b))
        cases.add("div", [a, b], a / b)
        cases.add("pow", [a, b], np.power(a, b))
        for op, function in COMPARISON.items():
            cases.add(op, [a, b], function(a, b))
        for op, function in (("logicalAnd", np.logical_and), ("logicalOr", np.logical_or), ("logicalXor", np.logical_xor)):
            cases.add(op, [a, b], function(a, b))
            cases.add(op, [x := sample((2, 1), "int32", -1, 2), y := sample((3,), "bool")], function(x, y))
            cases.add(op, [x := sample((4,), "bool"), y := sample((2, 1), "uint8")], function(x, y))
        for x in (SPECIAL, sample((2, 3), "bool"), sample((4,), "int32", -1, 2)):
            cases.add("logicalNot", [x], np.logical_not(x))
        cases.add("isNaN", [SPECIAL], np.isnan(SPECIAL))

    # Integers: bool and uint8 are computed as int32.
    for dtypes in (("int32", "int32"), ("uint8", "uint8"), ("bool", "int32"), ("bool", "bool"), ("uint8", "bool")):
        a, b = sample((2, 3), dtypes[0]), sample((3,), dtypes[1])
        b = np.where(b == 0, 1, b).astype(dtypes[1])
        x, y = common(a, b, least="int32")
        for op, function in ARITHMETIC.items():
            cases.add(op, [a, b], function(x, y))
        cases.add("div", [a, b], x.astype("float32") / y.astype("float32"))
        cases.add("less", [a, b], x < y)
        cases.add("equal", [a, b], x == y)
    for dtype in ("int32", "uint8", "bool"):
        a, b = sample((4,), dtype), sample((4,))
        cases.add("add", [a, b], a.astype("float32") + b)
        cases.add("mul", [b, a], b * a.astype("float32"))
        cases.add("greater", [a, b], a.astype("float32") > b)
    edge = np.array([2**31 - 1, -(2**31), 0, 65536], "int32")
    for op in ("add", "sub", "mul", "maximum", "minimum"):
        cases.add(op, [edge, edge[::-1]], ARITHMETIC[op](edge, edge[::-1]))
    for op in COMPARISON:
        cases.add(op, [edge, edge[::-1]], COMPARISON[op](edge, edge[::-1]))
    near = np.array([16777216, 16777217, 16777218], "int32")
    cases.add("equal", [near, near[::-1]], near == near[::-1])
    base = np.array([-3, -2, -1, 0, 1, 2, 3, 10], "int32")
    power = np.arange(6, dtype="int32")[:, None]
    cases.add("pow", [base, power], base**power)
    cases.add("pow", [x := sample((3, 4), "float32", 0, 4), y := sample((4,), "float32", -3, 3)], power64(x, y))
    cases.add("mod", [base, np.array([[-3], [2], [7]], "int32")], np.mod(base, np.array([[-3], [2], [7]])).astype("int32"))
    cases.add("mod", [x := np.array([-7.5, -1, -0.25, 0, 0.25, 1, 7.5], "float32"), y := np.array([[2], [-2], [0.75]], "float32")], np.mod(x, y))

    x = np.array([-2.5, -1.5, -0.5, -0.0, 0.0, 0.5, 1.5, 2.5, 0.49999997, 8388607.5, -1e10, np.inf, -np.inf, np.nan], "float32")
    for op, function in (("floor", np.floor), ("ceil", np.ceil), ("round", np.rint), ("abs", np.abs), ("sign", np.sign), ("square", np.square)):
        cases.add(op, [x], function(x))
    cases.add("neg", [x], -x)
    cases.add("neg", [y := np.array([0, 5, 255], "uint8")], -y.astype("int32"))
    cases.add("neg", [y := np.array([0, 5, -255], "int32")], -y)
    cases.add("square", [y], y * y)
    with np.errstate(all="ignore"):
        cases.add("sqrt", [x], np.sqrt(x))
    for low, high in ((-1, 1), (0, np.float32(0.375)), (2, 2), (-100, 100)):
        cases.add("clip", [x], np.clip(x, low, high), [float(low), float(high)])

    for condition, first, second in (((3,), (3,), (3,)), ((), (2,), (2,)), ((2, 1), (3,), ()), ((2, 3), (), ()), ((1, 3), (2, 1), (3,)), ((0,), (1,), (1,)), ((2, 1, 2), (3, 1), (1,))):
        m, a, b = sample(condition, "bool"), sample(first), sample(second)
        cases.add("where", [m, a, b], np.where(m, a, b))
    for dtypes in (("uint8", "uint8"), ("int32", "int32"), ("bool", "bool"), ("uint8", "float32"), ("bool", "int32")):
        m, a, b = sample((2, 3), "int32", -1, 2), sample((3,), dtypes[0]), sample((2, 1), dtypes[1])
        cases.add("where", [m, a, b], np.where(m, *common(a, b)))

    fractions = np.array([0, -0.0, 0.9, -0.9, 1.5, -1.5, 200.7, 255], "float32")
    cases.add("cast", [fractions], fractions.astype("int32"), ["int32"])
    cases.add("cast", [y := np.abs(fractions)], y.astype("uint8"), ["uint8"])
    cases.add("cast", [x], x.astype("bool"), ["bool"])
    for source in ("int32", "uint8", "bool"):
        y = np.abs(sample((2, 5), source))
        for target in RANK:
            cases.add("cast", [y], y.astype(target), [target])
    big = np.array([2**31 - 1, -(2**31), 16777217, -16777219], "int32")
    cases.add("cast", [big], big.astype("float32"), ["float32"])
    cases.write()


def power64(x, y):
    """In float64, rounded once."""
    with np.errstate(all="ignore"):
        return np.power(x.astype("float64"), y.astype("float64")).astype("float32")


# ---- reductions and products ----


def reductions():
    cases = Cases("reduce")
    axes = {
        (): [None],
        (5,): [None, 0, -1],
        (3, 4): [None, 0, 1, -1, [0, 1]],
        (2, 3, 5): [0, 1, -2, [0, 2], [-1, 0], [1, 2], [0, 1], None],
        (2, 3, 2, 3): [[0, 2], [1, 3], [0, 3], [1, 2]],
        (0, 3): [0, 1, None],
        (1, 1): [0, None],
    }
    turn = 0
    for shape, choices in axes.items():
        for axis in choices:
            x = sample(shape)
            numpy_axis = tuple(axis) if isinstance(axis, list) else axis
            wide = x.astype("float64")
            results = {
                "sum": lambda k: wide.sum(numpy_axis, keepdims=k),
                "mean": lambda k: wide.mean(numpy_axis, keepdims=k),
                "max": lambda k: wide.max(numpy_axis, keepdims=k),
                "min": lambda k: wide.min(numpy_axis, keepdims=k),
                "prod": lambda k: wide.prod(numpy_axis, keepdims=k),
                "variance": lambda k: wide.var(numpy_axis, keepdims=k),
                "std": lambda k: wide.std(numpy_axis, keepdims=k),
                "logsumexp": lambda k: np.log(np.exp(wide).sum(numpy_axis, keepdims=k)),
                "any": lambda k: x.any(numpy_axis, keepdims=k),
                "all": lambda k: x.all(numpy_axis, keepdims=k),
            }
            for op, compute in results.items():
                turn += 1
                keepdims = turn % 3 == 0
                if math.prod(shape) == 0 and op not in ("sum", "prod", "any", "all"):
                    continue
                result = compute(keepdims)
                dtype = "bool" if op in ("any", "all") else "float32"
                cases.add(op, [x], np.asarray(result).astype(dtype), [axis, keepdims])
            if math.prod(shape) > 0 and not isinstance(axis, list):
                few = sample(shape, "int32", -2, 2)
                for op, function in (("argmax", np.argmax), ("argmin", np.argmin)):
                    cases.add(op, [few], np.asarray(function(few, axis)).astype("int32"), [axis])
                    cases.add(op, [x], np.asarray(function(x, axis)).astype("int32"), [axis])
    for dtype in ("int32", "uint8", "bool"):
        x = sample((3, 4), dtype, -4, 4)
        for axis in (None, 0, 1):
            for op, function in (("sum", np.sum), ("prod", np.prod)):
                cases.add(op, [x], np.asarray(function(x, axis, dtype="int32")), [axis])
            for op, function in (("max", np.max), ("min", np.min), ("any", np.any), ("all", np.all)):
                cases.add(op, [x], np.asarray(function(x, axis)), [axis])
            cases.add("mean", [x], np.asarray(np.mean(x, axis, dtype="float64")).astype("float32"), [axis])
            cases.add("argmax", [x], np.asarray(np.argmax(x, axis)).astype("int32"), [axis])
    special = np.array([[np.nan, 1, 2], [3, np.nan, -np.inf], [np.inf, -np.inf, 0], [-0.0, 0.0, -1]], "float32")
    for axis in (None, 0, 1):
        with np.errstate(all="ignore"):
            for op, function in (("sum", np.sum), ("max", np.max), ("min", np.min), ("mean", np.mean), ("any", np.any), ("all", np.all)):
                cases.add(op, [special], np.asarray(function(special, axis)), [axis])
            for op, function in (("argmax", np.argmax), ("argmin", np.argmin)):
                cases.add(op, [special], np.asarray(function(special, axis)).astype("int32"), [axis])
    cases.write()


def products():
    cases = Cases("product")
    for first, second in (
        ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((5, 13), (13, 14)), ((1, 1), (1, 1)),
        ((2, 4, 3), (3, 2)), ((2, 4, 3), (3,)), ((3,), (2, 3, 4)), ((4, 3), (2, 3, 2)), ((2, 4, 3), (2, 3, 2)),
        ((2, 1, 2, 3), (3, 3, 2)), ((1, 2, 3), (2, 3, 2)), ((2, 2, 3), (1, 3, 2)), ((3, 1, 2, 2), (1, 2, 2, 2)), ((2, 3, 1, 4), (4, 2)),
        ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((2, 3), (3, 0)), ((0,), (0,)), ((0, 2, 3), (3, 2)), ((2, 2, 0), (2, 0, 2)),
    ):  # fmt: skip
        a, b = sample(first), sample(second)
        cases.add("matmul", [a, b], np.asarray(np.matmul(a, b)))
    shapes = {0: (), 1: (3,), 2: (2, 3), 3: (2, 4, 3), 4: (2, 1, 2, 3)}
    seconds = {0: (), 1: (3,), 2: (3, 2), 3: (2, 3, 4), 4: (2, 2, 3, 2)}
    for i, first in shapes.items():
        for j, second in seconds.items():
            a, b = sample(first), sample(second)
            cases.add("dot", [a, b], np.asarray(np.dot(a, b)))
    cases.add("dot", [a := sample((2, 0)), b := sample((3, 0, 2))], np.dot(a, b))
    cases.add("dot", [a := sample((0, 3)), b := sample((2, 3, 2))], np.dot(a, b))
    for dtype in ("int32", "uint8", "bool"):
        a, b = sample((2, 3), dtype), sample((3, 2))
        cases.add("matmul", [a, b], a.astype("float32") @ b)
        cases.add("dot", [b, a], b @ a.astype("float32"))
    cases.write()


# ---- text ----


def printing():
    cases = []

    def add(array):
        cases.append({"array": encode(array), "text": str(array)})

    def float32(values):
        add(np.array(values, "float32"))

    rows = [
        [1, 2, 3], [1.5, -2.25, 3], [-1, 10, -100], [0.1, 0.2, 0.3], [0.0, -0.0], [-0.0], [0.0], [1], [-1.5],
        [1e-4, 1], [9e-5, 1], [1e-4], [0.00011], [1e-4, 0.09], [1e-4, 0.1], [1e-4, 0.11], [1, 1000], [1, 1001], [1, 1000.0001],
        [1e8, 2e8], [99999999.0], [99999992.0], [1e7, 12345678], [1e16], [1e38, -1e38], [1e-45], [1e-38, 1e38], [3.4028235e38, -1e-10],
        [np.nan], [np.inf], [-np.inf], [np.nan, np.inf, -np.inf], [1, np.nan], [1.5, np.inf, -np.inf], [100000, np.nan, -1],
        [1e-10, np.nan, -np.inf], [np.nan, 0], [-1, np.nan], [-np.inf, 12345.678], [1 / 3, 2 / 3, 1], [123.456, 1e-3, 0.5],
        [16777.216, 1.25], [16777216, 1], [0.001953125, 1], [0.005859375, 0.5], [0.0009765625, 0.25], [2**-9, 3 * 2**-9, 5 * 2**-9],
        [0.123456789, 9.87654321], [1.00000012, 1], [0.99999994, 1], [3.14159274, 2.71828175], [1e5, 1.5], [123456.789, 999.5],
        [-1e-3, 1e-3], [1e-5, -1e-5], [1e20, np.inf], [0, 1e-5], [0, 0, 5e-9], [1.17549435e-38], [255, 254.5], [0.5, 500], [0.5, 501],
        [1024, 1.0009765625], [1.0000001e-4, 1e-4], [33554432, 16777217], [7.0000001, 7], [8388608.5, 0], [4194304.25, 4096],
        [999999], [999999.9], [1e6], [1e6, 1], [99999.99, 100], [0.3, 300], [0.3, 300.00003], [1.00390625], [1.01171875, 2], [1.00390625e-5],
        [9.9999994e-5, 1], [0.1, 1.0000001e-4, 900], [6.6136563e-05, 0.1874, 2e3], [0.99999999, 9.999999], [99.99999, 0.5], [524288.25, 2],
        [2**-96, 1], [2**86], [2**90, -(2.0**-96)],
    ]  # fmt: skip
    for row in rows:
        float32(row)
    for value in (
        0, -0.0, 1, -1, 1.5, 0.1, 1e-4, 9.9e-5, 1e-5, 1e15, 1e16, 1e17, 123456789, 3.14159274, np.nan, np.inf, -np.inf, 1e-45, 3.4028235e38,
        16777216, 1e8, -2.5e-7, 1 / 3, 12345.678, 9999999, 1e7, 0.00012345678,
    ):  # fmt: skip
        float32(value)
    for values in ([1, 2, 3], [-1, 0, 100], [0], [-5], [2**31 - 1, -(2**31)], [[1, -20], [300, 4]], 7, -7, [10, 9], [-1, 5]):
        add(np.array(values, "int32"))
    for values in ([1, 255], [0], 255, [[1, 2], [30, 4]], list(range(12))):
        add(np.array(values, "uint8"))
    for values in ([True], [False], [True, True], [True, False], [[True, False], [True, True]], [[True, True]], True, False, [[False] * 20] * 2):
        add(np.array(values, "bool"))

    for shape in ((2, 3), (1, 1), (3, 1), (1, 3), (2, 2, 2), (2, 1, 3), (1, 1, 1), (2, 1, 2, 2), (1, 2, 1, 2, 1)):
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
        (1000,), (1001,), (2000,), (50, 21), (40, 25), (7, 200), (6, 200), (200, 6), (200, 7), (1001, 1), (1, 1001), (11, 10, 10),
        (3, 3, 200), (200, 3, 3), (7, 7, 7, 7), (2, 2, 2, 200), (10, 101), (1, 1, 1001),
    ):  # fmt: skip
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


slicing()
shapes()
elementwise()
reductions()
products()
printing()
