"""Writes what Keras makes of the functions beside architectures, and files of weights, for lanegrad/applications:

    $python scripts/keras-application-files.py

test/fixtures/keras-application-files.json has pictures before and after preprocess_input, and predictions with decode_predictions.
test/fixtures/keras-applications/ has the weights of small networks, in the files that Keras writes and in the older form in which
Keras publishes weights, with what the networks give. The docstring of verify-with-keras.py says which Python that is.
"""

import gzip
import json
import os
import pathlib
import unittest.mock

ROOT = pathlib.Path(__file__).parent.parent
os.environ["KERAS_BACKEND"] = "jax"

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras.src.applications import imagenet_utils  # noqa: E402

FOLDER = ROOT / "test/fixtures/keras-applications"


def array(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "dtype": str(x.dtype), "data": x.ravel().tolist()}


def pictures(*shape):
    """Pixels from 0 to 255 without a pattern."""
    return ((np.arange(np.prod(shape)) * 61 + 17) % 256).astype("float32").reshape(shape)


def preprocessed():
    modules = "vgg16 vgg19 resnet resnet50 resnet_v2 inception_v3 inception_resnet_v2 xception mobilenet mobilenet_v2 mobilenet_v3 densenet efficientnet efficientnet_v2 nasnet convnext"
    shapes = {"channels_last": [(2, 2, 3), (2, 1, 2, 3)], "channels_first": [(3, 2, 2), (2, 3, 1, 2)]}
    for data_format, given in shapes.items():
        for shape in given:
            for dtype in ("float32", "uint8"):
                x = pictures(*shape).astype(dtype)
                for module in modules.split():
                    preprocess = getattr(keras.applications, module).preprocess_input
                    y = preprocess(x.copy(), data_format=data_format)
                    yield {"module": module, "data_format": data_format, "x": array(x), "y": array(y)}
                for mode in ("caffe", "tf", "torch"):
                    y = imagenet_utils.preprocess_input(x.copy(), data_format=data_format, mode=mode)
                    yield {"module": "imagenet_utils", "mode": mode, "data_format": data_format, "x": array(x), "y": array(y)}


def decoded():
    """Predictions of 1000 classes, by place and number; those that are left out are 0.0001 times the place, by 1000."""
    index = {str(i): [f"n{i:08}", f"class {i}"] for i in range(1000)}
    for top in (1, 3, 5, 7):
        x = np.arange(2000, dtype="float32").reshape(2, 1000) % 1000 * np.float32(1e-7)
        set_to = [[0, 17, 0.5], [0, 999, 0.25], [0, 3, 0.125], [1, 500, 0.75], [1, 0, 0.2]]
        for row, place, value in set_to:
            x[row, place] = value
        with unittest.mock.patch.object(imagenet_utils, "CLASS_INDEX", index):
            y = keras.applications.vgg16.decode_predictions(x, top=top)
        yield {"top": top, "set": set_to, "y": [[[*entry[:2], float(entry[2])] for entry in row] for row in y]}


def published(path, model):
    """The older form, as Keras 2 wrote it with TensorFlow: all layers in order, weights under other names, `count` of int64."""
    with h5py.File(path, "w", libver="earliest") as file:
        file.attrs["layer_names"] = np.array([f"old_{layer.name}".encode() for layer in model.layers])
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.1.6"
        for layer in model.layers:
            group = file.create_group(f"old_{layer.name}")
            weights = [weight for weight in layer.trainable_weights + layer.non_trainable_weights]
            names = [f"old_{weight.path}:0".encode() for weight in weights]
            group.attrs["weight_names"] = np.array(names) if names else np.array([], "S1")
            for name, weight in zip(names, weights, strict=True):
                value = weight.numpy()
                group.create_dataset(name.decode(), data=value.astype("int64") if value.dtype == "int32" else value)


def networks():
    FOLDER.mkdir(exist_ok=True)
    usual = {"alpha": 0.04, "input_shape": (32, 32, 3)}
    for name, stem, options in [
        ("MobileNet", "mobilenet", {**usual, "classes": 3}),
        ("MobileNet", "mobilenet-notop", {**usual, "include_top": False, "pooling": "avg"}),
    ]:
        keras.utils.clear_session()
        keras.utils.set_random_seed(1)
        model = getattr(keras.applications, name)(weights=None, **options)
        generator = np.random.default_rng(7)
        for weight in model.weights:
            low, high = (0.5, 1.5) if "variance" in weight.path or "gamma" in weight.path else (-0.6, 0.6)
            weight.assign(generator.uniform(low, high, weight.shape))
        if options.get("include_top", True):
            model.save_weights(FOLDER / f"{stem}.weights.h5")
            model.save(FOLDER / f"{stem}.keras")
        published(FOLDER / f"{stem}.h5", model)
        x = pictures(2, 32, 32, 3) / np.float32(127.5) - 1
        again = getattr(keras.applications, name)(weights=str(FOLDER / f"{stem}.h5"), **options)
        y = model.predict(x, verbose=0)
        assert np.array_equal(again.predict(x, verbose=0), y)
        for path in sorted(FOLDER.glob(f"{stem}.*")):
            if path.suffix != ".gz":
                packed = path.with_name(path.name + ".gz")
                packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
                path.unlink()
        yield {"name": name, "file": stem, "options": options, "y": array(y)}


def normalized():
    """A layer whose weights count samples, which Keras 2 did in int64."""
    x = pictures(4, 3)
    inputs = keras.Input((3,))
    normalization = keras.layers.Normalization()
    normalization.adapt(x)
    model = keras.Model(inputs, keras.layers.Dense(2)(normalization(inputs)))
    published(FOLDER / "normalized.h5", model)
    return {"x": array(x), "y": array(model.predict(x, verbose=0))}


fixture = {
    "source": f"Keras {keras.__version__}",
    "preprocessed": list(preprocessed()),
    "decoded": list(decoded()),
    "networks": list(networks()),
    "normalized": normalized(),
}
path = ROOT / "test/fixtures/keras-application-files.json"
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, [(file.name, file.stat().st_size) for file in sorted(FOLDER.iterdir())])
