// How the harness (bench/runner/contender.ts) talks to a contender: one JSON object a line, on standard input and
// output. What a contender trains on lies in a folder of raw little-endian files:
//   meta.json      { rows, inputs, classes, batchSize, weightShapes, and what else the network needs }
//   x.f32          (rows, inputs)      y.f32  (rows, classes), one-hot
//   w0.f32, w1.f32, …  the weights, layer by layer, kernel before bias, shaped as Keras shapes them
//   order-k.i32    (rows): the order of the samples in epoch k
import { readFileSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { train } from './train.js';

const floats = (file) => new Float32Array(new Uint8Array(readFileSync(file)).buffer);
const integers = (file) => new Int32Array(new Uint8Array(readFileSync(file)).buffer);

/** The training data and the initial weights. */
export function readProblem(folder) {
  const file = (name) => path.join(folder, name);
  const meta = JSON.parse(readFileSync(file('meta.json'), 'utf8'));
  return {
    folder,
    ...meta,
    x: floats(file('x.f32')),
    y: floats(file('y.f32')),
    weights: meta.weightShapes.map((_, i) => floats(file(`w${i}.f32`))),
  };
}

/**
 * Answers `{ op: 'load', folder }`, then `{ op: 'train', order, steps }`, until the harness closes the pipe.
 *
 * @param start ({ inputs, hidden, …, weights }) → { versions, settings } and either
 *   step(x, y, rows), which trains on one batch of raw numbers and returns its mean loss, or
 *   train(order, steps), which does it all and returns { seconds, loss }; `order` is the number of the order
 */
export async function serve(start) {
  const answer = (object) => console.log(JSON.stringify(object));
  let problem;
  let contender;
  const trainByStep = (order, steps) => {
    const file = path.join(problem.folder, `order-${order}.i32`);
    return train(problem, contender.step, integers(file), steps);
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      if (request.op === 'load') {
        problem = readProblem(request.folder);
        contender = await start(problem);
        answer({ versions: contender.versions, settings: contender.settings });
      } else {
        answer(await (contender.train ?? trainByStep)(request.order, request.steps));
      }
    } catch (error) {
      answer({ error: error.stack });
    }
  }
}
