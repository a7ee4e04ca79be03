"""Writes test/fixtures/keras-bounding-boxes.json: what Keras on JAX makes of bounding boxes, and the gradients.

    $python scripts/keras-bounding-boxes.py

The docstring of verify-with-keras.py says which Python that is.
"""

import json
import os
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
os.environ["KERAS_BACKEND"] = "jax"

import jax  # noqa: E402
import numpy as np  # noqa: E402
from keras.utils import bounding_boxes as boxes_of  # noqa: E402

CASES = []


def numbers(*shape, low=0.0, high=1.0, seed=0):
    """Numbers without a pattern that float32 holds in few digits."""
    n = int(np.prod(shape))
    steps = (np.arange(n) * 61 + 17 * seed + 5) % 101
    return np.round(low + (high - low) * steps / 101, 3).astype("float32").reshape(shape)


def boxes(*shape, height=30, width=40, seed=0):
    """Left, top, right and bottom."""
    start = numbers(*shape, 2, high=0.5, seed=seed)
    end = start + numbers(*shape, 2, low=0.1, high=0.5, seed=seed + 1)
    return (np.concatenate([start, end], -1) * np.array([width, height, width, height])).round(2).astype("float32")


def plain(value):
    if isinstance(value, np.ndarray):
        flat = value.ravel().tolist()
        if value.dtype == np.float32:
            flat = [float(f"{n:.8g}") for n in flat]
        return {"shape": list(value.shape), "dtype": str(value.dtype), "data": flat}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def case(name, *args, differentiable=(), **options):
    """The call of one of Keras's functions. Arguments under the places `differentiable` get gradients."""
    function = getattr(boxes_of, name)
    output = jax.tree_util.tree_map(np.asarray, function(*[dict(arg) if isinstance(arg, dict) else arg for arg in args], **options))
    found = {
        "name": name,
        "args": [plain(arg) for arg in args],
        "options": {key: plain(value) for key, value in options.items()},
        "output": plain(output),
    }
    if differentiable:

        def of_some(*given):
            full = list(args)
            for place, value in zip(differentiable, given):
                full[place] = value
            return function(*full, **options)

        _, pull = jax.vjp(of_some, *[args[place] for place in differentiable])
        dy = numbers(*output.shape, low=-1, seed=3)
        found |= {
            "differentiable": differentiable,
            "dy": plain(dy),
            "gradients": [plain(np.asarray(one)) for one in pull(dy)],
        }
    CASES.append(found)


FORMATS = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")
SIZE = {"height": 30, "width": 40}

for source in FORMATS:
    given = np.asarray(boxes_of.convert_format(boxes(2, 3), "xyxy", source, **SIZE))
    for target in FORMATS:
        # From parts to parts Keras computes as if they were pixels, which is the same but for the last bits.
        case("convert_format", given, source, target, differentiable=[0], **SIZE)
case("convert_format", {"boxes": boxes(3), "labels": np.array([1, 0, 2], "int32")}, "xyxy", "center_xywh")

OUTSIDE = np.array([[[-5, -4, 12, 9], [30, 20, 55, 44], [41, 3, 50, 9], [3, 4, 5, 6]]], "float32")
LABELS = np.array([[2, 1, 3, 0]], "int32")
case("clip_to_image_size", {"boxes": OUTSIDE, "labels": LABELS}, **SIZE)
case("clip_to_image_size", {"boxes": (OUTSIDE / 40).round(3), "labels": LABELS}, bounding_box_format="rel_xyxy")


def per_image(*values):
    return np.array(values, "float32")


def transform(given, **options):
    count = len(given)
    neutral = {"angle": 0, "translate_x": 0, "translate_y": 0, "scale": 1, "shear_x": 0, "shear_y": 0}
    full = {key: options.get(key, np.full(count, value, "float32")) for key, value in neutral.items()}
    others = {key: value for key, value in options.items() if key not in neutral}
    case("affine_transform", given, *full.values(), differentiable=[0, 1, 2, 3, 4, 5, 6], **others, **SIZE)


transform(boxes(2, 3), angle=per_image(30, -75))
transform(boxes(2, 3, seed=4), angle=per_image(170, 400))
transform(boxes(3, 2), translate_x=per_image(0.1, -0.4, 2), translate_y=per_image(0, 0.3, -1.5))
transform(boxes(2, 2), scale=per_image(0.5, 3))
transform(boxes(2, 2), shear_x=per_image(20, -10))
transform(boxes(2, 2), shear_y=per_image(15, -35))
transform(boxes(2, 2), shear_x=per_image(10, 25), shear_y=per_image(-15, 5), angle=per_image(40, 100))
transform(
    boxes(2, 4, seed=2),
    angle=per_image(33, -12),
    translate_x=per_image(0.2, -0.1),
    translate_y=per_image(-0.3, 0.2),
    scale=per_image(1.5, 0.7),
    shear_x=per_image(5, -8),
    shear_y=per_image(12, 3),
)
transform(boxes(1, 3), angle=per_image(50), scale=per_image(2), center_x=0.1, center_y=0.8)

