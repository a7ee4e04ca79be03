// What is inside of a convolutional network: its filters, what its layers see, where it sees a class (Grad-CAM), what it dreams of
// (DeepDream), and the textures that it knows (style transfer). The network is trained here, on shapes that the program draws.
//   npx tsx examples/look-inside.ts               prints the numbers
//   npx tsx examples/look-inside.ts --to folder   draws the pictures too, SVG files (needs the packages vega and vega-lite)
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { layers, ops, random, tensor, tidy, utils } from 'lanegrad';
import type { models, Tensor } from 'lanegrad';
import * as vis from 'lanegrad/vis';
import { isMain } from './is-main.js';
import { dream, eyesOf, transferStyle } from './look-inside/paint.js';
import type { Painted } from './look-inside/paint.js';
import { drawSingleShapes, shapeReader, SIDE } from './look-inside/shape-reader.js';
import type { ShapePictures } from './look-inside/shape-reader.js';

/** How much is trained and painted. */
export interface LookInsideOptions {
  readonly pictures?: number;
  readonly epochs?: number;
  /** Steps of DeepDream, and of style transfer. */
  readonly steps?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface LookInsideResults {
  readonly network: models.Sequential;
  /** Pictures that the network has not seen. */
  readonly test: ShapePictures;
  /** The share of them that it reads correctly. */
  readonly accuracy: number;
  /** The share of them in which the peak of Grad-CAM lies in the shape. */
  readonly peaksInShape: number;
  readonly dreamed: Painted;
  readonly styled: Painted & { readonly content: Tensor; readonly style: Tensor };
}

const TEST = 100;

/** The share of pictures in which the brightest place of Grad-CAM, enlarged to the picture, belongs to the shape. */
function peaksInShape(
  network: models.Sequential,
  { pictures, kinds, places }: ShapePictures,
): number {
  const [count = 0] = pictures.shape;
  const resizing = new layers.Resizing(SIDE, SIDE);
  let hits = 0;
  for (let i = 0; i < count; i++) {
    tidy(() => {
      const classIndex = kinds.slice(i).item();
      const { heat } = vis.gradCamHeat(network, pictures.slice(i), { classIndex });
      const [rows = 1, columns = 1] = heat.shape;
      const enlarged = resizing.apply(heat.reshape([1, rows, columns, 1]));
      const peak = enlarged.reshape([-1]).argmax(0).item();
      hits += places.slice(i, Math.floor(peak / SIDE), peak % SIDE).item();
    });
  }
  return hits / count;
}

/** Slanted stripes: the texture that is transferred. */
const stripes = (): Tensor =>
  tensor(
    Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
      (Math.floor(i / SIDE) + (i % SIDE)) % 8 < 4 ? 0.9 : 0.1,
    ),
    { shape: [1, SIDE, SIDE, 1] },
  );

/** Trains a network, and looks inside. */
export async function lookInside(options: LookInsideOptions = {}): Promise<LookInsideResults> {
  const { pictures: count = 1000, epochs = 15, steps = 300, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const train = drawSingleShapes(count, 1000 + 2 * seed);
  const test = drawSingleShapes(TEST, 1_000_000 + 2 * seed);
  const network = shapeReader();
  await network.fit(train.pictures, train.kinds, { epochs, verbose });
  const [, accuracy = NaN] = await network.evaluate(test.pictures, test.kinds, { verbose: 0 });

  const first = test.pictures.slice([0, 1]);
  const dreamed = dream(eyesOf(network, ['parts']), first, Math.ceil(steps / 6));
  const [content, style] = [first, stripes()];
  const start = random.uniform([1, SIDE, SIDE, 1], { seed });
  const eyes = eyesOf(network, ['edges', 'corners', 'parts', 'shapes']);
  const styled = transferStyle(eyes, { content, style, start }, steps);
  return {
    network,
    test,
    accuracy,
    peaksInShape: peaksInShape(network, test),
    dreamed,
    styled: { ...styled, content, style },
  };
}

/** The charts of the results, by names of files. */
export async function chartsOf(results: LookInsideResults): Promise<Record<string, vis.Spec>> {
  const { network, test, dreamed, styled } = results;
  const picture = test.pictures.slice(0);
  const triple = ops.concat([styled.content, styled.style, styled.picture], 0);
  const pair = ops.concat([picture.reshape([1, SIDE, SIDE, 1]), dreamed.picture], 0);
  return {
    'inside-filters': await vis.weights(network.getLayer('edges'), {
      columns: 8,
      title: 'Filters of the first layer',
    }),
    'inside-activations': await vis.featureMaps(network, picture, {
      layer: 'corners',
      columns: 8,
      maxImages: 8,
      title: 'What the second layer makes of a shape',
    }),
    'inside-grad-cam': await vis.gradCam(network, picture, { title: 'Where the shape is seen' }),
    'inside-dream': await vis.imageGrid(pair, {
      labels: ['before', 'after'],
      title: 'DeepDream',
    }),
    'inside-style': await vis.imageGrid(triple, {
      labels: ['content', 'style', 'both'],
      columns: 3,
      title: 'Style transfer',
    }),
  };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { to: { type: 'string' } } });
  const results = await lookInside({ verbose: 2 });
  const { accuracy, dreamed, styled } = results;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(`Shapes read correctly            ${percent(accuracy)}`);
  console.log(`Peak of Grad-CAM in the shape    ${percent(results.peaksInShape)}`);
  console.log(`DeepDream raises its layer       ${(dreamed.after / dreamed.before).toFixed(1)} ×`);
  console.log(`Style transfer's loss falls      ${(styled.before / styled.after).toFixed(1)} ×`);
  if (values.to !== undefined) {
    await mkdir(values.to, { recursive: true });
    for (const [name, spec] of Object.entries(await chartsOf(results))) {
      await vis.show(spec, `${values.to}/${name}.svg`, { theme: 'light' });
    }
  }
}
