"""Writes test/fixtures/keras-pictures.json.gz: what Keras's load_img makes of pictures of all kinds, and which files it finds in folders.

    $python scripts/keras-pictures.py

$python is the answer of: python3 scripts/python-environment.py scripts/pictures/requirements.txt

test/fixtures/pictures has photographs and the usual kinds of files. This script makes the unusual ones, byte by byte where Pillow
does not write them: every depth of PNG, interlaced; BMP of all ages; JPEG with four inks; GIF with frames beside their screen.
"""

import base64
import gzip
import io
import json
import os
import pathlib
import struct
import tempfile
import warnings
import zlib

os.environ["KERAS_BACKEND"] = "jax"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import PIL  # noqa: E402
from keras.src.utils import dataset_utils  # noqa: E402
from PIL import Image  # noqa: E402

ROOT = pathlib.Path(__file__).parent.parent
FILES = {}
ITEMS = []
RANDOM = np.random.default_rng(38)
warnings.simplefilter("ignore")


def noise(*shape, high=256):
    return RANDOM.integers(0, high, shape, dtype="int64")


def smooth(height, width, channels):
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    return (127.5 + 127.5 * np.sin(x / 5 + c) * np.cos(y / 4 - c)).astype("uint8")


def add(name, contents, modes=("grayscale", "rgb", "rgba"), **options):
    """Items of a file, one for each colour mode; an error is written down as one."""
    FILES[name] = base64.b64encode(contents).decode()
    for mode in modes:
        item = {"file": name, "color_mode": mode, **options}
        try:
            image = keras.utils.load_img(io.BytesIO(contents), color_mode=mode, **options)
            pixels = np.asarray(image)
            item["shape"] = [*pixels.shape, *([1] if pixels.ndim == 2 else [])]
            item["dtype"] = str(pixels.dtype)
            item["expected"] = base64.b64encode(zlib.compress(pixels.tobytes())).decode()
        except Exception as error:
            item["error"] = f"{type(error).__name__}: {error}"
        ITEMS.append(item)


def saved(pixels, format, mode=None, **options):
    file = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(np.asarray(pixels, "uint8"), mode)
    image.save(file, format, **options)
    return file.getvalue()


# PNG


def chunk(name, contents):
    body = name + contents
    return struct.pack(">I", len(contents)) + body + struct.pack(">I", zlib.crc32(body))


def packed(samples, depth):
    """Rows of samples as bytes, before filters."""
    rows = []
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            rows.append(row.astype(">u2").tobytes())
        elif depth == 8:
            rows.append(row.astype("uint8").tobytes())
        else:
            bits = "".join(format(int(value), f"0{depth}b") for value in row)
            bits += "0" * (-len(bits) % 8)
            rows.append(bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)))
    return rows


