// What a stack trace shows: `throw` lets an error go uncaught, else a trace and the names of classes are printed.
import * as lanegrad from 'lanegrad';

const { layers, ones } = lanegrad;
Error.stackTraceLimit = 50;
const dense = new layers.Dense(3);
dense.build([null, 4]);

/** Classes whose name is not that of an export; one class may have several exports. */
function misnamed() {
  const exported = new Map();
  const visit = (namespace) => {
    for (const [name, value] of Object.entries(namespace)) {
      // A namespace, in a bundle a plain object.
      if (typeof value === 'object' && !Array.isArray(value)) visit(value);
      else if (
        typeof value === 'function' &&
        /^class\b/.test(Function.prototype.toString.call(value))
      ) {
        exported.set(value, [...(exported.get(value) ?? []), name]);
      }
    }
  };
  visit(lanegrad);
  return [...exported]
    .filter(([{ name }, names]) => !names.includes(name))
    .map(([{ name }]) => name);
}

/** A layer that throws in the second batch of `fit`. */
class Failing extends layers.Layer {
  static className = 'Failing';
  calls = 0;
  call(x) {
    if (++this.calls > 2) throw new Error('the layer has failed');
    return x;
  }
}

/** The trace of an error that a layer throws inside of `fit`. */
async function traceOfFit() {
  const model = new lanegrad.Sequential([new layers.Dense(1, { inputShape: [2] }), new Failing()]);
  model.compile({ loss: 'mse' });
  try {
    await model.fit(ones([8, 2]), ones([8, 1]), { batchSize: 2, verbose: 0 });
  } catch ({ stack }) {
    return stack;
  }
  return 'nothing was thrown';
}

if (process.argv.includes('throw')) dense.apply(ones([2, 5]));
try {
  dense.apply(ones([2, 5]));
} catch ({ stack }) {
  console.log(JSON.stringify({ stack, misnamed: misnamed(), inFit: await traceOfFit() }));
}
