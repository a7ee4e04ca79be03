// What a stack trace shows: `throw` lets an error go uncaught, else a trace and the names of classes are printed.
import * as lanegrad from 'lanegrad';

const { layers, ones } = lanegrad;
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

if (process.argv.includes('throw')) dense.apply(ones([2, 5]));
try {
  dense.apply(ones([2, 5]));
} catch ({ stack }) {
  console.log(JSON.stringify({ stack, misnamed: misnamed() }));
}
