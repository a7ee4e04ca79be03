"""Writes test/fixtures/chapter2/expected.json: what examples/chapter2.ts has to print, computed and printed by NumPy.

    python3 scripts/chapter2-cases.py DIGITS

DIGITS is the UCI file of handwritten digits as CSV, 64 pixels and the label a line (it may be gzipped). The blocks
of the result stand in the output in this order.
"""

import gzip
import json
import pathlib
import sys

import numpy as np

FILE = pathlib.Path(__file__).resolve().parents[1] / "test" / "fixtures" / "chapter2" / "expected.json"
SHADES = " .:-=+*#%@"
blocks = []


def float32(values):
    return np.array(values, "float32")


def shape_of(array):
    return str(array.shape)


def describe(array):
    return f"{array.shape} {array.dtype}"


def fact(label, value):
    blocks.append(f"  {label:<36} {value}".rstrip())


def array(label, value):
    fact(label, describe(value))
    blocks[-1] += "".join("\n" + f"      {line}".rstrip() for line in str(value).split("\n"))


def picture(image):
    """Every pixel as two characters."""
    levels = np.floor(image / 16 * 9 + 0.5).astype(int)
    return [("".join(SHADES[level] * 2 for level in row)).rstrip() for row in levels]


def data(images, labels):
    train, test = split(labels)
    for name, part in (("training", train), ("test", test)):
        fact(f"{name} images", describe(images[part]))
        fact(f"{name} labels", describe(labels[part]))
    array("the first labels", labels[train][:12])
    fact("image 4 is labelled", labels[train][4])
    blocks.append("\n".join(f"      {line}".rstrip() for line in picture(images[train][4])))


def split(labels):
    """Every fifth sample of each class is for testing, as the data set documents it."""
    seen = [(labels[:i] == label).sum() for i, label in enumerate(labels)]
    is_test = np.array([(k + 1) % 5 == 0 for k in seen])
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)


def ranks():
    array("scalar, ndim 0", float32(12))
    array("vector, ndim 1", float32([12, 3, 6, 14, 7]))
    table = np.array([[5, 78, 2, 34], [6, 79, 3, 35], [7, 80, 4, 36]], "int32")
    array("matrix, ndim 2", table)
    array("cube, ndim 3", np.stack([table, table]) > 30)


def slices(images):
    for label, part in (
        ("slice('10:100')", images[10:100]),
        ("slice('10:100', ':', ':')", images[10:100, :, :]),
        ("slice([10, 100], [0, 8], [0, 8])", images[10:100, 0:8, 0:8]),
        ("slice(4)", images[4]),
        ("slice(':', '4:', '4:')", images[:, 4:, 4:]),
        ("slice(':', '2:-2', '2:-2')", images[:, 2:-2, 2:-2]),
    ):
        fact(label, describe(part))
    beside = zip(picture_padded(images[4], 8), picture_padded(images[4][::2, ::2], 8, 4), picture(images[4][:, ::-1]))
    blocks.append("\n".join(("      " + (" " * 4).join(lines)).rstrip() for lines in beside))
    fact("batch 0", describe(images[:128]))
    fact("batch 3", describe(images[3 * 128 : 4 * 128]))
    last = (len(images) - 1) // 128
    fact(f"batch {last}, the last", describe(images[last * 128 :]))


def picture_padded(image, rows, columns=None):
    width = 2 * (columns or image.shape[1])
    lines = picture(image)
    return [line.ljust(width) for line in lines + [""] * (rows - len(lines))]


def axes():
    photographs = (np.arange(16 * 32 * 48 * 3) % 251).astype("uint8").reshape(16, 32, 48, 3)
    fact("", f"16 photographs: {describe(photographs)}")
    first = photographs.transpose(0, 3, 1, 2)
    fact("", f"the same: {describe(first)}")
    fact("a pixel, channels last", f"photographs[2, 5, 7, 1] = {photographs[2, 5, 7, 1]}")
    fact("the same, channels first", f"photographs[2, 1, 5, 7] = {first[2, 1, 5, 7]}")