def filtered(rows, step):
    """Rows with each of the five filters in turn."""
    out, above = b"", bytes(len(rows[0]) if rows else 0)
    for number, row in enumerate(rows):
        kind = number % 5
        line = []
        for i, value in enumerate(row):
            a = row[i - step] if i >= step else 0
            b = above[i]
            c = above[i - step] if i >= step else 0
            p = a + b - c
            near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line.append((value - [0, a, b, (a + b) // 2, near][kind]) % 256)
        out += bytes([kind, *line])
        above = row
    return out


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, depth, color, interlaced=False, extra=b""):
    height, width, channels = samples.shape
    step = max(1, depth * channels // 8)
    data = b""
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        if part.size:
            data += filtered(packed(part, depth), step)
    stream = zlib.compress(data)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    half = len(stream) // 2
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"tEXt", b"Comment\0of no matter")
        + chunk(b"IDAT", stream[:half]) + chunk(b"IDAT", stream[half:]) + chunk(b"IEND", b"")
    )


def png_cases():
    kinds = {0: (1, [1, 2, 4, 8, 16]), 2: (3, [8, 16]), 3: (1, [1, 2, 4, 8]), 4: (2, [8, 16]), 6: (4, [8, 16])}
    for color, (channels, depths) in kinds.items():
        for depth in depths:
            colors = min(2**depth, 200)
            extra = chunk(b"PLTE", noise(colors, 3).astype("uint8").tobytes()) if color == 3 else b""
            for interlaced in (False, True):
                samples = noise(11, 13, channels, high=colors if color == 3 else 2**depth)
                add(f"{color}-{depth}{'-adam7' if interlaced else ''}.png", png(samples, depth, color, interlaced, extra))
    for depth in (1, 2, 4, 8, 16):
        samples = noise(9, 10, 1, high=min(2**depth, 4))
        add(f"gray-{depth}-transparent.png", png(samples, depth, 0, extra=chunk(b"tRNS", struct.pack(">H", 1))))
    for depth in (8, 16):
        samples = noise(9, 10, 3, high=2)
        add(f"rgb-{depth}-transparent.png", png(samples, depth, 2, extra=chunk(b"tRNS", struct.pack(">HHH", 1, 0, 1))))
    short = chunk(b"PLTE", noise(3, 3).astype("uint8").tobytes())
    add("short-palette.png", png(noise(6, 7, 1, high=8), 4, 3, extra=short))
    alphas = chunk(b"PLTE", noise(8, 3).astype("uint8").tobytes()) + chunk(b"tRNS", bytes([0, 120, 255]))
    add("palette-alphas.png", png(noise(6, 7, 1, high=8), 4, 3, extra=alphas))
    for width, height in ((1, 1), (2, 1), (1, 3), (5, 5)):
        add(f"{width}x{height}-adam7.png", png(noise(height, width, 3), 8, 2, True), modes=["rgb"])
    add("no-palette.png", png(noise(6, 7, 1, high=8), 4, 3), modes=["rgb"])
    add("depth-4-rgb.png", png(noise(6, 7, 3, high=8), 4, 2), modes=["rgb"])
    whole = png(noise(6, 7, 3), 8, 2)
    add("cut.png", whole[:-40], modes=["rgb"])
    add("wrong-sum.png", whole[:20] + b"\xff" + whole[21:], modes=["rgb"])


# GIF


def gif(pixels, screen=None, place=(0, 0), colors=None, local=None, transparent=None, interlaced=False):
    """Pixels without compression: codes of 9 bits, with a clear so often that they never grow."""
    height, width = pixels.shape
    screen = screen or (width, height)
    out = b"GIF89a" + struct.pack("<HH", *screen)
    out += bytes([0xF7 if colors is not None else 0x70, 3, 0])
    if colors is not None:
        out += colors.astype("uint8").tobytes()
    if transparent is not None:
        out += bytes([0x21, 0xF9, 4, 1, 0, 0, transparent, 0])
    out += b"\x21\xfe\x05hello\0"
    flags = (0x87 if local is not None else 0) | (64 if interlaced else 0)
    out += b"," + struct.pack("<HHHHB", *place, width, height, flags)
    if local is not None:
        out += local.astype("uint8").tobytes()
    rows = [*range(0, height, 8), *range(4, height, 8), *range(2, height, 4), *range(1, height, 2)]
    ordered = pixels[rows] if interlaced else pixels
    bits = ""
    for i, value in enumerate(ordered.ravel()):
        if i % 200 == 0:
            bits = format(256, "09b") + bits
        bits = format(int(value), "09b") + bits
    bits = format(257, "09b") + bits
    bits = "0" * (-len(bits) % 8) + bits
    data = bytes(int(bits[i : i + 8], 2) for i in range(len(bits) - 8, -1, -8))
    out += bytes([8])
    for i in range(0, len(data), 255):
        part = data[i : i + 255]
        out += bytes([len(part)]) + part
    return out + b"\0;"


def gif_cases():
    colors, local, ramp = noise(256, 3), noise(256, 3), np.repeat(np.arange(256), 3)
    pixels = noise(12, 10)
    add("plain.gif", gif(pixels, colors=colors))
    add("interlaced.gif", gif(pixels, colors=colors, interlaced=True))
    add("local.gif", gif(pixels, colors=colors, local=local))
    add("gray.gif", gif(pixels, colors=ramp))
    add("gray-local.gif", gif(pixels, colors=colors, local=ramp))
    add("no-colors.gif", gif(pixels))
    add("transparent.gif", gif(noise(12, 10, high=4), colors=colors, transparent=2))
    add("gray-transparent.gif", gif(noise(12, 10, high=4), colors=ramp, transparent=2))
    add("small-frame.gif", gif(pixels, screen=(20, 18), place=(5, 4), colors=colors))
    add("small-transparent-frame.gif", gif(pixels, screen=(20, 18), place=(5, 4), colors=colors, transparent=7))
    add("beyond.gif", gif(pixels, screen=(11, 8), place=(5, 4), colors=colors))
    add("noise.gif", saved(Image.fromarray(noise(90, 80).astype("uint8")).convert("P"), "GIF"), modes=["rgb"])
    frames = [Image.fromarray(noise(9, 9, 3).astype("uint8")) for _ in range(3)]
    add("animated.gif", saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    add("flat.gif", saved(np.zeros((200, 300)), "GIF"), modes=["grayscale"])
    add("cut.gif", gif(pixels, colors=colors)[:-60], modes=["rgb"])


# BMP


def bmp(rows, width, height, bits, size=40, compression=0, colors=b"", used=0, masks=b"", down=False, gap=0):
    if size == 12:
        header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        header = struct.pack(
            "<IiiHHIIiiII", size, width, -height if down else height, 1, bits, compression, len(rows), 2835, 2835, used, 0
        )
        header += (masks if size > 40 else b"").ljust(size - 40, b"\0")
        header += masks if size == 40 else b""
    offset = 14 + len(header) + len(colors) + gap
    return b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset) + header + colors + b"\0" * gap + rows


def bmp_rows(samples, bits):
    out = b""
    for row in samples:
        if bits >= 8:
            line = b"".join(int(value).to_bytes(bits // 8, "little") for value in row)
        else:
            text = "".join(format(int(value), f"0{bits}b") for value in row)
            text += "0" * (-len(text) % 8)
            line = bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
        out += line + b"\0" * (-len(line) % 4)
    return out


def bmp_cases():
    width, height = 11, 7
    for bits in (1, 4, 8):
        rows = bmp_rows(noise(height, width, high=2**bits), bits)
        colors = noise(2**bits, 4).astype("uint8").tobytes()
        add(f"{bits}.bmp", bmp(rows, width, height, bits, colors=colors))
        add(f"{bits}-down.bmp", bmp(rows, width, height, bits, colors=colors, down=True))
        old = noise(2**bits, 3).astype("uint8").tobytes()
        add(f"{bits}-old.bmp", bmp(rows, width, height, bits, size=12, colors=old))
    rows = bmp_rows(noise(height, width, high=5), 8)
    add("few-colors.bmp", bmp(rows, width, height, 8, colors=noise(5, 4).astype("uint8").tobytes(), used=5))
    ramp = np.repeat(np.arange(256), 4).astype("uint8").tobytes()
    rows = bmp_rows(noise(height, width), 8)
    add("gray.bmp", bmp(rows, width, height, 8, colors=ramp))
    black_white = bytes([0, 0, 0, 0, 255, 255, 255, 0])
    rows = bmp_rows(noise(height, width, high=2), 1)
    add("black-white.bmp", bmp(rows, width, height, 1, colors=black_white))
    for bits in (16, 24, 32):
        rows = bmp_rows(noise(height, width, high=2**bits), bits)
        add(f"{bits}.bmp", bmp(rows, width, height, bits))
        add(f"{bits}-down.bmp", bmp(rows, width, height, bits, down=True))
    fields = {
        "565": (16, [0xF800, 0x7E0, 0x1F]),
        "555": (16, [0x7C00, 0x3E0, 0x1F]),
        "bgra": (32, [0xFF0000, 0xFF00, 0xFF, 0xFF000000]),
        "rgba": (32, [0xFF, 0xFF00, 0xFF0000, 0xFF000000]),
        "abgr": (32, [0xFF000000, 0xFF0000, 0xFF00, 0xFF]),
        "bgrx": (32, [0xFF0000, 0xFF00, 0xFF, 0]),
        "none": (32, [0, 0, 0, 0]),
    }
    for name, (bits, masks) in fields.items():
        rows = bmp_rows(noise(height, width, high=2**bits), bits)
        packed_masks = b"".join(struct.pack("<I", mask) for mask in masks)
        for size in (40, 56, 124):
            given = packed_masks[:12] if size == 40 else packed_masks
            add(f"{name}-{size}.bmp", bmp(rows, width, height, bits, size=size, compression=3, masks=given))
    colors = noise(256, 4).astype("uint8").tobytes()
    runs = bytes([5, 7, 0, 3, 1, 2, 3, 0, 3, 9, 0, 0, 11, 4, 0, 0, 0, 4, 9, 8, 7, 6, 7, 5, 0, 0, 0, 2, 3, 1, 8, 2, 0, 0, 20, 6])
    runs += bytes([0, 0]) + bytes([11, 3, 0, 0]) * 2 + bytes([0, 1])
    add("rle8.bmp", bmp(runs, width, height, 8, compression=1, colors=colors))
    small = noise(16, 4).astype("uint8").tobytes()
    add("rle4.bmp", bmp(runs, width, height, 4, compression=2, colors=small))
    add("rle8-short.bmp", bmp(runs[:12] + bytes([0, 1]), width, height, 8, compression=1, colors=colors), modes=["rgb"])
    add("cut.bmp", bmp(rows, width, height, 32)[:-9], modes=["rgb"])


# JPEG


class Codes:
    """A table of codes of one length for so many symbols."""

    def __init__(self, symbols):
        self.symbols = symbols
        self.length = max(1, (len(symbols)).bit_length())

    def table(self, number):
        counts = [0] * 16
        counts[self.length - 1] = len(self.symbols)
        return bytes([number, *counts, *self.symbols])

    def __call__(self, symbol):
        return format(self.symbols.index(symbol), f"0{self.length}b")


def flat_jpeg(sampling, width, height, transform, interval=0):
    """Blocks of one colour each, with the given sampling of components."""
    dc, ac = Codes(list(range(9))), Codes([0])
    most = max(h for h, _ in sampling), max(v for _, v in sampling)
    across, down = -(-width // (8 * most[0])), -(-height // (8 * most[1]))
    out = b"\xff\xd8"
    segment = lambda marker, body: bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body  # noqa: E731
    if transform is not None:
        out += segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))
    out += segment(0xDB, bytes([0]) + bytes([8] * 64))
    parts = b"".join(bytes([i + 1, h * 16 + v, 0]) for i, (h, v) in enumerate(sampling))
    out += segment(0xC0, struct.pack(">BHHB", 8, height, width, len(sampling)) + parts)
    out += segment(0xC4, dc.table(0x00)) + segment(0xC4, ac.table(0x10))
    if interval:
        out += segment(0xDD, struct.pack(">H", interval))
    out += segment(0xDA, bytes([len(sampling)]) + b"".join(bytes([i + 1, 0]) for i in range(len(sampling))) + bytes([0, 63, 0]))
    last, bits = [0] * len(sampling), ""

    def flush(bits):
        bits += "1" * (-len(bits) % 8)
        data = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
        return data.replace(b"\xff", b"\xff\0")

    for mcu in range(across * down):
        if interval and mcu and mcu % interval == 0:
            out += flush(bits) + bytes([0xFF, 0xD0 + (mcu // interval - 1) % 8])
            last, bits = [0] * len(sampling), ""
        for i, (h, v) in enumerate(sampling):
            for _ in range(h * v):
                value = int(noise(1)[0]) - 128
                difference, last[i] = value - last[i], value
                size = abs(difference).bit_length()
                bits += dc(size)
                if size:
                    bits += format(difference if difference > 0 else difference + 2**size - 1, f"0{size}b")
                bits += ac(0)
    return out + flush(bits) + b"\xff\xd9"


def jpeg_cases():
    inks = Image.fromarray(smooth(37, 45, 4), "CMYK")
    for name, options in {"": {}, "-progressive": {"progressive": True}, "-restart": {"restart_marker_blocks": 3}}.items():
        file = saved(inks, "JPEG", quality=90, **options)
        add(f"inks{name}.jpg", file)
        add(f"ycck{name}.jpg", file.replace(b"Adobe\0d\0\0\0\0\0", b"Adobe\0d\0\0\0\0\2"))
    sampled = [(2, 2), (1, 1), (1, 1), (2, 2)]
    for name, transform in {"inks": 0, "ycck": 2, "no-adobe": None}.items():
        add(f"{name}-sampled.jpg", flat_jpeg(sampled, 53, 39, transform), modes=["rgb"])
        add(f"{name}-sampled-restart.jpg", flat_jpeg(sampled, 53, 39, transform, interval=2), modes=["rgb"])
    add("wide-inks.jpg", flat_jpeg([(2, 1), (2, 1), (2, 1), (2, 1)], 53, 39, 0), modes=["rgb"])
    photo = Image.fromarray(smooth(33, 50, 3))
    add("keep-rgb.jpg", saved(photo, "JPEG", keep_rgb=True), modes=["rgb"])
    add("gray-progressive.jpg", saved(photo.convert("L"), "JPEG", progressive=True))
    for sampling in ("4:4:4", "4:2:2", "4:2:0", "4:1:1"):
        for progressive in (False, True):
            file = saved(photo, "JPEG", subsampling=sampling, progressive=progressive, quality=60)
            add(f"{sampling.replace(':', '')}{'-progressive' if progressive else ''}.jpg", file, modes=["rgb"])
    add("440.jpg", flat_jpeg([(1, 2), (1, 1), (1, 1)], 53, 39, 1), modes=["rgb"])
    add("411-odd.jpg", flat_jpeg([(4, 1), (1, 1), (1, 1)], 53, 39, 1), modes=["rgb"])
    add("no-adobe-rgb.jpg", flat_jpeg([(1, 1)] * 3, 53, 39, None), modes=["rgb", "grayscale"])
    turned = Image.Exif()
    turned[0x0112] = 6
    add("turned.jpg", saved(photo, "JPEG", exif=turned), modes=["rgb"])
    whole = saved(photo, "JPEG")
    add("cut.jpg", whole[: len(whole) // 2], modes=["rgb"])
    add("no-end.jpg", whole[:-2], modes=["rgb"])
    add("behind.jpg", whole + b"more bytes", modes=["rgb"])
    two = flat_jpeg([(1, 1)] * 2, 20, 10, None)
    add("two-components.jpg", two, modes=["rgb"])


# WebP


def webp_cases():
    colors, alphas = smooth(19, 26, 3), smooth(19, 26, 4)
    add("lossy.webp", saved(colors, "WEBP", quality=70))
    add("lossy-alpha.webp", saved(alphas, "WEBP", quality=70))
    add("lossless-alpha.webp", saved(noise(9, 8, 4), "WEBP", lossless=True, exact=True))
    add("lossless.webp", saved(noise(9, 8, 3), "WEBP", lossless=True))
    add("tiny.webp", saved(noise(1, 1, 3), "WEBP", lossless=True), modes=["rgb"])
    turned = Image.Exif()
    turned[0x0112] = 6
    add("extended.webp", saved(colors, "WEBP", quality=70, exif=turned), modes=["rgb"])
    for name, options in {"lossless": {"lossless": True}, "lossy": {"quality": 80}}.items():
        frames = [Image.fromarray(smooth(19, 26, 4) ^ np.uint8(i)) for i in range(3)]
        file = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], **options)
        add(f"animated-{name}.webp", file)
    frames = [Image.fromarray(smooth(19, 26, 3) ^ np.uint8(i)) for i in range(3)]
    add("animated-opaque.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]), modes=["rgba"])
    add("cut.webp", saved(colors, "WEBP", quality=70)[:-30], modes=["rgb"])


# Sizes


def size_cases():
    pictures = {
        "photo": (saved(smooth(31, 47, 3), "PNG"), "rgb"),
        "noise": (saved(noise(23, 29, 3), "PNG"), "rgb"),
        "gray": (saved(noise(23, 29), "PNG"), "grayscale"),
        "alpha": (saved(noise(23, 29, 4), "PNG"), "rgba"),
        "gray16": (png(noise(23, 29, 1, high=65536), 16, 0), "grayscale"),
        "tall": (saved(noise(61, 7, 3), "PNG"), "rgb"),
    }
    for name, (file, mode) in pictures.items():
        for interpolation in ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"):
            for size in ((11, 13), (50, 40), (23, 10), (10, 47), (3, 60), (1, 1)):
                add(f"{name}-size.png", file, [mode], target_size=size, interpolation=interpolation)
            for size in ((12, 12), (40, 13)):
                options = {"target_size": size, "interpolation": interpolation, "keep_aspect_ratio": True}
                add(f"{name}-size.png", file, [mode], **options)


# Folders


def folder_cases():
    cases = []
    names = ["b/2.png", "b/10.PNG", "b/a.jpeg", "a/x.gif", "a/inner/y.bmp", "a/inner/z.txt", "a/c.webp", "a/Z.jpg", "c/1.jpg", ".hidden/1.png", "top.png"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        pathlib.Path(folder, "empty").mkdir()
        for options in (
            {"labels": "inferred"},
            {"labels": "inferred", "class_names": ["c", "a"]},
            {"labels": None},
            {"labels": "inferred", "shuffle": True, "seed": 7},
            {"labels": None, "shuffle": True, "seed": 123},
            {"labels": [3, 1, 4, 1, 5, 1, 2, 2, 6], "shuffle": True, "seed": 0},
        ):
            given = {"shuffle": False, **options}
            formats = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
            paths, labels, classes = dataset_utils.index_directory(folder, formats=formats, verbose=False, **given)
            cases.append({
                "options": given,
                "paths": [os.path.relpath(path, folder) for path in paths],
                "labels": None if labels is None else [int(label) for label in labels],
                "class_names": classes,
            })
            for split in (0.3, 0.5):
                for subset in ("training", "validation"):
                    part, _ = dataset_utils.get_training_or_validation_split(paths, labels, split, subset)
                    cases[-1][f"{subset}-{split}"] = [os.path.relpath(path, folder) for path in part]
    return {"files": names, "empty": ["empty"], "cases": cases}


def dataset_cases():
    """What the data set on Grain, which decodes with Pillow, makes of an element."""
    from keras.src.utils import image_dataset_utils

    cases = []
    for name, channels in (("photo-size.png", 3), ("gray-size.png", 1), ("alpha-size.png", 4)):
        contents = io.BytesIO(base64.b64decode(FILES[name]))
        for interpolation in ("bilinear", "nearest", "bicubic", "lanczos3"):
            for extra in ({}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True}):
                pixels = image_dataset_utils._load_image_grain(contents, (12, 20), channels, interpolation, "channels_last", **extra)
                cases.append({
                    "file": name, "channels": channels, "interpolation": interpolation, **extra,
                    "expected": base64.b64encode(zlib.compress(np.asarray(pixels, "<f4").tobytes())).decode(),
                })
    return cases


png_cases()
gif_cases()
bmp_cases()
jpeg_cases()
webp_cases()
size_cases()
fixture = {
    "source": f"Keras {keras.__version__}, Pillow {PIL.__version__}",
    "files": FILES,
    "items": ITEMS,
    "folders": folder_cases(),
    "elements": dataset_cases(),
}
target = ROOT / "test/fixtures/keras-pictures.json.gz"
target.write_bytes(gzip.compress(json.dumps(fixture, separators=(",", ":")).encode(), 9, mtime=0))
print(f"{len(ITEMS)} items of {len(FILES)} files, {target.stat().st_size} bytes")
