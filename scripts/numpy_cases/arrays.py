"""Arrays as the fixtures hold them, and what inputs are made of."""

import json
import math
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "fixtures" / "numpy"
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

    def add(self, op, inputs, output, args=(), within=0):
        encoded = [encode(x) for x in output] if isinstance(output, list) else encode(output)
        case = {"op": op, "inputs": [encode(x) for x in inputs], "args": list(args), "output": encoded}
        self.cases.append({**case, "within": within} if within else case)

    def write(self):
        write(self.name, self.cases)


def write(name, cases):
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"source": "NumPy {np.__version__}", "cases": [\n{lines}\n]}}\n'
    (FOLDER / f"{name}.json").write_text(text)
    print(f"{name}: {len(cases)} cases")
