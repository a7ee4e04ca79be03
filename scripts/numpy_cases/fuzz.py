"""Random calls of 100 functions: odd shapes, all dtypes, zeros, ties, NaN, infinities, arrays without elements, any axes.

NumPy computes in float64, and the result is rounded once. `within` is the error that is allowed, in units of 2^-24 of the result.
"""

import math
import warnings

import numpy as np


from .arrays import Cases

random = np.random.default_rng(20261130)
LENGTHS = (0, 1, 1, 2, 3, 4, 5, 7)
DTYPES = ("float32", "int32", "uint8", "bool")
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1, -1, 0.5], "float32")
CALLS = 10


def shape_of(rank, least=0, most=40):
    """A shape of so many axes and not many elements."""
    while True:
        shape = tuple(int(n) for n in random.choice(LENGTHS, rank))
        if least <= np.prod(shape, dtype=int) <= most:
            return shape


def numbers(shape, dtype="float32", specials=0.2, low=-6.0, high=6.0):
    """Multiples of 1/8, some of them several times; of float32 a part is special."""
    if dtype == "bool":
        return random.integers(0, 2, shape).astype("bool")
    if dtype == "uint8":
        return random.choice([0, 1, 2, 3, 100, 200, 255], shape).astype("uint8")
    if dtype == "int32":
        return random.integers(-6, 7, shape).astype("int32")
    x = (random.integers(int(low * 8), int(high * 8) + 1, shape) / 8).astype("float32")
    if specials:
        x = np.where(random.random(shape) < specials, random.choice(SPECIAL, shape), x)
    return x.astype("float32")


def wide(x):
    return np.asarray(x).astype("float64")


def as_float(x):
    return np.asarray(x).astype("float32")


def whole(x):
    """What lanegrad computes integers in."""
    return x if x.dtype == np.float32 else x.astype("int32")


def broadcasting():
    shape = shape_of(random.integers(0, 4))
    operands = []
    for _ in range(2):
        lengths = [1 if random.random() < 0.3 else n for n in shape]
        operands.append(tuple(lengths[random.integers(0, len(shape) + 1) :]))
    return operands


def sinc(x):
    """NumPy's, which is 4e-17 at whole numbers, where it has to be 0."""
    return np.where((x != 0) & (x == np.floor(x)) & np.isfinite(x), 0, np.sinc(x))


UNARY = {
    # name: function, allowed error, range
    "abs": (np.abs, 0), "neg": (np.negative, 0), "sign": (np.sign, 0), "floor": (np.floor, 0),
    "ceil": (np.ceil, 0), "trunc": (np.trunc, 0), "square": (np.square, 0), "sqrt": (np.sqrt, 0),
    "reciprocal": (lambda x: 1 / x, 0), "exp": (np.exp, 2), "expm1": (np.expm1, 3),
    "exp2": (np.exp2, 2), "log": (np.log, 2), "log1p": (np.log1p, 3), "log2": (np.log2, 2),
    "log10": (np.log10, 2), "sin": (np.sin, 4), "cos": (np.cos, 4), "tan": (np.tan, 2),
    "arcsin": (np.arcsin, 2), "arccos": (np.arccos, 2), "arctan": (np.arctan, 4),
    "sinh": (np.sinh, 2), "cosh": (np.cosh, 2), "tanh": (np.tanh, 3), "arcsinh": (np.arcsinh, 2),
    "arccosh": (np.arccosh, 2), "arctanh": (np.arctanh, 2), "cbrt": (np.cbrt, 2),
    "sinc": (sinc, 4), "i0": (np.i0, 2), "erf": (np.vectorize(math.erf, otypes=[float]), 3),
    "deg2rad": (np.deg2rad, 2), "rad2deg": (np.rad2deg, 2), "isNaN": (np.isnan, 0),
    "isInf": (np.isinf, 0), "isFinite": (np.isfinite, 0), "signbit": (np.signbit, 0),
    "logicalNot": (np.logical_not, 0),
}  # fmt: skip
KEEP_WHOLE = ("abs", "neg", "sign", "floor", "ceil", "trunc", "square")

