"""Writes test/fixtures/keras-mixing.json.gz: what Keras on JAX makes of images, labels, bounding boxes and masks where several images
are mixed, or changes are chosen, with what it has drawn.

    $python scripts/keras-mixing.py

The docstring of verify-with-keras.py says which Python that is. Where Keras does not do what it says, the numbers are NumPy's; a
comment says so.
"""

import gzip
import json
import os
import pathlib
import random

ROOT = pathlib.Path(__file__).parent.parent
os.environ["KERAS_BACKEND"] = "jax"

import keras  # noqa: E402
import numpy as np  # noqa: E402

CASES = []
keras.utils.set_random_seed(7)


def numbers(*shape, low=0.0, high=1.0, seed=0):
    """Numbers without a pattern that float32 holds in few digits."""
    n = int(np.prod(shape))
    steps = (np.arange(n) * 61 + 17 * seed + 5) % 101
    return np.round(low + (high - low) * steps / 101, 3).astype("float32").reshape(shape)


def plain(value):
    """Arrays as shape, dtype and numbers."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    array = np.asarray(value)
    flat = array.ravel().tolist()
    if array.dtype == np.float32:
        flat = [float(f"{n:.8g}") for n in flat]
    return {"shape": list(array.shape), "dtype": str(array.dtype), "data": flat}


def data(layer, count=3, height=6, width=8, channels=3, classes=4, boxes=2, seed=0):
    """Images and what goes with them, in the layer's formats."""
    value_range = getattr(layer, "value_range", (0, 1))
    images = numbers(count, height, width, channels, low=value_range[0], high=value_range[1], seed=seed)
    start = numbers(count, boxes, 2, high=0.5, seed=seed + 1)
    corners = np.concatenate([start, start + numbers(count, boxes, 2, low=0.1, high=0.5, seed=seed + 2)], -1)
    corners = (corners * np.array([width, height, width, height])).round(1).astype("float32")
    name = layer.bounding_box_format or "xyxy"
    return {
        "images": images,
        "labels": np.eye(classes, dtype="float32")[(np.arange(count) * 3 + seed) % classes],
        "bounding_boxes": {
            "boxes": np.asarray(
                keras.utils.bounding_boxes.convert_format(corners, "xyxy", name, height=height, width=width)
            ),
            "labels": (np.arange(count * boxes).reshape(count, boxes) % 5).astype("int32"),
        },
        "segmentation_masks": (np.arange(count * height * width) * 7 % 4).reshape(count, height, width, 1).astype("float32"),
    }


def boxes_of_mix_up(layer, boxes, transformation):
    """Keras puts the labels of the boxes one after the other along the batch."""
    order = np.asarray(transformation["permutation_order"])
    return {key: np.concatenate([boxes[key], boxes[key][order]], 1) for key in ("boxes", "labels")}


def masks_of_mix_up(layer, masks, transformation):
    """Keras takes single numbers of all masks in the place of masks."""
    order, weight = [np.asarray(transformation[key]) for key in ("permutation_order", "mix_weight")]
    weight = weight.reshape(-1, 1, 1, 1)
    return weight * masks + (1 - weight) * masks[order]


def masks_of_cut_mix(layer, masks, transformation):
    """Keras gives masks as many channels as the images have, all the same."""
    return np.asarray(layer.transform_segmentation_masks(masks, transformation))[..., :1]


OWN = {
    ("MixUp", "bounding_boxes"): boxes_of_mix_up,
    ("MixUp", "segmentation_masks"): masks_of_mix_up,
    ("CutMix", "segmentation_masks"): masks_of_cut_mix,
}


def case(layer, given, transformation=None, parts=("images", "labels", "bounding_boxes", "segmentation_masks")):
    drawn = layer.get_random_transformation(given, training=True) if transformation is None else transformation
    output = {}
    for part in parts:
        own = OWN.get((type(layer).__name__, part))
        change = getattr(layer, f"transform_{part}")
        value = {**given[part]} if isinstance(given[part], dict) else given[part]
        output[part] = own(layer, value, drawn) if own else change(value, drawn)
    drawn = {key: value for key, value in (drawn or {}).items() if key != "input_shape"}
    CASES.append(
        {
            "class_name": type(layer).__name__,
            "config": {key: value for key, value in layer.get_config().items() if key not in ("name", "trainable", "dtype")},
            "input": plain({part: given[part] for part in parts}),
            "transformation": plain(drawn),
            "output": plain(output),
        }
    )


layers = keras.layers
for i in range(4):
    mix_up = layers.MixUp(alpha=(0.2, 1.0, 3.0, 0.5)[i], bounding_box_format="xyxy", seed=i)
    case(mix_up, data(mix_up, count=2 + i, seed=i))
for i in range(5):
    cut_mix = layers.CutMix(factor=(1.0, (0.5, 1.0), (1.0, 1.0), 0.7, (0.9, 1))[i], seed=i)
    case(cut_mix, data(cut_mix, count=2 + i, seed=i, height=5 + i), parts=("images", "labels", "segmentation_masks"))
for i in range(6):
    mosaic = layers.Mosaic(offset=((0.25, 0.75), (0.5, 0.5), 0.8, (0.0, 0.1), (0.9, 1.0), (0.3, 0.6))[i], bounding_box_format="xyxy", seed=i)
    case(mosaic, data(mosaic, count=1 + i, seed=i, height=4 + i))
for fill_value, most in ((-1, 4), (0, 1), (-3, 2)):
    for name in ("xyxy", "rel_xywh"):
        most_boxes = layers.MaxNumBoundingBoxes(most, fill_value=fill_value, bounding_box_format=name)
        case(most_boxes, data(most_boxes, boxes=2 + most % 2, seed=most))

# One change alone, twice, and pairs. Keras moves boxes by the order of the changes in its list, so pairs have none.
EXACT = ("images", "segmentation_masks")
for i in range(11):
    augment = layers.RandAugment(value_range=((0, 255), (0, 1))[i % 2], factor=(0.5, (0.2, 0.4))[i % 2], seed=i)
    given = data(augment, seed=i)
    drawn = augment.get_random_transformation(given, training=True)
    for chosen in ([i, i], [i, (i + 3) % 11]):
        case(augment, given, {**drawn, "layer_idxes": np.array(chosen, "int32")}, parts=EXACT)
random.seed(3)
for i in range(6):
    options = (
        {},
        {"num_chains": 2, "chain_depth": 1},
        {"all_ops": False, "value_range": (0, 1)},
        {"num_chains": 1, "chain_depth": 4, "factor": (0.1, 0.2)},
        {"alpha": 0.5, "interpolation": "nearest"},
        {"num_chains": 4, "chain_depth": 2, "value_range": (0, 1)},
    )[i]
    aug_mix = layers.AugMix(**options, bounding_box_format="xyxy", seed=i)
    case(aug_mix, data(aug_mix, seed=i))

# Without the time, so that the same numbers are the same file.
text = "[\n" + ",\n".join(json.dumps(one) for one in CASES) + "\n]\n"
(ROOT / "test" / "fixtures" / "keras-mixing.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
print(f"{len(CASES)} cases")
