"""Writes test/fixtures/keras-images.json.gz: what Keras on JAX makes of images, and the gradients.

    $python scripts/keras-images.py

The docstring of verify-with-keras.py says which Python that is. The golden files have numbers of Keras on PyTorch, which differs:
bicubic weights without antialiasing are those of another cubic there, halves are rounded to the even neighbour when the nearest
pixel is taken, and a Gaussian blur goes along width and channels. Keras on JAX agrees with TensorFlow in the first of these.
"""

import gzip
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
os.environ["KERAS_BACKEND"] = "jax"

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras.src.ops import image  # noqa: E402

CASES = []


def data(*shape, low=0.0, high=1.0, seed=0):
    """Numbers without a pattern that float32 holds in few digits."""
    n = int(np.prod(shape))
    steps = (np.arange(n) * 61 + 17 * seed + 5) % 101
    return np.round(low + (high - low) * steps / 101, 3).astype("float32").reshape(shape)


def pixels(*shape, seed=0):
    return data(*shape, high=256, seed=seed).astype("uint8")


def plain(value):
    if isinstance(value, np.ndarray):
        numbers = value.ravel().tolist()
        if value.dtype == np.float32:
            numbers = [float(f"{n:.8g}") for n in numbers]
        return {"shape": list(value.shape), "dtype": str(value.dtype), "data": numbers}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def is_float(value):
    return isinstance(value, np.ndarray) and value.dtype == np.float32


def gradients(call, args):
    """dy, and the gradients of the float32 arrays among the arguments; null for all else."""
    places = [i for i, arg in enumerate(args) if is_float(arg)]

    def f(*floats):
        full = list(args)
        for place, value in zip(places, floats):
            full[place] = value
        return call(*full)

    out, pull = jax.vjp(f, *[args[i] for i in places])
    dy = data(*out.shape, low=-1, seed=3)
    found = dict(zip(places, pull(jax.numpy.asarray(dy))))
    return dy, [np.asarray(found[i]) if i in found else None for i in range(len(args))]


def case(operation, *args, differentiable=True):
    """The call of an operation of Keras's, an object of its class."""
    config = keras.saving.serialize_keras_object(operation)
    found = {
        "module": config["module"],
        "class_name": config["class_name"],
        "config": {key: value for key, value in config["config"].items() if key != "name"},
        "args": plain(args),
        "output": plain(np.asarray(operation.call(*args))),
    }
    if differentiable and is_float(args[0]):
        dy, dargs = gradients(operation.call, args)
        found |= {"dy": plain(dy), "dargs": plain(dargs)}
    CASES.append(found)


def layer(made, x):
    dy, [dx] = gradients(made, [x])
    CASES.append(
        {
            "layer": type(made).__name__,
            "config": keras.saving.serialize_keras_object(made)["config"],
            "args": plain([x]),
            "output": plain(np.asarray(made(x))),
            "dy": plain(dy),
            "dargs": plain([dx]),
        }
    )


INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")

for interpolation in INTERPOLATIONS:
    x = data(2, 5, 6, 2)
    for size in ((3, 4), (8, 9), (5, 13)):
        for antialias in (False, True):
            case(image.Resize(size, interpolation, antialias=antialias), x)
    case(image.Resize((4, 9), interpolation, data_format="channels_first"), data(1, 2, 5, 6))
    case(image.Resize((10, 3), interpolation), pixels(5, 6, 2))
    case(image.Resize((10, 12), interpolation, antialias=True), pixels(2, 5, 6, 1))
    case(image.Resize((4, 4), interpolation, crop_to_aspect_ratio=True), x)
    case(image.Resize((7, 3), interpolation, crop_to_aspect_ratio=True, antialias=True), x)
    case(image.Resize((4, 8), interpolation, pad_to_aspect_ratio=True, fill_value=0.5), x)
    case(image.Resize((6, 3), interpolation, pad_to_aspect_ratio=True), pixels(5, 6, 2))
    for rate in ((2, 3), (1, 2)):
        layer(keras.layers.UpSampling2D(rate, interpolation=interpolation), data(1, 3, 4, 2))
    layer(
        keras.layers.UpSampling2D(2, data_format="channels_first", interpolation=interpolation), data(1, 2, 3, 4)
    )

for method in ("linear", "cubic", "lanczos3", "lanczos5"):
    x = data(4, 5, 2)
    numbers = [np.array(pair, "float32") for pair in ((1.5, 0.7), (0.4, -1.3))]
    for antialias in (False, True):
        case(image.ScaleAndTranslate((0, 1), method, antialias), x, (6, 7, 2), *numbers, differentiable=False)
    case(image.ScaleAndTranslate((-2,), method), x, (4, 3, 2), np.array([0.5], "float32"), np.array([0.2], "float32"), differentiable=False)

TRANSFORMS = np.array(
    [[1.1, 0.1, -0.5, -0.2, 0.9, 0.7, 0, 0], [1, 0, 1.5, 0, 1, -1.25, 0, 0], [0.6, -0.8, 2, 0.8, 0.6, -1, 0, 0]], "float32"
)
for mode in ("constant", "nearest", "wrap", "mirror", "reflect"):
    for interpolation in ("bilinear", "nearest"):
        case(image.AffineTransform(interpolation, mode, 0.25), data(3, 4, 5, 2), TRANSFORMS)
    case(image.AffineTransform("bilinear", mode, 3), pixels(4, 5, 2), TRANSFORMS[2])
    places = data(2, 3, 4, low=-6, high=9)
    for order in (0, 1):
        case(image.MapCoordinates(order, mode, 0.5), data(4, 5), places)
    case(image.MapCoordinates(1, mode, 0.5), pixels(4, 5), places)
