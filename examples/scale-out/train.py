"""Continues training a model of lanegrad in Keras, in one process or in several that share each batch.

Keras's backend is JAX, or what KERAS_BACKEND names. One of several processes is told where they meet, how many there are
and which one it is: by --address, --processes and --process, or by torchrun in its environment.

It leaves in a folder: trained.keras, process-0.json with the losses and with what took part, one for each process, and with
--predict predictions.npy.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", help="a .keras file")
    parser.add_argument("data", help="an .npz file with x, y and xTest")
    parser.add_argument("out", type=pathlib.Path, help="the folder for results")
    parser.add_argument("--batch-size", type=int, default=64, help="rows of a batch, all processes together")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--predict", action="store_true", help="predict xTest first, as the model is in the file")
    parser.add_argument("--address", help="host:port of the first process")
    parser.add_argument("--processes", type=int, default=int(os.environ.get("WORLD_SIZE", 1)))
    parser.add_argument("--process", type=int, default=int(os.environ.get("RANK", 0)))
    return parser.parse_args()


def join(keras, options):
    """Joins the other processes. Nothing may be computed before."""
    keras.distribution.initialize(options.address, options.processes, options.process)
    # Each process brings its own rows, so Keras has nothing to divide.
    distribution = keras.distribution.DataParallel(auto_shard_dataset=False)
    # What is loaded from now on lies on all devices.
    keras.distribution.set_distribution(distribution)


def rows_of_process(array, options):
    """The rows of every batch that belong to this process: batches are cut, not the data set.

    So each batch has the rows that it has with one process. What fills no batch is left out, since processes that
    compute together need as many rows each.
    """
    whole = len(array) // options.batch_size * options.batch_size
    shape = (-1, options.processes, options.batch_size // options.processes, *array.shape[1:])
    return np.concatenate(array[:whole].reshape(shape)[:, options.process])


def train(keras, model, data, options):
    """Trains, and returns the losses: [epochs][batches], each the mean since the epoch began."""
    losses = []

    class Losses(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            losses.append([])

        def on_train_batch_end(self, batch, logs=None):
            losses[-1].append(float(logs["loss"]))

    x, y = (rows_of_process(data[name], options) for name in ("x", "y"))
    how = {"batch_size": options.batch_size // options.processes, "epochs": options.epochs}
    model.fit(x, y, shuffle=False, verbose=0, callbacks=[Losses()], **how)
    return losses


def require_version(keras):
    """On PyTorch, `fit` shares batches between processes from Keras 3.16 on."""
    version = tuple(int(part) for part in keras.__version__.split(".")[:2])
    if keras.backend.backend() == "torch" and version < (3, 16):
        raise SystemExit(
            f"train.py on PyTorch needs Keras 3.16 or later, this is {keras.__version__}. Install what "
            "test/oracles/verify_with_keras/requirements.txt lists."
        )


def backend_version(keras):
    """Such as jax 0.10.2."""
    name = keras.backend.backend()
    return f"{name} {importlib.metadata.version(name)}"


def main(options):
    import keras

    require_version(keras)
    if options.batch_size % options.processes:
        raise SystemExit(f"A batch of {options.batch_size} rows has no equal parts for {options.processes} processes.")
    if options.processes > 1:
        join(keras, options)
    model = keras.models.load_model(options.model)
    data = np.load(options.data)
    if options.predict:
        np.save(options.out / "predictions.npy", model.predict(data["xTest"], verbose=0))
    losses = train(keras, model, data, options)
    if options.process == 0:
        # To save, Keras makes an optimizer for comparison. On the devices of all processes it would wait for the others.
        keras.distribution.set_distribution(None)
        model.save(options.out / "trained.keras")
    report = {"keras": keras.__version__, "backend": backend_version(keras), "losses": losses}
    (options.out / f"process-{options.process}.json").write_text(json.dumps(report))


if __name__ == "__main__":
    main(arguments())
