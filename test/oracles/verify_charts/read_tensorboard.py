"""Prints as JSON what PyPI's `tensorboard` reads in the event files of a folder.

    python=$(python3 scripts/python-environment.py test/oracles/verify_charts/requirements.txt)
    $python test/oracles/verify_charts/read_tensorboard.py logs
"""

import io
import json
import pathlib
import sys

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util


def pixels_of(png):
    """The pixels of a picture, by whatever the environment has."""
    try:
        from PIL import Image
    except ImportError:
        import tensorflow as tf

        return tf.io.decode_png(png).numpy()
    pixels = np.asarray(Image.open(io.BytesIO(png)))
    return pixels if pixels.ndim == 3 else pixels[..., None]


def value_of(plugin, array):
    """The tensor of a summary: numbers, texts, or the size and the pixels of pictures."""
    if plugin == "images":
        width, height, *files = array
        pictures = [pixels_of(file) for file in files]
        return {
            "width": int(width),
            "height": int(height),
            "shapes": [list(picture.shape) for picture in pictures],
            "pixels": [int(pixel) for picture in pictures for pixel in picture.ravel()],
        }
    if array.dtype == object:
        texts = [text.decode() if isinstance(text, bytes) else text for text in array.ravel()]
        # The configurations of two libraries differ.
        return json.loads(texts[0])["class_name"] if plugin == "graph_keras_model" else texts
    return np.asarray(array, np.float64).ravel().tolist()


def read_logs(folder):
    """Runs, their tags, and of each tag the plugin and the values by steps."""
    runs = {}
    for path in sorted({file.parent for file in pathlib.Path(folder).rglob("*tfevents*")}):
        events = EventAccumulator(str(path), size_guidance={"tensors": 0})
        events.Reload()
        tags = {}
        for tag in events.Tags()["tensors"]:
            plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
            tags[tag] = {
                "plugin": plugin,
                "steps": [event.step for event in events.Tensors(tag)],
                "values": [value_of(plugin, tensor_util.make_ndarray(event.tensor_proto)) for event in events.Tensors(tag)],
            }
        runs[str(path.relative_to(folder)) if path != pathlib.Path(folder) else ""] = tags
    return runs


if __name__ == "__main__":
    print(json.dumps(read_logs(sys.argv[1])))
