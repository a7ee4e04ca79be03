"""Writes test/fixtures/keras-augmentation.json.gz: what Keras's layers that augment images make of them on JAX.

    $python scripts/keras-augmentation.py

The docstring of verify-with-keras.py says which Python that is. A case has what the layer has drawn, and what becomes of images,
of bounding boxes and of masks. Where Keras takes images with channels last only, or forgets a format, there is no case of it: the
tests compare such layers with themselves.
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
from keras import layers  # noqa: E402
from keras.utils import bounding_boxes as boxes_of  # noqa: E402

CASES = []
FIRST = {"data_format": "channels_first"}


def data(*shape, low=0.0, high=1.0, seed=0):
    """Numbers without a pattern that float32 holds in few digits."""
    n = int(np.prod(shape))
    steps = (np.arange(n) * 61 + 17 * seed + 5) % 101
    return np.round(low + (high - low) * steps / 101, 3).astype("float32").reshape(shape)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (np.ndarray, jax.Array)):
        array = np.asarray(value)
        numbers = array.ravel().tolist()
        if array.dtype == np.float32:
            numbers = [float(f"{n:.8g}") for n in numbers]
        if array.dtype == bool:
            numbers = [int(n) for n in numbers]
        return {"shape": list(array.shape), "dtype": str(array.dtype), "data": numbers}
    return value


def channels_last(name, value, layer):
    """What is drawn for each pixel has the channels last in lanegrad, whatever the format."""
    if name in ("batch_masks", "fill_value") and layer.data_format == "channels_first":
        return np.moveaxis(np.asarray(value), -3, -1)
    return value


def case(layer, images, boxes=None, masks=None, noise=None, **further):
    """`noise` is [down, right] of the pixels, of an elastic transform; `further` becomes part of what was drawn."""
    drawn = layer.get_random_transformation(images, training=True)
    normal = jax.random.normal
    inputs = {"images": images}

    def take_noise():
        # Distances to the right are drawn first.
        numbers = [noise[1], noise[0]]
        jax.random.normal = lambda *_, **__: jax.numpy.asarray(numbers.pop(0))

    def call(name, value):
        if noise is not None:
            take_noise()
        try:
            return getattr(layer, f"transform_{name}")(value, drawn)
        finally:
            jax.random.normal = normal

    is_single = images.ndim == 3
    output = {"images": call("single_image" if is_single else "images", images)}
    if masks is not None:
        inputs["segmentation_masks"] = masks
        output["segmentation_masks"] = call("segmentation_masks", masks)
    if boxes is not None:
        inputs["bounding_boxes"] = {key: value.copy() for key, value in boxes.items()}
        moved = call("bounding_boxes", boxes)
        # The layer leaves them in this format.
        size = dict(zip(("height", "width"), images.shape[-3:-1]))
        output["bounding_boxes"] = boxes_of.convert_format(
            moved, source="xyxy", target=layer.bounding_box_format, **size
        )
    if isinstance(drawn, dict):
        drawn = {key: channels_last(key, value, layer) for key, value in drawn.items()}
        drawn.pop("seed", None)
        drawn.pop("input_shape", None)
        if "blur_factor" in drawn:
            # Here the number of the width stands first, as in Keras 3.16 on PyTorch.
            drawn["blur_factor"] = drawn["blur_factor"][::-1]
    if noise is not None:
        drawn["noise"] = noise
    CASES.append(
        {
            "class_name": type(layer).__name__,
            "config": keras.saving.serialize_keras_object(layer)["config"],
            "inputs": plain(inputs),
            "transformation": plain(drawn),
            "output": plain(output),
        }
    )


UNIT = data(2, 5, 6, 3)
SIGNED = data(2, 5, 6, 3, low=-1)
BYTES = data(3, 5, 6, 3, high=255)
TURNED = data(2, 3, 5, 6)
SINGLE = data(5, 6, 3, seed=2)

for images, value_range in ((UNIT, (0, 1)), (SIGNED, (-1, 1)), (SINGLE, (0, 1)), (BYTES, (0, 255))):
    options = {"value_range": value_range, "seed": 3}
    case(layers.RandomContrast((0.9, 0.6), **options), images)
    case(layers.RandomBrightness(0.6, **options), images)
    case(layers.RandomInvert((0.4, 0.8), **options), images)
    case(layers.RandomPosterization((2, 5), **options), images)
    case(layers.RandomSharpness((0.1, 1.0), **options), images)
    case(layers.RandomColorDegeneration((-0.8, 0.9), **options), images)
    case(layers.RandomGaussianBlur((0.5, 1.0), (3, 5), (0.4, 1.0), **options), images)
    case(layers.RandomErasing((0.5, 1.0), (0.1, 0.6), **options), images)
    case(layers.RandomErasing((1.0, 1.0), (0.1, 0.6), fill_value=0.7, **options), images)
    case(layers.Solarization(0.3, (0.2, 0.7), **options), images)
    case(layers.AutoContrast(value_range), images)
    case(layers.Equalization(value_range), images)
    case(layers.Equalization(value_range, bins=10), images)
    # Numbers of colours are at least 0.
    if value_range[0] == 0:
        case(layers.RandomSaturation((0.2, 0.8), **options), images)
        case(layers.RandomHue((0.2, 0.9), **options), images)
    case(layers.RandomGrayscale(0.5, seed=3), images)
case(layers.RandomHue(0.5, (-1, 1), seed=5), SIGNED)
case(layers.RandomPosterization(1, seed=1), BYTES)
case(layers.RandomGrayscale(0.5, seed=3), data(2, 5, 6, 1))
case(layers.AutoContrast((0, 1)), np.concatenate([UNIT[:1], np.full((1, 5, 6, 3), 0.25, "float32")]))
case(layers.Equalization((0, 1)), np.concatenate([UNIT[..., :1], np.full((2, 5, 6, 1), 0.5, "float32")], -1))
case(layers.Solarization(0.3, (0.2, 0.7), seed=2), UNIT)

for name, arguments in (
    ("RandomContrast", {"factor": (0.9, 0.6)}),
    ("RandomSaturation", {"factor": (0.2, 0.8)}),
    ("RandomHue", {"factor": (0.2, 0.9)}),
    ("RandomSharpness", {"factor": (0.1, 1.0)}),
    ("RandomColorDegeneration", {"factor": (-0.8, 0.9)}),
    ("RandomGaussianBlur", {"kernel_size": (5, 3), "sigma": (0.4, 1.0)}),
    ("RandomErasing", {"factor": (1.0, 1.0), "scale": (0.1, 0.6)}),
):
    case(getattr(layers, name)(**arguments, value_range=(0, 1), seed=3, **FIRST), TURNED)
case(layers.RandomGrayscale(0.5, seed=4, **FIRST), TURNED)
case(layers.Equalization((0, 1), **FIRST), TURNED)

CLAHE = layers.ContrastLimitedAdaptiveHistogramEqualization
case(CLAHE(), data(2, 16, 24, 3, high=255))
case(CLAHE((0, 1), 2.5, (3, 2)), data(2, 16, 21, 2))
case(CLAHE((-1, 1), 40.0, (2, 4)), data(9, 11, 3, low=-1))
case(CLAHE((0, 1), 0.0, (2, 2), **FIRST), data(1, 3, 8, 10))
case(CLAHE((0, 255), 4.0, (8, 8)), data(1, 5, 3, 1, high=255))

# A box of zeros stands for none.
LABELS = np.array([[1, 0], [2, -1]], "float32")
for box_format, numbers in (
    ("xyxy", [[[1, 1, 4, 3], [0, 2, 5, 4]], [[2, 0, 6, 5], [0, 0, 0, 0]]]),
    ("xywh", [[[1, 1, 3, 2], [0, 2, 5, 2]], [[2, 0, 4, 5], [0, 0, 0, 0]]]),
    ("rel_yxyx", [[[0.2, 0.1, 0.7, 0.9], [0, 0.4, 0.5, 0.8]], [[0.3, 0, 1, 1], [0, 0, 0, 0]]]),
):
    for probability in ((1.0, 1.0), (0.3, 0.6)):
        case(
            layers.RandomPerspective(probability, 0.6, seed=5, bounding_box_format=box_format),
            UNIT,
            boxes={"boxes": np.array(numbers, "float32"), "labels": LABELS},
            masks=np.round(data(2, 5, 6, 1, high=4)),
        )
case(layers.RandomPerspective((1.0, 1.0), 0.8, "nearest", 0.5, seed=6), SINGLE)
case(layers.RandomPerspective((1.0, 1.0), 0.8, fill_value=0.5, seed=7, **FIRST), TURNED)

NOISE = np.stack([data(2, 12, 14, low=-2, high=2, seed=i) for i in (1, 2)])
for mode in ("constant", "nearest", "wrap", "mirror", "reflect"):
    for interpolation in ("bilinear", "nearest"):
        options = {"interpolation": interpolation, "fill_mode": mode, "fill_value": 0.25, "seed": 8}
        case(
            layers.RandomElasticTransform((1.0, 1.0), (0.6, 1.0), value_range=(0, 9), **options),
            data(2, 12, 14, 2),
            masks=np.round(data(2, 12, 14, 1, high=4)),
            noise=NOISE,
        )
case(layers.RandomElasticTransform((0.4, 0.6), (0.1, 0.3), value_range=(0.2, 0.7), seed=9), data(2, 12, 14, 2), noise=NOISE)

# Without the time, so that the same numbers are the same file.
text = "[\n" + ",\n".join(json.dumps(one) for one in CASES) + "\n]\n"
(ROOT / "test" / "fixtures" / "keras-augmentation.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
print(f"{len(CASES)} cases")
