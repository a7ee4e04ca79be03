// `npm run pictures:charts`: draws every chart of lanegrad/vis, light into docs/charts/ as SVG, light and dark into build/charts/ as
// PNG files to look at, and takes pictures of all in pages (sheet-page-light.png …) and of the files of Node (sheet-node-light.png …).
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { datasets, layers, optimizers, random, Sequential, tensor, tidy, utils } from 'lanegrad';
import * as vis from 'lanegrad/vis';
import type { Spec } from 'lanegrad/vis';
import { takeSheets } from './chart-sheets.js';

const [documents, pictures] = ['docs/charts', 'build/charts'];
await mkdir(documents, { recursive: true });
await mkdir(pictures, { recursive: true });

utils.setRandomSeed(7);

// A small convolutional network on digits of 8 by 8 pixels.
const [[whole, y]] = await datasets.digits.loadData();
const x = tidy(() => whole.reshape([whole.shape[0] ?? 0, 8, 8, 1]).div(16));
const model = new Sequential([
  new layers.Conv2D(8, 3, {
    activation: 'relu',
    padding: 'same',
    inputShape: [8, 8, 1],
    name: 'conv',
  }),
  new layers.Conv2D(12, 3, { activation: 'relu', name: 'deeper' }),
  new layers.Flatten(),
  new layers.Dense(10, { activation: 'softmax', name: 'classes' }),
]);
model.compile({
  optimizer: new optimizers.Adam({ learningRate: 0.002 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
const history = await model.fit(x, y, { epochs: 12, validationSplit: 0.2, verbose: 0 });
const scores = await model.predict(x);
const names = Array.from({ length: 10 }, (_, digit) => String(digit));

const few = tidy(() => x.slice([0, 12]));
const truth = [...y.data()];
const largest = [...tidy(() => scores.argmax(-1)).data()];
// Samples of three digits, of which two are easily confused.
const chosen = truth.flatMap((digit, i) => ([1, 7, 9].includes(digit) && i < 500 ? [i] : [])).slice(0, 100); // prettier-ignore
const flat = tidy(() => x.gather(tensor(Int32Array.from(chosen))).reshape([chosen.length, 64]));
const classes = chosen.map((i) => String(truth[i]));
const isSeven = tensor(Int32Array.from(truth, (digit) => Number(digit === 7)));
const sevenScore = tidy(() =>
  scores.slice(':', 7).add(random.normal(x.shape.slice(0, 1)).mul(0.3)),
);

const steps = Array.from({ length: 120 }, (_, i) => i);
const series = steps.map((i) => 14 + 6 * Math.sin(i / 9) + Math.sin(i * 1.7));
const predicted = steps.map((i) => 14 + 5.6 * Math.sin((i - 1) / 9) + 0.2 * Math.sin(i * 2.3));
const sentence = 'the cat sat on the warm mat'.split(' ');
const attended = sentence.map((_, i) => {
  const row = sentence.map((__, j) => Math.exp(-((i - j - 1) ** 2) / 3) + (j === 1 ? 0.3 : 0));
  const sum = row.reduce((a, b) => a + b);
  return row.map((value) => value / sum);
});
const correlations = Array.from({ length: 8 }, (_, i) =>
  Array.from({ length: 8 }, (__, j) => Math.cos((i - j) / 1.6) * (i === j ? 1 : 0.9)),
);
// Scenes of 48 by 48 pixels: a disc before a sky, with its box and mask.
const scene = (cx: number, cy: number, radius: number) => ({
  pixels: Array.from({ length: 48 }, (_, row) =>
    Array.from({ length: 48 }, (__, column) =>
      Math.hypot(column - cx, row - cy) < radius
        ? [0.85, 0.35, 0.25]
        : [0.45 + row / 200, 0.6 + row / 300, 0.75],
    ),
  ),
  box: [cx - radius, cy - radius, cx + radius, cy + radius],
  mask: Array.from({ length: 48 }, (_, row) =>
    Array.from({ length: 48 }, (__, column) =>
      Math.hypot(column - cx, row - cy) < radius ? 1 : row > 36 ? 2 : 0,
    ),
  ),
});
const scenes = [scene(16, 20, 9), scene(30, 26, 12), scene(24, 14, 7)];
const images = scenes.map(({ pixels }) => pixels);
const boundingBoxes = {
  boxes: scenes.map(({ box }) => [box]),
  labels: scenes.map(() => [1]),
};
const segmentationMasks = tensor(
  scenes.map(({ mask }) => mask),
  { dtype: 'int32' },
);
const weightsByName = Object.fromEntries(model.weights.filter(({ name }) => name === 'kernel').map(({ path, value }) => [path, value])); // prettier-ignore

const charts: Readonly<Record<string, Spec | Promise<Spec>>> = {
  history: vis.history(history, { title: 'Digits, 12 epochs' }),
  'confusion-matrix': vis.confusionMatrix(truth, largest, { labels: names }),
  'roc-curve': vis.rocCurve(isSeven, sevenScore, { title: 'Is it a seven?' }),
  'precision-recall': vis.precisionRecall(isSeven, sevenScore, { title: 'Is it a seven?' }),
  histogram: vis.histogram(weightsByName, { title: 'Kernels' }),
  heatmap: vis.heatmap(correlations, { title: 'Correlations' }),
  attention: vis.attention(attended, { keys: sentence }),
  predictions: vis.predictions(series, predicted, { yLabel: 'degrees', xLabel: 'hour' }),
  pca: vis.scatter(flat, { classes, title: 'Digits 1, 7 and 9: PCA' }),
  tsne: vis.scatter(flat, { classes, method: 'tsne', perplexity: 15, title: 'Digits 1, 7 and 9: t-SNE' }), // prettier-ignore
  images: vis.imageGrid(few, { labels: truth.slice(0, 12).map((digit) => `digit ${digit}`), columns: 6, title: 'Digits' }), // prettier-ignore
  boxes: vis.imageGrid(images, { boundingBoxes, labels: ['ball', 'ball', 'ball'], columns: 3, title: 'Bounding boxes' }), // prettier-ignore
  masks: vis.imageGrid(images, { segmentationMasks, columns: 3, title: 'Segmentation masks' }),
  weights: vis.weights(model.getLayer('conv'), { columns: 8, title: 'Kernels of conv' }),
  'feature-maps': vis.featureMaps(
    model,
    tidy(() => x.slice(3)),
    { columns: 8, layer: 'conv' },
  ),
  'grad-cam': vis.gradCam(
    model,
    tidy(() => x.slice(3)),
    { layer: 'conv', width: 260 },
  ),
};
/** A picture beside a text: labels of single marks, which no reader asks for there, and digits behind the second are left out. */
const shortened = (svg: string): string =>
  svg
    .replaceAll(/ aria-label="[^"]*" role="graphics-symbol" aria-roledescription="[^"]*"/g, '')
    .replaceAll(/ (?:role|aria-roledescription)="graphics-[^"]*"/g, '')
    .replaceAll(/ (?:pointer-events="none"|aria-hidden="true")/g, '')
    .replaceAll(/ (?:d|transform|[xy][12]?|width|height)="[^"]*"/g, (attribute) =>
      attribute.replaceAll(/(\.\d{2})\d+/g, '$1'),
    );

const specs: Record<string, Spec> = {};
for (const [name, made] of Object.entries(charts)) {
  const spec = await made;
  specs[name] = spec;
  const file = `${documents}/${name}.svg`;
  await vis.show(spec, file, { theme: 'light' });
  const svg = shortened(await readFile(file, 'utf8'));
  await writeFile(file, svg);
  for (const theme of ['light', 'dark'] as const) {
    await vis.show(spec, `${pictures}/${name}-${theme}.png`, { theme });
  }
  console.log(`${file}: ${(svg.length / 1000).toFixed(0)} kB`);
}
await takeSheets(specs, pictures);
