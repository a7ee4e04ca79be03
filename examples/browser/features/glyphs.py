"""Writes the emoji of a colour font as one array: python glyphs.py NotoColorEmoji.ttf glyphs.npy

Needs fonttools, numpy and pillow. The array is uint8 [glyphs, 96, 96, 4], red, green, blue and alpha, in the order of
the code points. The font is Noto Color Emoji (SIL Open Font License 1.1), Debian's package fonts-noto-color-emoji.
"""

import io
import sys

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image

SIDE = 96


def glyphs(path):
    font = TTFont(path)
    bitmaps = font["CBDT"].strikeData[-1]
    seen = set()
    for _, name in sorted(font["cmap"].getBestCmap().items()):
        png = bitmaps[name].imageData if name in bitmaps else None
        if png is None or png in seen:
            continue
        seen.add(png)
        drawn = Image.open(io.BytesIO(png)).convert("RGBA")
        side = max(drawn.size)
        square = Image.new("RGBA", (side, side))
        square.paste(drawn, ((side - drawn.width) // 2, (side - drawn.height) // 2))
        yield np.asarray(square.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


if __name__ == "__main__":
    font_file, array_file = sys.argv[1:]
    pictures = np.stack(list(glyphs(font_file)))
    np.save(array_file, pictures)
    print(f"{len(pictures)} glyphs in {array_file}")
