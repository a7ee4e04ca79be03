"""Arithmetic, comparison, logic, rounding, selection, conversion."""

import numpy as np

from .arrays import RANK, Cases, common, sample

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
    ((), ()), ((5,), ()), ((), (2, 3)), ((3,), (2, 3)), ((2, 1), (3,)), ((2, 3), (2, 3)),
    ((2, 1, 3), (4, 1)), ((1, 1), (2, 2)), ((0, 3), (3,)), ((2, 0), (1, 1)),
    ((2, 3, 2, 2), (3, 1, 2)), ((1, 3, 1), (2, 1, 4)), ((9,), (1,)),
)
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
        for op, function in (
            ("logicalAnd", np.logical_and), ("logicalOr", np.logical_or),
            ("logicalXor", np.logical_xor),
        ):
            cases.add(op, [a, b], function(a, b))
            cases.add(
                op, [x := sample((2, 1), "int32", -1, 2), y := sample((3,), "bool")],
                function(x, y),
            )
            cases.add(op, [x := sample((4,), "bool"), y := sample((2, 1), "uint8")], function(x, y))
        for x in (SPECIAL, sample((2, 3), "bool"), sample((4,), "int32", -1, 2)):
            cases.add("logicalNot", [x], np.logical_not(x))
        cases.add("isNaN", [SPECIAL], np.isnan(SPECIAL))

    # Integers: bool and uint8 are computed as int32.
    for dtypes in (
        ("int32", "int32"), ("uint8", "uint8"), ("bool", "int32"), ("bool", "bool"),
        ("uint8", "bool"),
    ):
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
    cases.add(
        "pow", [x := sample((3, 4), "float32", 0, 4), y := sample((4,), "float32", -3, 3)],
        power64(x, y),
    )
    cases.add(
        "mod", [base, np.array([[-3], [2], [7]], "int32")],
        np.mod(base, np.array([[-3], [2], [7]])).astype("int32"),
    )
    x = np.array([-7.5, -1, -0.25, 0, 0.25, 1, 7.5], "float32")
    y = np.array([[2], [-2], [0.75]], "float32")
    cases.add("mod", [x, y], np.mod(x, y))

    halves = [-2.5, -1.5, -0.5, -0.0, 0.0, 0.5, 1.5, 2.5, 0.49999997, 8388607.5]
    x = np.array([*halves, -1e10, np.inf, -np.inf, np.nan], "float32")
    for op, function in (
        ("floor", np.floor), ("ceil", np.ceil), ("round", np.rint), ("abs", np.abs),
        ("sign", np.sign), ("square", np.square),
    ):
        cases.add(op, [x], function(x))
    cases.add("neg", [x], -x)
    cases.add("neg", [y := np.array([0, 5, 255], "uint8")], -y.astype("int32"))
    cases.add("neg", [y := np.array([0, 5, -255], "int32")], -y)
    cases.add("square", [y], y * y)
    with np.errstate(all="ignore"):
        cases.add("sqrt", [x], np.sqrt(x))
    for low, high in ((-1, 1), (0, np.float32(0.375)), (2, 2), (-100, 100)):
        cases.add("clip", [x], np.clip(x, low, high), [float(low), float(high)])

    for condition, first, second in (
        ((3,), (3,), (3,)), ((), (2,), (2,)), ((2, 1), (3,), ()), ((2, 3), (), ()),
        ((1, 3), (2, 1), (3,)), ((0,), (1,), (1,)), ((2, 1, 2), (3, 1), (1,)),
    ):
        m, a, b = sample(condition, "bool"), sample(first), sample(second)
        cases.add("where", [m, a, b], np.where(m, a, b))
    for dtypes in (
        ("uint8", "uint8"), ("int32", "int32"), ("bool", "bool"), ("uint8", "float32"),
        ("bool", "int32"),
    ):
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
