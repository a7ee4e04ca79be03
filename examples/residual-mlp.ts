// A network whose blocks add their result to their input: x + f(x). The graph has two paths that meet again, so it is a
// functional model. It reads the built-in handwritten digits.
//   npx tsx examples/residual-mlp.ts
import { Input, layers, models, utils } from 'lanegrad';
import { embeddedDigits, rowsOf } from './handwritten-digits.js';
import { isMain } from './is-main.js';

/** How the network is made and trained. */
export interface ResidualMlpOptions {
  readonly blocks?: number;
  readonly units?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** x + f(x), where f normalizes and has two dense layers. x: [batch, units]. */
function residualBlock(x: layers.SymbolicTensor, units: number): layers.SymbolicTensor {
  let y = new layers.LayerNormalization().apply(x);
  y = new layers.Dense(units, { activation: 'relu' }).apply(y);
  y = new layers.Dense(units).apply(y);
  return layers.add([x, y]);
}

/** The functional model: pixels, `blocks` residual blocks, the probabilities of ten digits. */
export function makeResidualMlp(pixels: number, blocks: number, units: number): models.Model {
  const image = Input([pixels], { name: 'image' });
  let x = new layers.Dense(units, { activation: 'relu' }).apply(image);
  for (let block = 0; block < blocks; block++) x = residualBlock(x, units);
  x = new layers.LayerNormalization().apply(x);
  const digit = new layers.Dense(10, { activation: 'softmax', name: 'digit' }).apply(x);
  return new models.Model({ inputs: image, outputs: digit, name: 'residual_mlp' });
}

/** Trains the network; the share of test digits that it reads correctly. */
export async function residualMlp(options: ResidualMlpOptions = {}): Promise<number> {
  const { blocks = 3, units = 64, epochs = 10, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const [[x, y], [xTest, yTest]] = rowsOf(await embeddedDigits());
  const network = makeResidualMlp(x.shape[1] ?? 0, blocks, units);
  if (verbose > 0) network.summary();
  network.compile({
    optimizer: 'adam',
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  await network.fit(x, y, { epochs, batchSize: 32, verbose });
  const [, accuracy = NaN] = await network.evaluate(xTest, yTest, { verbose: 0 });
  return accuracy;
}

if (isMain(import.meta.url)) {
  const accuracy = await residualMlp({ epochs: 20, verbose: 2 });
  console.log(`Test accuracy ${accuracy.toFixed(4)}`);
}