BINARY = {
    "add": (np.add, 0), "sub": (np.subtract, 0), "mul": (np.multiply, 0), "div": (np.divide, 0),
    "maximum": (np.maximum, 0), "minimum": (np.minimum, 0), "mod": (np.mod, 0),
    "fmod": (np.fmod, 0), "floorDivide": (np.floor_divide, 0), "arctan2": (np.arctan2, 2),
    "hypot": (np.hypot, 2), "logaddexp": (np.logaddexp, 8), "logaddexp2": (np.logaddexp2, 8),
    "fmax": (np.fmax, 0), "fmin": (np.fmin, 0), "heaviside": (np.heaviside, 0),
    "equal": (np.equal, 0), "notEqual": (np.not_equal, 0), "less": (np.less, 0),
    "lessEqual": (np.less_equal, 0), "greater": (np.greater, 0),
    "greaterEqual": (np.greater_equal, 0), "logicalAnd": (np.logical_and, 0),
    "logicalOr": (np.logical_or, 0), "logicalXor": (np.logical_xor, 0),
}  # fmt: skip
FLOAT_ONLY = ("div", "arctan2", "hypot", "logaddexp", "logaddexp2", "heaviside")
INTEGER = {
    "bitwiseAnd": np.bitwise_and, "bitwiseOr": np.bitwise_or, "bitwiseXor": np.bitwise_xor,
    "gcd": np.gcd, "lcm": np.lcm,
}  # fmt: skip

REDUCTIONS = {
    "sum": np.sum, "prod": np.prod, "mean": np.mean, "max": np.max, "min": np.min, "any": np.any,
    "all": np.all, "variance": np.var, "std": np.std, "ptp": np.ptp, "nansum": np.nansum,
    "nanprod": np.nanprod, "nanmean": np.nanmean, "nanmax": np.nanmax, "nanmin": np.nanmin,
    "nanvar": np.nanvar, "nanstd": np.nanstd, "median": np.median, "nanmedian": np.nanmedian,
}  # fmt: skip
NEEDS_ELEMENTS = ("max", "min", "ptp", "nanmax", "nanmin", "median", "nanmedian")
ROUNDED = {"mean": 2, "prod": 8, "nanprod": 8, "nanmean": 2, "median": 2, "nanmedian": 2}
ROUNDED |= dict.fromkeys(("variance", "std", "nanvar", "nanstd"), 8)
KEEP_DTYPE = ("max", "min", "nanmax", "nanmin")
COUNTED = ("sum", "prod", "nansum", "nanprod", "ptp")


def unary(cases):
    for name, (function, within) in UNARY.items():
        for _ in range(CALLS):
            x = numbers(shape_of(random.integers(0, 4)), random.choice(DTYPES, p=[0.7, 0.1, 0.1, 0.1]))
            if x.dtype != np.float32 and name in KEEP_WHOLE:
                y = function(x.astype("int32")).astype("int32")
            else:
                y = np.asarray(function(wide(x)))
                y = y if y.dtype == bool else as_float(y)
            cases.add(name, [x], y, within=within)


def binary(cases):
    for name, (function, within) in BINARY.items():
        for _ in range(CALLS):
            first, second = broadcasting()
            a = numbers(first, random.choice(DTYPES, p=[0.7, 0.1, 0.1, 0.1]))
            b = numbers(second, random.choice(DTYPES, p=[0.7, 0.1, 0.1, 0.1]))
            y = np.asarray(function(wide(a), wide(b)))
            if y.dtype != bool:
                is_float = name in FLOAT_ONLY or "float32" in (a.dtype, b.dtype)
                if not is_float and name in ("mod", "fmod", "floorDivide"):
                    # Division of integers by 0 has no number.
                    b = np.where(b == 0, 1, b).astype(b.dtype)
                    y = np.asarray(function(wide(a), wide(b)))
                if not is_float and name in ("maximum", "minimum", "fmax", "fmin"):
                    y = y.astype("int32")
                y = as_float(y) if is_float else y.astype("int32")
            cases.add(name, [a, b], y, within=within)
    for name, function in INTEGER.items():
        for _ in range(CALLS):
            first, second = broadcasting()
            a, b = (numbers(s, random.choice(DTYPES[1:3])) for s in (first, second))
            cases.add(name, [a, b], function(a.astype("int32"), b.astype("int32")))


def some_axes(rank):
    kind = random.integers(0, 4)
    if kind == 0 or rank == 0:
        return None
    if kind < 3:
        return int(random.integers(-rank, rank))
    count = random.integers(1, rank + 1)
    return [int(axis) for axis in random.permutation(rank)[:count]]


