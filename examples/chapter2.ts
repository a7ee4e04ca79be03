// The mathematics that neural networks are made of, step by step: tensors, their operations and what these mean in the
// plane, gradients and gradient descent, and a network trained by hand.
//   npx tsx examples/chapter2.ts                  MNIST if it is available, else the embedded digits
//   npx tsx examples/chapter2.ts --data digits    the embedded digits
import { parseArgs } from 'node:util';
import { utils } from 'lanegrad';
import { showAxes } from './chapter2/axes.js';
import { showData } from './chapter2/data.js';
import { showDescent } from './chapter2/descent.js';
import { showElementwise } from './chapter2/elementwise.js';
import { showGeometry } from './chapter2/geometry.js';
import { showGradients } from './chapter2/gradients.js';
import { showProducts } from './chapter2/products.js';
import { showRanks } from './chapter2/ranks.js';
import { showReshaping } from './chapter2/reshaping.js';
import { showSlices } from './chapter2/slices.js';
import { showTraining } from './chapter2/training.js';
import { embeddedDigits, findDigits } from './handwritten-digits.js';

const { values } = parseArgs({ options: { data: { type: 'string', default: 'mnist' } } });
if (values.data !== 'mnist' && values.data !== 'digits') {
  throw new Error(`--data takes mnist or digits, got '${values.data}'`);
}
utils.setRandomSeed(0);
const digits = values.data === 'digits' ? await embeddedDigits() : await findDigits();

showData(digits);
showRanks();
showSlices(digits);
showAxes();
showElementwise();
showProducts();
showReshaping();
showGeometry();
showGradients();
showDescent();
await showTraining(digits);