case("crop", OUTSIDE, top=2, left=4, height=15, width=20)
case("crop", boxes(3), top=-3, left=0, height=12, width=33)
case("pad", OUTSIDE, top=2, left=5)
case("pad", boxes(3), top=-1, left=0)

ANCHORS = boxes(4, seed=7)
VARIANCE = np.array([0.1, 0.1, 0.2, 0.25], "float32")
for anchor_format, box_format in (("xyxy", "xyxy"), ("yxyx", "center_xywh"), ("rel_xywh", "xyxy"), ("xywh", "rel_yxyx")):
    formats = {"anchor_format": anchor_format, "box_format": box_format}
    anchors = np.asarray(boxes_of.convert_format(ANCHORS, "xyxy", anchor_format, **SIZE))
    for given in (boxes(4), boxes(2, 4, seed=5)):
        for options in ({}, {"variance": VARIANCE}, {"encoding": "center_xywh"}):
            encoding = options.get("encoding", "center_yxhw")
            further = {key: value for key, value in options.items() if key == "variance"} | {"image_shape": (30, 40, 3)}
            converted = np.asarray(boxes_of.convert_format(given, "xyxy", box_format, **SIZE))
            case("encode_box_to_deltas", anchors, converted, differentiable=[0, 1], encoding_format=encoding, **formats, **further)
            deltas = numbers(*given.shape, low=-0.6, high=0.6, seed=2)
            case("decode_deltas_to_boxes", anchors, deltas, differentiable=[0, 1], encoded_format=encoding, **formats, **further)
LEVELS = {"p3": ANCHORS, "p4": boxes(2, seed=3)}
DELTAS = {"p3": numbers(4, 4), "p4": numbers(2, 4, seed=1)}
case("decode_deltas_to_boxes", LEVELS, DELTAS, anchor_format="xyxy", box_format="xywh")
FLAT = np.array([[3, 4, 3, 9], [1, 2, 5, 2]], "float32")
case("encode_box_to_deltas", FLAT, boxes(2), anchor_format="xyxy", box_format="xyxy")
case("encode_box_to_deltas", boxes(2), FLAT, anchor_format="xyxy", box_format="xyxy")

FAR = np.array([[-9, -8, -3, -2], [-1, -1, 3, 5], [0, 0, 40, 30]], "float32")
for first, second in (
    (boxes(3), boxes(2, seed=1)),
    (boxes(2, 3), boxes(2, 4, seed=1)),
    (boxes(2, 3, seed=2), boxes(4, seed=1)),
    (boxes(3, seed=2), boxes(2, 4, seed=1)),
    (FAR, boxes(3, seed=6)),
):
    case("compute_iou", first, second, "xyxy", differentiable=[0, 1])
for name in FORMATS:
    first, second = [np.asarray(boxes_of.convert_format(given, "xyxy", name, **SIZE)) for given in (boxes(3), boxes(2, seed=1))]
    case("compute_iou", first, second, name, differentiable=[0, 1], image_shape=(30, 40, 3))
    first, second = [np.asarray(boxes_of.convert_format(given, "xyxy", name, **SIZE)) for given in (boxes(2, 3), boxes(2, 3, seed=1))]
    if not name.startswith("rel"):
        case("compute_ciou", first, second, name, differentiable=[0, 1])
case("compute_iou", FAR, boxes(3, seed=6), "xyxy", use_masking=True)
case("compute_iou", boxes(2, 3), np.stack([FAR, FAR - 40]), "xyxy", use_masking=True, mask_val=-7)
case("compute_ciou", FAR, boxes(3, seed=6), "xyxy", differentiable=[0, 1])
case("compute_ciou", boxes(2, 1, 3), boxes(4, 3, seed=2), "xyxy", differentiable=[0, 1])
case("compute_ciou", FLAT, boxes(2), "xyxy")

text = "[\n" + ",\n".join(json.dumps(one) for one in CASES) + "\n]\n"
(ROOT / "test" / "fixtures" / "keras-bounding-boxes.json").write_text(text)
print(f"{len(CASES)} cases")
