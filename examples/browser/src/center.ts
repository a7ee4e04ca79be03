// A drawing becomes what the network knows: MNIST's digits were scaled into a box of 20 × 20, keeping their
// proportions, and placed so that their centre of mass is the centre of 28 × 28. The built-in digits fill 8 × 8.

/** Where the ink of an image is: the smallest box around it; undefined if there is none. */
function inkBox(ink: Float32Array, side: number) {
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if ((ink[y * side + x] ?? 0) < 0.05) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * The drawing as an image of `size` × `size`.
 *
 * @param ink [side, side], 0 (paper) to 1 (ink)
 */
export function centerDigit(ink: Float32Array, side: number, size: 8 | 28): Float32Array {
  const image = new Float32Array(size * size);
  const box = inkBox(ink, side);
  if (box === undefined) return image;
  const room = size === 28 ? 20 : 8;
  const scale = room / Math.max(box.width, box.height);
  const [width, height] = [box.width * scale, box.height * scale];
  // Each pixel of the drawing spreads its ink over the pixels that it covers.
  const spread = (offsetX: number, offsetY: number): Float32Array => {
    const out = new Float32Array(size * size);
    for (let y = 0; y < box.height; y++) {
      for (let x = 0; x < box.width; x++) {
        const value = ink[(box.top + y) * side + box.left + x] ?? 0;
        if (value > 0) cover(out, size, offsetX + x * scale, offsetY + y * scale, scale, value);
      }
    }
    return out;
  };
  const middle = spread((size - width) / 2, (size - height) / 2);
  if (size === 8) return middle;
  let [sum, sumX, sumY] = [0, 0, 0];
  middle.forEach((value, i) => {
    sum += value;
    sumX += value * ((i % size) + 0.5);
    sumY += value * (Math.floor(i / size) + 0.5);
  });
  const shift = (mass: number): number => Math.round(size / 2 - mass / sum);
  return spread((size - width) / 2 + shift(sumX), (size - height) / 2 + shift(sumY));
}

/** Adds the square of `length` at (x, y), by area. */
function cover(out: Float32Array, size: number, x: number, y: number, length: number, ink: number) {
  for (let row = Math.max(0, Math.floor(y)); row < Math.min(size, y + length); row++) {
    const high = Math.min(row + 1, y + length) - Math.max(row, y);
    for (let column = Math.max(0, Math.floor(x)); column < Math.min(size, x + length); column++) {
      const wide = Math.min(column + 1, x + length) - Math.max(column, x);
      const i = row * size + column;
      out[i] = Math.min(1, (out[i] ?? 0) + ink * high * wide);
    }
  }
}