def reductions(cases):
    for name, function in REDUCTIONS.items():
        for call in range(2 * CALLS):
            rank = random.integers(0, 5)
            x = numbers(shape_of(rank), random.choice(DTYPES, p=[0.7, 0.1, 0.1, 0.1]), 0.05, -2, 2)
            axis = some_axes(rank)
            numpy_axis = tuple(axis) if isinstance(axis, list) else axis
            axes = range(rank) if axis is None else np.atleast_1d(axis) % max(rank, 1)
            count = np.prod([x.shape[i] for i in axes], dtype=int)
            if count == 0 and name in NEEDS_ELEMENTS:
                continue
            keepdims = call % 3 == 0
            if name == "ptp" and x.dtype == bool:
                continue
            y = np.asarray(function(x if name in ("any", "all") else wide(x), axis=numpy_axis, keepdims=keepdims))
            if name in KEEP_DTYPE or (name in COUNTED and x.dtype != np.float32):
                y = y.astype(x.dtype if name in KEEP_DTYPE else "int64").astype(
                    x.dtype if name in KEEP_DTYPE else "int32"
                )
            elif name not in ("any", "all"):
                y = as_float(y)
            cases.add(name, [x], y, [axis, keepdims], within=ROUNDED.get(name, 0))


def along(cases):
    for _ in range(3 * CALLS):
        rank = random.integers(1, 4)
        x = numbers(shape_of(rank), random.choice(DTYPES), 0.1)
        axis = int(random.integers(-rank, rank))
        cases.add("sort", [x], np.sort(x, axis), [axis])
        cases.add("argsort", [x], np.argsort(x, axis, kind="stable").astype("int32"), [axis])
        cases.add("cumsum", [x], cumulative(np.cumsum, x, axis), [axis])
        cases.add("cumprod", [x], cumulative(np.cumprod, x, axis), [axis], within=8)
        cases.add("nancumsum", [x], cumulative(np.nancumsum, x, axis), [axis])
        cases.add("nancumprod", [x], cumulative(np.nancumprod, x, axis), [axis], within=8)
        cases.add("flip", [x], np.flip(x, axis), [axis])
        shift = int(random.integers(-9, 10))
        cases.add("roll", [x], np.roll(x, shift, axis), [shift, axis])
        n = int(random.integers(0, 3))
        y = as_float(np.diff(wide(x), n, axis)) if x.dtype == np.float32 else np.diff(x if x.dtype == np.bool_ else x.astype("int32"), n, axis)
        if n > 0:
            cases.add("diff", [x], y, [n, axis])
        counts = random.integers(0, 3, x.shape[axis]).tolist()
        cases.add("repeat", [x], np.repeat(x, counts, axis), [counts, axis])
        if x.shape[axis] > 0:
            for name, function in (("argmax", np.argmax), ("argmin", np.argmin)):
                cases.add(name, [x], np.asarray(function(x, axis)).astype("int32"), [axis])
    for name, function in (
        ("quantile", np.quantile), ("percentile", np.percentile), ("nanquantile", np.nanquantile),
        ("nanpercentile", np.nanpercentile),
    ):  # fmt: skip
        for call in range(2 * CALLS):
            rank = random.integers(1, 4)
            x = numbers(shape_of(rank, 1), random.choice(DTYPES), 0.05 if call % 2 else 0)
            q = numbers((int(random.integers(0, 4)),), specials=0, low=0, high=1) if call % 3 else np.float32(0.375)
            if "percentile" in name:
                q = as_float(q * 100)
            axis = some_axes(rank)
            method = ("linear", "lower", "higher", "midpoint", "nearest")[call % 5]
            y = function(wide(x), wide(q), axis=tuple(axis) if isinstance(axis, list) else axis, method=method, keepdims=call % 4 == 0)
            cases.add(name, [x, q], as_float(y), [axis, method, call % 4 == 0], within=6)


def cumulative(function, x, axis):
    if x.dtype == np.float32:
        return as_float(function(wide(x), axis))
    return function(x.astype("int64"), axis).astype("int32")


