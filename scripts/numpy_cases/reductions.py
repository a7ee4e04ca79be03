"""Reductions, argmax and argmin; products of matrices."""

import math

import numpy as np

from .arrays import Cases, sample


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
            for op, function in (
                ("max", np.max), ("min", np.min), ("any", np.any), ("all", np.all),
            ):
                cases.add(op, [x], np.asarray(function(x, axis)), [axis])
            cases.add(
                "mean", [x], np.asarray(np.mean(x, axis, dtype="float64")).astype("float32"),
                [axis],
            )
            cases.add("argmax", [x], np.asarray(np.argmax(x, axis)).astype("int32"), [axis])
    special = np.array(
        [[np.nan, 1, 2], [3, np.nan, -np.inf], [np.inf, -np.inf, 0], [-0.0, 0.0, -1]], "float32",
    )
    for axis in (None, 0, 1):
        with np.errstate(all="ignore"):
            for op, function in (
                ("sum", np.sum), ("max", np.max), ("min", np.min), ("mean", np.mean),
                ("any", np.any), ("all", np.all),
            ):
                cases.add(op, [special], np.asarray(function(special, axis)), [axis])
            for op, function in (("argmax", np.argmax), ("argmin", np.argmin)):
                cases.add(
                    op, [special], np.asarray(function(special, axis)).astype("int32"), [axis],
                )
    cases.write()


def products():
    cases = Cases("product")
    for first, second in (
        ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((5, 13), (13, 14)),
        ((1, 1), (1, 1)), ((2, 4, 3), (3, 2)), ((2, 4, 3), (3,)), ((3,), (2, 3, 4)),
        ((4, 3), (2, 3, 2)), ((2, 4, 3), (2, 3, 2)), ((2, 1, 2, 3), (3, 3, 2)),
        ((1, 2, 3), (2, 3, 2)), ((2, 2, 3), (1, 3, 2)), ((3, 1, 2, 2), (1, 2, 2, 2)),
        ((2, 3, 1, 4), (4, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((2, 3), (3, 0)), ((0,), (0,)),
        ((0, 2, 3), (3, 2)), ((2, 2, 0), (2, 0, 2)),
    ):
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
