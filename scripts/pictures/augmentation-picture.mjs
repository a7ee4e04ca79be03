// `npm run pictures:augmentation`: docs/augmentation.svg, one image after each layer that changes images, made with the built
// package. The image is drawn here, from formulas.
import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { layers, ops, tensor, tidy } from 'lanegrad';

const WIDTH = 120;
const HEIGHT = 90;

/** How many times as wide and high images are drawn: making them smaller smooths their edges. */
const FINE = 4;

/** Pixels between images, and the columns of the picture. */
const layout = { columns: 6, left: 14, top: 14, gap: 14, line: 12 };

const circle = (x, y, radius) => (u, v) => Math.hypot(u - x, v - y) < radius;
const box = (left, top, right, bottom) => (u, v) => u > left && u < right && v > top && v < bottom;
/** What lies below a line that rises from (x, y) to both sides, or falls for a negative slope. */
const roof = (x, y, slope, bottom) => (u, v) => v < bottom && v - y > slope * Math.abs(u - x);
const hill = (height, depth, phase) => (u, v) => v > height + depth * Math.sin(4 * u + phase);

/** Colours from top to bottom, and shapes over them, the last one at the front; u is from 0 to 4/3, v from 0 to 1. */
const day = {
  sky: [[70, 130, 205], [200, 215, 225]],
  shapes: [
    [circle(1.05, 0.22, 0.12), [245, 205, 75]],
    [hill(0.62, 0.07, 0.4), [95, 150, 95]],
    [hill(0.78, 0.05, 2.4), [125, 175, 80]],
    [box(0.2, 0.5, 0.58, 0.82), [215, 190, 155]],
    [roof(0.39, 0.28, 0.9, 0.5), [185, 65, 55]],
    [box(0.27, 0.57, 0.35, 0.67), [75, 105, 160]],
    [box(0.43, 0.6, 0.52, 0.82), [110, 75, 50]],
    [box(0.93, 0.6, 0.97, 0.86), [100, 70, 45]],
    [circle(0.95, 0.53, 0.14), [45, 110, 65]],
    [circle(1.02, 0.45, 0.09), [60, 130, 70]],
  ],
}; // prettier-ignore
const evening = {
  sky: [[85, 60, 120], [240, 165, 110]],
  shapes: [
    [circle(0.35, 0.42, 0.13), [240, 95, 60]],
    [hill(0.66, 0.015, 1), [50, 90, 140]],
    [hill(0.84, 0.02, 3), [40, 70, 115]],
    [box(0.82, 0.2, 0.85, 0.72), [70, 45, 35]],
    [(u, v) => v > 0.22 && v < 0.66 && u > 0.87 && u - 0.87 < 0.7 * (v - 0.22), [235, 230, 220]],
    [(u, v) => v > 0.7 && v < 0.82 && Math.abs(u - 0.86) < 0.32 - 1.2 * (v - 0.7), [150, 55, 45]],
  ],
}; // prettier-ignore

/** A scene as float32 [HEIGHT, WIDTH, 3] from 0 to 1. */
function draw({ sky: [above, below], shapes }) {
  const [height, width] = [FINE * HEIGHT, FINE * WIDTH];
  const pixels = new Float32Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) / height, (y + 0.5) / height];
      const shape = shapes.findLast(([covers]) => covers(u, v));
      const colour = shape?.[1] ?? above.map((from, i) => from + v * (below[i] - from));
      pixels.set(colour, 3 * (y * width + x));
    }
  }
  const fine = tensor(pixels, { shape: [height, width, 3] });
  return ops.image.resize(fine, [HEIGHT, WIDTH], { antialias: true }).div(255);
}

const valueRange = [0, 1];