def matrices(cases):
    for _ in range(2 * CALLS):
        rank = random.integers(2, 4)
        x = numbers(shape_of(rank), random.choice(DTYPES), 0.1)
        k = int(random.integers(-4, 5))
        cases.add("tril", [x], np.tril(x, k), [k])
        cases.add("triu", [x], np.triu(x, k), [k])
        cases.add("rot90", [x], np.rot90(x, k), [k])
        first, second = (int(i) for i in random.permutation(rank)[:2])
        diagonal = np.diagonal(x, k, first, second)
        cases.add("diagonal", [x], diagonal, [k, first, second])
        total = wide(diagonal).sum(-1)
        cases.add("trace", [x], as_float(total) if x.dtype == np.float32 else total.astype("int32"), [k, first, second])
    for _ in range(2 * CALLS):
        rank = random.integers(0, 4)
        x = numbers(shape_of(rank), random.choice(DTYPES), 0.1)
        axis = some_axes(rank)
        numpy_axis = tuple(axis) if isinstance(axis, list) else axis
        cases.add("countNonzero", [x], np.asarray(np.count_nonzero(x, numpy_axis)).astype("int32"), [axis])
        cases.add("nanToNum", [x], np.nan_to_num(x))
        others = numbers(shape_of(1), random.choice(DTYPES), 0)
        cases.add("isIn", [x, others], np.isin(x, others))
        edges = np.sort(numbers((5,), specials=0))
        cases.add("searchSorted", [edges, x], np.searchsorted(edges, wide(x)).astype("int32"))
        cases.add("digitize", [x, edges], np.digitize(wide(x), edges).astype("int32"))
        a, b = (numbers(s, specials=0) for s in broadcasting())
        cases.add("isClose", [a, b], np.isclose(a, b))
        cases.add("nextafter", [a, b], np.nextafter(a, b))
        flat = numbers(shape_of(1), "int32")
        cases.add("bincount", [np.abs(flat)], np.bincount(np.abs(flat)).astype("int32"))
        flat = numbers(shape_of(1), random.choice(DTYPES), 0)
        cases.add("unique", [flat], np.unique(flat))


def accumulators(cases):
    """The argument dtype: numbers become it before they are added or multiplied. Bytes end at 255 here, where NumPy's begin anew."""
    for _ in range(2 * CALLS):
        for dtype in DTYPES:
            rank = random.integers(1, 4)
            x = numbers(shape_of(rank), random.choice(DTYPES[1:]))
            axis = int(random.integers(-rank, rank))
            given = (np.clip(x, 0, 255) if dtype == "uint8" else x).astype(dtype)

            def of(function):
                if dtype != "uint8":
                    return np.asarray(function(given, axis, dtype=dtype))
                wide = np.asarray(function(given, axis, dtype="int32"))
                return np.clip(wide, 0, 255).astype(dtype)

            for name, function in (
                ("cumprod", np.cumprod), ("nancumsum", np.cumsum), ("nancumprod", np.cumprod),
            ):  # fmt: skip
                cases.add(name, [x], of(function), [axis, dtype], within=8)
            cases.add("cumsum", [x], of(np.cumsum), [axis, {"dtype": dtype}])
            cases.add("prod", [x], of(np.prod), [axis, False, dtype], within=8)


def log_gamma(x):
    return math.inf if x in (math.inf, -math.inf) or (x <= 0 and x == int(x)) else math.lgamma(x)


def pairs_and_covariances(cases):
    """Functions of two numbers that are float32 always, the logarithm of the gamma function, and covariances of rows."""
    for name, function, within in (("copysign", np.copysign, 0), ("floatPower", np.float_power, 4)):
        a, b = SPECIAL[:, None], SPECIAL[None, :]
        cases.add(name, [a, b], as_float(function(wide(a), wide(b))), within=within)
        for _ in range(2 * CALLS):
            a, b = (numbers(shape, random.choice(DTYPES)) for shape in broadcasting())
            cases.add(name, [a, b], as_float(function(wide(a), wide(b))), within=within)
    for _ in range(2 * CALLS):
        x = numbers(shape_of(random.integers(0, 4)), random.choice(DTYPES, p=[0.7, 0.1, 0.1, 0.1]))
        cases.add("lgamma", [x], as_float(np.vectorize(log_gamma, otypes=[float])(wide(x))), within=2)
        x = numbers(shape_of(random.integers(0, 3)), random.choice(DTYPES), 0.02)
        cases.add("cov", [x], as_float(np.cov(wide(x))), within=32)


def fuzz():
    cases = Cases("fuzz")
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        unary(cases)
        binary(cases)
        reductions(cases)
        along(cases)
        matrices(cases)
        accumulators(cases)
        pairs_and_covariances(cases)
    cases.write()
