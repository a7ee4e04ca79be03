"""Writes test/fixtures/text/unicode.json.gz: a thousand lines in many scripts, and what TensorFlow makes of them.

    $python scripts/unicode-tokens.py

The fixture was made with Keras 3.16.0.dev2026102704 (keras-nightly), TensorFlow 2.21.0 and Babel 2.19.0. Another Babel has other
words: `pip install keras tensorflow-cpu==2.21.0 babel==2.19.0`. The lines are names of languages, countries, months and days of
Babel's locale data (CLDR), in the words of each locale, with punctuation and blanks of many kinds between them.
"""

import gzip
import json
import os
import pathlib
import random

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import babel  # noqa: E402
import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from babel.localedata import locale_identifiers  # noqa: E402

ROOT = pathlib.Path(__file__).parent.parent
LINES = 1000
BETWEEN = [" ", "  ", "\t", "\n", "\u00a0", "\u2003", "\u3000", "\u200b", "\x0b", "\x1c", "\x85", "-", "_", "…", "«", "!", "?!", "’", "'", "·", "/"]


def words(name):
    """Words of a locale."""
    locale = babel.Locale.parse(name)
    found = [*locale.languages.values(), *locale.territories.values()]
    for form in ("wide", "abbreviated"):
        found += [*locale.months["format"][form].values(), *locale.days["format"][form].values()]
    return [word for word in found if isinstance(word, str)]


def lines():
    draw = random.Random(1)
    names = sorted(name for name in locale_identifiers() if "_" not in name)
    for i in range(LINES):
        chosen = draw.sample(words(names[i % len(names)]) or ["x"], 1) + draw.choices(words(names[i % len(names)]) or ["x"], k=5)
        changed = [draw.choice([str, str.upper, str.title])(word) for word in chosen]
        yield "".join(word + draw.choice(BETWEEN) for word in changed)


def tokens(texts, **options):
    layer = keras.layers.TextVectorization(**options)
    split = layer._preprocess(tf.constant(texts))
    return [[token.decode() for token in row] for row in split.to_list()]


texts = list(lines())
made = {
    "source": f"Keras {keras.__version__} on TensorFlow {tf.__version__}, Babel {babel.__version__}",
    "texts": texts,
    "whitespace": tokens(texts),
    "lower": tokens(texts, standardize="lower"),
    "strip": tokens(texts, standardize="strip_punctuation"),
    "plain": tokens(texts, standardize=None),
    "character": tokens(texts[:200], split="character"),
}
path = ROOT / "test/fixtures/text/unicode.json.gz"
path.write_bytes(gzip.compress(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0))
print(path, path.stat().st_size)
