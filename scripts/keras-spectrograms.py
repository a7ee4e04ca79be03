"""Writes test/fixtures/keras-spectrograms.json.gz: what the layers STFTSpectrogram and MelSpectrogram of Keras compute.

    $python scripts/keras-spectrograms.py

The docstring of verify-with-keras.py says which Python that is.
"""

import gzip
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
os.environ.setdefault("KERAS_BACKEND", "jax")

import keras  # noqa: E402
import numpy as np  # noqa: E402

random = np.random.default_rng(0)
CASES = []


def case(layer, x):
    y = np.asarray(layer(x))
    CASES.append(
        {
            "class_name": type(layer).__name__,
            "config": keras.saving.serialize_keras_object(layer)["config"],
            "x": np.round(x, 6).tolist(),
            "y": np.round(y.astype("float64"), 7).tolist(),
        }
    )


def spectrogram(x, **options):
    case(keras.layers.STFTSpectrogram(**options), x)


def numbers(*shape):
    return np.round(random.normal(size=shape), 6).astype("float32")


signals = numbers(2, 20, 3)
spectrogram(signals, frame_length=8, frame_step=4, fft_length=16)
spectrogram(signals, frame_length=8)
spectrogram(signals, frame_length=6, window="hamming", periodic=True, scaling="spectrum", padding="same")
spectrogram(signals, frame_length=5, window="blackman", fft_length=9, mode="stft")
spectrogram(signals, frame_length=4, window=[1.0, 2.0, 3.0, 4.0])
spectrogram(signals, frame_length=4, window=None, mode="real")
for mode in ["magnitude", "psd", "real", "imag", "angle", "stft"]:
    for expand in (False, True):
        spectrogram(signals, mode=mode, frame_length=8, frame_step=3, scaling=None, expand_dims=expand)
# SciPy's windows that take no numbers. The symmetric ones are of an odd length, the periodic ones of an even one.
windows = "nuttall blackmanharris flattop bartlett barthann bohman boxcar cosine lanczos parzen triang tukey"
for window in windows.split():
    spectrogram(signals[:1, :, :1], frame_length=7, fft_length=8, window=window, mode="real")
    spectrogram(signals[:1, :, :1], frame_length=8, window=window, mode="real", periodic=True)

sounds = numbers(2, 200)
for options in [
    {"fft_length": 64, "sequence_stride": 20, "num_mel_bins": 8, "sampling_rate": 400, "min_freq": 5.0},
    {
        "fft_length": 64,
        "sequence_length": 40,
        "window": "hamming",
        "sequence_stride": 16,
        "num_mel_bins": 5,
        "sampling_rate": 8000,
        "max_freq": 3000.0,
        "power_to_db": False,
        "mag_exp": 1.0,
    },
    {"fft_length": 100, "sequence_stride": 33, "num_mel_bins": 12, "top_db": 6.0, "ref_power": 3.0, "mag_exp": 1.5},
    {"fft_length": 32, "sequence_stride": 50, "num_mel_bins": 4, "window": None},
]:
    for x in (sounds, sounds[0]):
        case(keras.layers.MelSpectrogram(**options), x)

path = ROOT / "test/fixtures/keras-spectrograms.json.gz"
path.write_bytes(gzip.compress(json.dumps(CASES).encode(), mtime=0))
print(f"{len(CASES)} cases, {path.stat().st_size} bytes")
