// How the harness (bench/runner/contender.ts) talks to a contender: one JSON object a line, on standard input and
// output. What a contender works on lies in a folder of raw little-endian files:
//   meta.json      { task, rows, inputs, classes, batchSize, x, y, weightShapes, weightPaths, architecture, optimizer,
//                  and what else the workload needs }: `task` is 'train' or 'predict', `x` and `y` are
//                  { shape, dtype } of a row, `architecture` is what Keras's model.to_json() gives
//   x.bin          (rows, …x.shape)      y.bin  (rows, …y.shape), one-hot where they are classes
//   w0.f32, w1.f32, …  the weights, in the order of `model.weights`, shaped as Keras shapes them
//   order-k.i32    (rows): the order of the samples in epoch k
import { readFileSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { train } from './train.js';

const bytes = (file) => new Uint8Array(readFileSync(file)).buffer;
const arrays = { float32: Float32Array, int32: Int32Array };

/** The data and the initial weights. */
export function readProblem(folder) {
  const file = (name) => path.join(folder, name);
  const { x, y, ...meta } = JSON.parse(readFileSync(file('meta.json'), 'utf8'));
  return {
    folder,
    ...meta,
    xType: x,
    yType: y,
    x: new arrays[x.dtype](bytes(file('x.bin'))),
    y: new arrays[y.dtype](bytes(file('y.bin'))),
    weights: meta.weightShapes.map((_, i) => new Float32Array(bytes(file(`w${i}.f32`)))),
  };
}

/**
 * Answers `{ op: 'load', folder }`, then `{ op: 'train', order, steps }`, until the harness closes the pipe.
 *
 * @param start ({ inputs, hidden, …, weights }) → { versions, settings } and either
 *   step(x, y, rows), which trains on one batch of raw numbers and returns its mean loss, or
 *   train(order, steps), which does it all and returns { seconds, loss }; `order` is the number of the order.
 *   Where the task is 'predict', the batches come in the order of the file, and the mean square of the outputs takes
 *   the position of the loss
 */
export async function serve(start) {
  const answer = (object) => console.log(JSON.stringify(object));
  let problem;
  let contender;
  const trainByStep = (order, steps) => {
    const file = path.join(problem.folder, `order-${order}.i32`);
    return train(problem, contender.step, new Int32Array(bytes(file)), steps);
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