case(image.AffineTransform(), data(2, 4, 5, 3), np.array([[1, 0.2, 0, 0.1, 1, 0.3, 0.01, 0.02], [1, 0, 0.5, 0, 1, 0.2, -0.3, 0.4]], "float32"))
case(image.AffineTransform(data_format="channels_first"), data(3, 2, 4, 5), TRANSFORMS)
case(image.MapCoordinates(1), data(3), data(1, 4, low=-1, high=4))
case(image.MapCoordinates(1, "reflect"), data(3, 2, 4), data(3, 5, low=-2, high=5))

STARTS = np.array([[[0, 0], [4, 0], [0, 3], [4, 3]], [[0.5, 0.2], [3.6, 0.4], [0.3, 2.9], [4.2, 3.3]]], "float32")
ENDS = np.array([[[0.4, 0.3], [3.8, -0.2], [-0.3, 2.7], [4.1, 3.2]], [[0, 0], [4, 0], [0, 3], [4, 3]]], "float32")
for interpolation in ("bilinear", "nearest"):
    case(image.PerspectiveTransform(interpolation, 0.5), data(2, 4, 5, 2), STARTS, ENDS)
case(image.PerspectiveTransform(data_format="channels_first"), data(2, 4, 5), STARTS[1], ENDS[0])

case(image.CropImages(1, 2, target_height=3, target_width=2), data(1, 5, 6, 2))
case(image.CropImages(None, 2, 1, 1, 2, None), pixels(5, 6, 2))
case(image.CropImages(1, 0, 1, 3, data_format="channels_first"), data(1, 2, 5, 6))
case(image.PadImages(1, 2, target_height=5, target_width=7), data(1, 2, 3, 2))
case(image.PadImages(None, 2, 1, 1, 6, None), pixels(2, 3, 2))
case(image.PadImages(1, 0, 1, 3, data_format="channels_first"), data(1, 2, 2, 3))

for size, options in (
    ((2, 2), {}),
    ((3, 2), {"strides": (1, 2), "padding": "same"}),
    (2, {"strides": 1, "dilation_rate": 2}),
    ((2, 2), {"data_format": "channels_first"}),
    ((2, 3), {"padding": "same"}),
):
    case(image.ExtractPatches(size, **options), data(2, 5, 6, 3) if "data_format" not in options else data(1, 2, 5, 6))
case(image.ExtractPatches((2, 2)), data(4, 4, 1))
case(image.ExtractPatches((2, 1, 2)), data(1, 4, 3, 4, 2))
case(image.ExtractPatches((2, 2, 2), strides=(1, 2, 1), padding="same"), data(3, 3, 4, 1))
case(image.ReconstructPatches((2, 2)), data(1, 2, 3, 8))
case(image.ReconstructPatches((2, 2), (3, 5), padding="same"), data(2, 2, 3, 4))
case(image.ReconstructPatches((2, 3, 1), data_format="channels_first"), data(1, 12, 2, 1, 2))
case(image.ReconstructPatches((2, 2, 2), (3, 4, 3), padding="same"), data(2, 2, 2, 8))

case(image.GaussianBlur(), data(2, 5, 6, 2))
case(image.GaussianBlur((3, 5), (0.7, 2.0)), data(4, 5, 1))
case(image.GaussianBlur((4, 2), data_format="channels_first"), data(1, 2, 5, 6))
case(image.SobelEdges(), data(1, 4, 5, 2))
case(image.SobelEdges("channels_first"), data(1, 2, 4, 5))
case(image.SSIM(), data(2, 12, 13, 2), data(2, 12, 13, 2, seed=2))
case(image.SSIM(255.0, 5, 1.0, 0.02, 0.05), data(6, 7, 3, high=255), data(6, 7, 3, high=255, seed=2))
case(image.SSIM(filter_size=3, data_format="channels_first"), data(1, 2, 6, 7), data(1, 2, 6, 7, seed=2))
case(image.RGBToGrayscale(), data(2, 3, 3, 3))
case(image.RGBToGrayscale(), pixels(3, 3, 3))
case(image.RGBToGrayscale("channels_first"), data(1, 3, 3, 4))
case(image.RGBToGrayscale(), data(3, 3, 1))
COLORS = np.concatenate([data(1, 3, 3, 3), np.array([[0, 0, 0], [0.5, 0.5, 0.5], [1, 0, 0.25]], "float32").reshape(1, 1, 3, 3).repeat(3, 1)])
case(image.RGBToHSV(), COLORS, differentiable=False)
case(image.RGBToHSV("channels_first"), data(1, 3, 3, 4))
case(image.HSVToRGB(), data(2, 3, 3, 3))
case(image.HSVToRGB("channels_first"), data(3, 3, 4))

# Without the time, so that the same numbers are the same file.
text = "[\n" + ",\n".join(json.dumps(one) for one in CASES) + "\n]\n"
(ROOT / "test" / "fixtures" / "keras-images.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
print(f"{len(CASES)} cases")