def elementwise():
    x = float32([[1.5, -2, 0.25], [-0.5, 3, -4]])
    y = float32([[1, 1, 1], [2, 2, 2]])
    array("x", x)
    array("relu(x)", np.maximum(x, 0))
    array("x + y", x + y)
    fact("relu, loops against library", 0)
    fact("x + y, loops against library", 0)
    fact("", "largest difference 0")
    array("x + row: the row is repeated", x + float32([10, 20, 30]))
    array("x + column: the column is", x + float32([[100], [200]]))
    fact("x + row, loops against library", 0)
    fact("", f"gives {describe(np.maximum(np.zeros((64, 3, 32, 10), 'float32'), np.zeros((32, 10), 'float32')))}")


def products():
    v, w = float32([1, 2, 3]), float32([4, -5, 6])
    m, n = float32([[1, 0, 2], [-1, 3, 1]]), float32([[3, 1], [2, 1], [1, 0]])
    array("vector · vector", np.asarray(v.dot(w)))
    array("matrix · vector", m.dot(v))
    array("matrix · matrix", m.dot(n))
    fact("loops against library", "0, 0, 0")
    cube = np.arange(24, dtype="float32").reshape(2, 3, 4)
    for a, b in (
        (float32(2), cube), (cube, np.ones(4, "float32")), (cube, cube[0].T),
        (cube, cube.transpose(0, 2, 1)),
    ):
        fact(f"{shape_of(a)} · {shape_of(b)}", shape_of(np.dot(a, b)))
    array("(2, 3, 4) · ones", cube.dot(np.ones(4, "float32")))


def reshaping():
    x = float32([[0, 1], [2, 3], [4, 5]])
    array("x", x)
    array("x.reshape(6, 1)", x.reshape(6, 1))
    array("x.reshape(2, -1)", x.reshape(2, -1))
    array("x.T", x.T)
    fact("zeros([300, 20]).transpose()", describe(np.zeros((300, 20), "float32").T))


def geometry():
    a, b = float32([2, 0.5]), float32([0.75, 1.5])
    array("a", a)
    array("b", b)
    array("a + b", a + b)
    angle = np.pi / 3
    rotation = float32([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    letter = float32([[0, 0], [0, 2], [1.25, 2], [0, 2], [0, 1.1], [0.9, 1.1]])
    array("rotation by 60°", rotation)
    array("the letter F, rotated", letter.dot(rotation.T))
    array("W · F + b", letter.dot(float32([[1.4, 0.4], [0, -0.75]]).T) + float32([-2.5, -0.5]))


def gradients():
    x, target = np.array([0.5, -1, 2]), np.array([0.25, -0.5])
    weights = np.array([[0.1, -0.2], [0.3, 0.4], [0.25, -0.1]])
    y = np.tanh(x @ weights)
    fact("loss(W)", f"{((y - target) ** 2).sum():.5f}")
    array("W", weights.astype("float32"))
    gradient = np.outer(x, 2 * (y - target) * (1 - y**2))
    for (i, j), slope in np.ndenumerate(gradient):
        blocks.append(f"        [{i}, {j}]".ljust(39) + f"{slope:10.4f}")


def descent():
    slope = np.array([0.04, 2.0])
    rules = (
        ("s  SGD, rate 0.9", lambda p, g, s: (p - 0.9 * g, s)),
        ("m  momentum 0.8, rate 0.3", lambda p, g, v: (p + (0.8 * v - 0.3 * g), 0.8 * v - 0.3 * g)),
        ("R  RMSprop, rate 0.3", rmsprop),
    )
    for name, rule in rules:
        point, state = np.array([-9.0, 3.0]), np.zeros(2)
        heights = []
        for step in range(41):
            if step in (0, 5, 10, 20, 40):
                heights.append(f"{(slope / 2 * point**2).sum():9.4f}")
            point, state = rule(point, slope * point, state)
        fact(name, "".join(heights))


def rmsprop(point, gradient, mean_square):
    mean_square = 0.9 * mean_square + 0.1 * gradient**2
    return point - 0.3 * gradient / np.sqrt(mean_square + 1e-7), mean_square


def read_digits(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        rows = np.loadtxt(file, delimiter=",").astype("uint8")
    return rows[:, :64].reshape(-1, 8, 8), rows[:, 64]


images, labels = read_digits(sys.argv[1])
data(images, labels)
ranks()
slices(images[split(labels)[0]])
axes()
elementwise()
products()
reshaping()
geometry()
gradients()
descent()
FILE.parent.mkdir(parents=True, exist_ok=True)
result = {"source": f"NumPy {np.__version__}", "blocks": blocks}
FILE.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
print(f"{len(blocks)} blocks")