/** The layers with what shows what they do: limits that are equal where a draw may change little, and seeds. */
const PANELS = {
  Resizing: new layers.Resizing(80, 60),
  CenterCrop: new layers.CenterCrop(60, 60),
  RandomCrop: new layers.RandomCrop(60, 60, { seed: 3 }),
  RandomFlip: new layers.RandomFlip('horizontal', { seed: 0 }),
  RandomTranslation: new layers.RandomTranslation([0.2, 0.2], [0.3, 0.3]),
  RandomRotation: new layers.RandomRotation([0.08, 0.08]),
  RandomZoom: new layers.RandomZoom([0.4, 0.4]),
  RandomShear: new layers.RandomShear({ xFactor: [0.3, 0.3], seed: 1 }),
  RandomPerspective: new layers.RandomPerspective({ factor: [1, 1], scale: 0.6, seed: 1 }),
  RandomElasticTransform: new layers.RandomElasticTransform({
    factor: [1, 1],
    scale: [1, 1],
    valueRange,
    seed: 1,
  }),
  RandomErasing: new layers.RandomErasing({
    factor: [1, 1],
    scale: [0.15, 0.15],
    fillValue: 0.5,
    valueRange,
    seed: 2,
  }),
  RandomGaussianBlur: new layers.RandomGaussianBlur({
    factor: [1, 1],
    kernelSize: 7,
    sigma: [1, 1],
    valueRange,
  }),
  RandomSharpness: new layers.RandomSharpness([1, 1], { valueRange }),
  RandomBrightness: new layers.RandomBrightness([0.25, 0.25], { valueRange }),
  RandomContrast: new layers.RandomContrast([0.9, 0.9], { valueRange, seed: 1 }),
  RandomSaturation: new layers.RandomSaturation([0.75, 0.75], { valueRange }),
  RandomHue: new layers.RandomHue([0.4, 0.4], { valueRange, seed: 1 }),
  RandomColorJitter: new layers.RandomColorJitter({ brightnessFactor: 0.2, contrastFactor: 0.5, saturationFactor: [0.4, 0.7], hueFactor: 0.2, valueRange, seed: 2 }), // prettier-ignore
  RandomColorDegeneration: new layers.RandomColorDegeneration([0.7, 0.7], { valueRange }),
  RandomGrayscale: new layers.RandomGrayscale({ factor: 1 }),
  RandomInvert: new layers.RandomInvert({ factor: [1, 1], valueRange }),
  RandomPosterization: new layers.RandomPosterization([2, 2], { valueRange }),
  Solarization: new layers.Solarization({ thresholdFactor: [0.5, 0.5], valueRange }),
  AutoContrast: new layers.AutoContrast({ valueRange }),
  Equalization: new layers.Equalization({ valueRange }),
  ContrastLimitedAdaptiveHistogramEqualization: new layers.ContrastLimitedAdaptiveHistogramEqualization({ valueRange }), // prettier-ignore
  RandAugment: new layers.RandAugment({ valueRange, seed: 6 }),
  AugMix: new layers.AugMix({ valueRange, seed: 1 }),
  MixUp: new layers.MixUp({ alpha: 1, seed: 6 }),
  CutMix: new layers.CutMix({ seed: 3 }),
  Mosaic: new layers.Mosaic({ seed: 11 }),
};

/** The layer that changes boxes alone. */
const WITHOUT_PICTURE = ['MaxNumBoundingBoxes'];

const missing = Object.entries(layers)
  .filter(([, made]) => made.prototype instanceof layers.BaseImagePreprocessingLayer)
  .map(([name]) => name)
  .filter((name) => !(name in PANELS) && !WITHOUT_PICTURE.includes(name));
if (missing.length > 0) {
  throw new Error(
    `scripts/pictures/augmentation-picture.mjs shows no ${missing.join(', no ')}: add a panel`,
  );
}

/** A picture [height, width, 3] of numbers from 0 to 1 as a file. */
function png(image) {
  const [height, width] = image.shape;
  const bytes = ops.clip(image.mul(255).round(), 0, 255).astype('uint8').data();
  const stride = 3 * width;
  const lines = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    const out = lines.subarray(y * (stride + 1), (y + 1) * (stride + 1));
    // Each byte as its distance from the one above.
    out[0] = 2;
    for (let i = 0; i < stride; i++) {
      out[i + 1] = bytes[y * stride + i] - (y > 0 ? bytes[(y - 1) * stride + i] : 0);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const body = deflateSync(lines, { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))]); // prettier-ignore
}

function chunk(type, data) {
  const tagged = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(tagged.length + 8);
  framed.writeUInt32BE(data.length, 0);
  tagged.copy(framed, 4);
  framed.writeUInt32BE(crc32(tagged), tagged.length + 4);
  return framed;
}

/** A name in lines that are about as long and no wider than a panel. */
function linesOf(name) {
  const count = Math.ceil(name.length / 22);
  const longest = count === 1 ? name.length : name.length / count + 3;
  const lines = [''];
  for (const word of name.match(/[A-Z][a-z]*|[^A-Z]+/g)) {
    if (lines.at(-1).length + word.length > longest) lines.push('');
    lines.push(lines.pop() + word);
  }
  return lines;
}

const { columns, left, top, gap, line } = layout;
const rowHeight = HEIGHT + 2 * line + gap;

function panel([name, image], i) {
  const [height, width] = image.shape;
  const x = left + (i % columns) * (WIDTH + gap);
  const y = top + Math.floor(i / columns) * rowHeight;
  const middle = x + WIDTH / 2;
  const labels = linesOf(name).map(
    (text, j) => `<text x="${middle}" y="${y + HEIGHT + (j + 1) * line}">${text}</text>`,
  );
  return [
    `<image x="${middle - width / 2}" y="${y + (HEIGHT - height) / 2}" width="${width}" height="${height}" ` +
      `href="data:image/png;base64,${png(image).toString('base64')}"/>`,
    ...labels,
  ].join('\n');
}

const file = new URL('../../docs/augmentation.svg', import.meta.url);
tidy(() => {
  const [first, second] = [draw(day), draw(evening)];
  const batch = ops.stack([first, second]);
  const images = { 'the image': first, 'another one': second };
  for (const [name, layer] of Object.entries(PANELS)) images[name] = layer.apply(batch).slice(0);
  const panels = Object.entries(images).map(panel);
  const width = 2 * left + columns * (WIDTH + gap) - gap;
  const height = top + Math.ceil(panels.length / columns) * rowHeight;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>One image under each layer that changes images</title>
<style>text { font: 10px system-ui, sans-serif; fill: #1f2328; text-anchor: middle }</style>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${panels.join('\n')}
</svg>
`;
  writeFileSync(file, svg);
  console.log(
    `docs/augmentation.svg: ${panels.length} images, ${(svg.length / 1000).toFixed(0)} kB`,
  );
});
