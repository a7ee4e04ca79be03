"""The network of houses.ts for California, in Keras: the same rows, the same split, the same layers.

    KERAS_BACKEND=jax LANEGRAD_DATA_DIR=... python3 examples/book/houses_keras.py

Needs numpy and keras.
"""

import csv
import gzip
import os
import pathlib

import keras
import numpy as np

PLACES = ["<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"]


def districts():
    folder = pathlib.Path(os.environ["LANEGRAD_DATA_DIR"]) / "california_housing"
    packed = folder / "housing.csv.gz"
    file = gzip.open(packed, "rt") if packed.exists() else open(folder / "housing.csv")
    with file:
        header, *rows = csv.reader(file)
    table = {name: [row[i] for row in rows] for i, name in enumerate(header)}
    place = np.array([[name == known for known in PLACES] for name in table.pop("ocean_proximity")])
    prices = np.array(table.pop("median_house_value"), dtype="float32")
    columns = []
    for name, texts in table.items():
        values = np.array([float(text) if text else np.nan for text in texts], dtype="float32")
        known = np.sort(values[~np.isnan(values)])
        values[np.isnan(values)] = known[len(known) // 2]
        is_count = any(part in name for part in ("total", "population", "households", "income"))
        columns.append(np.log(values) if is_count else values)
    return np.concatenate([np.stack(columns, 1), place], 1).astype("float32"), prices


def held_out_fifth(x, y, seed):
    keras.utils.set_random_seed(seed)
    order = np.random.RandomState(113).permutation(len(y))
    cut = int(len(y) * 0.8)
    train, test = order[:cut], order[cut:]
    normalization = keras.layers.Normalization()
    normalization.adapt(x[train])
    network = keras.Sequential(
        [
            keras.layers.Input([x.shape[1]]),
            normalization,
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(1),
            keras.layers.Rescaling(float(y[train].std()), offset=float(y[train].mean())),
        ]
    )
    network.compile(optimizer="adam", loss="mae")
    network.fit(x[train], y[train], epochs=40, batch_size=64, verbose=0)
    return network.evaluate(x[test], y[test], verbose=0)


if __name__ == "__main__":
    x, y = districts()
    errors = [held_out_fifth(x, y, seed) for seed in (0, 1, 2)]
    print("mean absolute errors", ", ".join(f"{error:.0f}" for error in errors), "dollars")
    print(f"Mean {np.mean(errors):.0f}")
