"""sort, argsort, topK, cumsum."""

import numpy as np

from .arrays import Cases, sample

SPECIAL = np.array([2, np.nan, -np.inf, 0.5, np.inf, np.nan, -1, 2, 0.5], "float32")


def ordering():
    cases = Cases("order")
    for shape, axes in (
        ((1,), (-1,)), ((7,), (0, None)), ((0,), (0, None)), ((0, 3), (0, 1, None)), ((), (None,)),
        ((5, 4), (0, 1, -1, -2, None)), ((2, 3, 4), (0, 1, 2, -2)), ((70,), (0,)), ((1, 1), (0,)),
    ):
        for axis in axes:
            for dtype in ("float32", "int32", "uint8", "bool"):
                if len(shape) < 3 and max(shape, default=0) < 10 or dtype == "float32":
                    add(cases, sample(shape, dtype), axis)
    add(cases, SPECIAL, -1)
    add(cases, np.stack([SPECIAL, SPECIAL[::-1]], 1), 0)
    edge = np.array([2**31 - 1, -(2**31), 0, -1, 2**31 - 1, 1], "int32")
    add(cases, edge, 0)
    for shape in ((1,), (6,), (3, 5), (2, 3, 4), (0, 3)):
        for dtype in ("float32", "int32", "uint8", "bool"):
            x = sample(shape, dtype)
            for k in sorted({1, min(3, shape[-1]), shape[-1]}):
                top_k(cases, x, k)
    top_k(cases, SPECIAL, 4)
    for shape, axes in (
        ((5,), (0, None)), ((3, 4), (0, 1, -1, None)), ((2, 3, 4), (0, 1, 2, None)), ((), (None,)),
        ((0, 3), (0, 1, None)), ((1, 4), (0, 1)),
    ):
        for axis in axes:
            for dtype in ("float32", "int32", "uint8", "bool"):
                x = sample(shape, dtype)
                wide = np.cumsum(x, axis, dtype="float64" if dtype == "float32" else "int32")
                result = np.asarray(wide, "float32" if dtype == "float32" else "int32")
                cases.add("cumsum", [x], result, [axis])
    cases.add("cumsum", [x := np.array([np.inf, 1, -np.inf, 2], "float32")], np.cumsum(x), [0])
    wrap = np.array([2**31 - 1, 1, -1, -(2**31)], "int32")
    cases.add("cumsum", [wrap], np.cumsum(wrap, dtype="int32"), [0])
    cases.write()


def add(cases, x, axis):
    """NumPy has no descending order: it is that of what sorts the other way, NaN first."""
    cases.add("sort", [x], np.sort(x, axis), [axis])
    cases.add("argsort", [x], argsort(x, axis), [axis])
    down = {"descending": True}
    values = np.sort(x, axis)
    cases.add("sort", [x], np.flip(values, -1 if axis is None else axis), [axis, down])
    cases.add("argsort", [x], argsort(negative(x), axis), [axis, down])


def argsort(x, axis):
    return np.asarray(np.argsort(x, axis, kind="stable"), "int32")


def negative(x):
    """Numbers that ascend where x descends; NaN, the largest of x, becomes the smallest."""
    wide = -x.astype("float64")
    if x.dtype == "float32":
        ranks = np.unique(np.nan_to_num(wide, posinf=1e39, neginf=-1e39, nan=-1e40))
        return np.searchsorted(ranks, np.nan_to_num(wide, posinf=1e39, neginf=-1e39, nan=-1e40))
    return wide


def top_k(cases, x, k):
    order = argsort(negative(x), -1)[..., :k]
    cases.add("topK", [x], [np.take_along_axis(x, order, -1), order], [k])
