"""Models that tf2onnx and Keras's export write, with what ONNX Runtime computes of them:

    $(python3 scripts/python-environment.py test/oracles/onnx/tensorflow.txt) test/oracles/onnx/exported_tensorflow.py FOLDER

exported.ts reads them.
"""

import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf2onnx  # noqa: E402
from exported import Folder, numbers  # noqa: E402
from keras import layers, ops  # noqa: E402


def images():
    """A residual network of images, with depthwise convolutions and every kind of padding."""
    x = entry = keras.Input((20, 20, 3), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same")(x)
    x = layers.BatchNormalization()(x)
    y = layers.DepthwiseConv2D(3, padding="same", activation="relu6")(x)
    y = layers.Conv2D(8, 1)(y)
    x = layers.Add()([x, layers.BatchNormalization()(y)])
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    x = layers.SeparableConv2D(12, 3, dilation_rate=2, padding="same", activation="swish")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(entry, layers.Dense(5, activation="softmax", name="scores")(x))


def upsampled():
    """An encoder and a decoder, with transposed convolutions, resizing and a joined way around."""
    entry = keras.Input((16, 12, 2), name="image")
    low = layers.Conv2D(6, 3, strides=2, padding="same", activation="elu")(entry)
    x = layers.AveragePooling2D(2)(low)
    x = layers.UpSampling2D(2, interpolation="bilinear")(x)
    x = layers.Concatenate()([x, low])
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(layers.PReLU(shared_axes=[1, 2])(x))
    return keras.Model(entry, layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x))


def sequences():
    """Texts as numbers: recurrent layers of both directions."""
    entry = keras.Input((9,), dtype="int32", name="words")
    x = layers.Embedding(30, 8)(entry)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(x)
    x = layers.GRU(5)(x)
    return keras.Model(entry, layers.Dense(3, name="scores")(x))


def encoder():
    """A block of a transformer."""
    entry = keras.Input((7, 12), name="tokens")
    y = layers.MultiHeadAttention(3, 4)(entry, entry)
    x = layers.LayerNormalization()(entry + y)
    y = layers.Dense(12)(layers.Dense(20, activation="gelu")(x))
    x = layers.LayerNormalization()(x + y)
    return keras.Model(entry, layers.Dense(2)(layers.GlobalMaxPooling1D()(x)))


def operations():
    """Operations of functional graphs, with two inputs and two outputs."""
    a, b = keras.Input((4, 5), name="a"), keras.Input((5, 3), name="b")
    product = ops.matmul(a, b)
    x = ops.where(product > 0, ops.sqrt(ops.abs(product)), ops.tanh(product))
    x = ops.concatenate([x, ops.expand_dims(ops.mean(a, axis=-1), -1)], axis=-1)
    best = ops.one_hot(ops.cast(ops.max(x, axis=-1) > 0.5, "int32"), 3)
    return keras.Model([a, b], [ops.logsumexp(x, axis=1), best])


def volumes():
    """Series and volumes."""
    entry = keras.Input((6, 8, 8, 2), name="volume")
    x = layers.Conv3D(4, 3, padding="valid", activation="relu")(entry)
    x = layers.MaxPooling3D(2)(x)
    x = layers.Reshape((-1, 4))(x)
    x = layers.Conv1D(5, 3, padding="causal", dilation_rate=2)(x)
    x = layers.GroupNormalization(5)(x)
    return keras.Model(entry, layers.Flatten()(x))


class Function(tf.Module):
    """A function of TensorFlow, without Keras: slices, gathers, a loop, and a choice."""

    def __init__(self):
        super().__init__()
        self.w = tf.Variable(numbers((6, 6), 3) / 3)

    @tf.function(input_signature=[tf.TensorSpec((None, 6), tf.float32, name="x")])
    def __call__(self, x):
        for _ in tf.range(3):
            x = tf.nn.relu(tf.matmul(x, self.w)) + x
        top, where = tf.math.top_k(x, 2)
        rest = tf.gather(x, [4, 1], axis=1)[:, ::-1]
        return tf.concat([top, rest, tf.cast(where, tf.float32)], 1)


def of_keras(folder, name, model, inputs, by_keras):
    path = folder.path(name)
    if by_keras:
        # Keras exports what was called before.
        model(inputs[0] if len(inputs) == 1 else inputs)
        model.export(path, format="onnx", verbose=False)
    else:
        signature = [tf.TensorSpec((None, *one.shape[1:]), one.dtype, one.name) for one in model.inputs]

        @tf.function(input_signature=signature)
        def call(*given):
            return model(given[0] if len(given) == 1 else list(given), training=False)

        tf2onnx.convert.from_function(call, signature, opset=17, output_path=str(path))
    folder.compare(name, inputs)


def main():
    keras.utils.set_random_seed(1)
    folder = Folder(pathlib.Path(sys.argv[1]))
    models = {
        "images": (images(), [numbers((2, 20, 20, 3))]),
        "upsampled": (upsampled(), [numbers((2, 16, 12, 2))]),
        "sequences": (sequences(), [(numbers((2, 9)) * 15 + 15).astype("int32")]),
        "encoder": (encoder(), [numbers((2, 7, 12))]),
        "operations": (operations(), [numbers((2, 4, 5)), numbers((2, 5, 3), 2)]),
        "volumes": (volumes(), [numbers((2, 6, 8, 8, 2))]),
    }
    for name, (model, inputs) in models.items():
        # First weights have means of 0 and variances of 1: other numbers show what reads them.
        model.set_weights([w + 0.1 * abs(numbers(w.shape, i)) for i, w in enumerate(model.get_weights())])
        of_keras(folder, f"keras-{name}", model, inputs, by_keras=True)
        of_keras(folder, f"tf2onnx-{name}", model, inputs, by_keras=False)
    function = Function()
    tf2onnx.convert.from_function(
        function.__call__, function.__call__.input_signature, opset=18, output_path=str(folder.path("tf2onnx-function"))
    )
    folder.compare("tf2onnx-function", [numbers((3, 6))])


main()
