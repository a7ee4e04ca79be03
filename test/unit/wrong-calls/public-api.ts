// Everything that a program can call: all exports, and the methods of their classes.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { imagenetUtils, MobileNet } from '../../../src/applications.js';
import * as compile from '../../../src/compile.js';
import * as lanegrad from '../../../src/index.js';
import * as keras from '../../../src/io/keras.js';
import * as npz from '../../../src/io/npz.js';
import * as onnx from '../../../src/io/onnx.js';
import * as safetensors from '../../../src/io/safetensors.js';
import * as tfjs from '../../../src/io/tfjs.js';
import * as remote from '../../../src/remote.js';
import * as vis from '../../../src/vis.js';
import { INSTANCES } from './valid-calls.js';
import { constructorArguments } from './valid-constructors.js';

export type Callable = (...args: readonly unknown[]) => unknown;
export type Class = (new (...args: readonly unknown[]) => object) & { readonly prototype: object };

const isClass = (value: unknown): value is Class =>
  typeof value === 'function' && Function.prototype.toString.call(value).startsWith('class');

/** All that is exported, by its path: `layers.Dense`. */
function* exportsOf(namespace: object, prefix = ''): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(namespace) as [string, unknown][]) {
    if (typeof value === 'object' && value !== null) yield* exportsOf(value, `${prefix}${name}.`);
    else yield [`${prefix}${name}`, value];
  }
}

// Every entry point that is none of the namespaces of `lanegrad`. All architectures take their options in one place, so a small one
// stands for them.
const all = [
  ...exportsOf({
    ...lanegrad,
    io: { ...keras, ...npz, ...onnx, ...safetensors, ...tfjs },
    remote,
    applications: { MobileNet, imagenetUtils },
    vis,
    compile,
  }),
];

export const functions = all.filter(
  (entry): entry is [string, Callable] => typeof entry[1] === 'function' && !isClass(entry[1]),
);

export const classes = all.filter((entry): entry is [string, Class] => isClass(entry[1]));

/** Classes that a program cannot make an instance of with `new`. */
const ABSTRACT =
  /^(Tensor|SymbolicTensor|data\.Dataset|remote\.RemoteModel|.*\.(SymbolicTensor|Model|Optimizer|Loss|Metric|Initializer|Constraint|Regularizer|LearningRateSchedule))$/;

export const concreteClasses = classes.filter(([name]) => !ABSTRACT.test(name));

export function construct(type: Class, args: readonly unknown[]): object {
  return new type(...args);
}

/** An instance of a public class; undefined for one that has none. */
export function instanceOf(name: string, type: Class): object | undefined {
  const make = INSTANCES[name];
  if (make !== undefined) return make();
  return ABSTRACT.test(name) ? undefined : construct(type, constructorArguments(name, type));
}

/** What only the library itself calls: protected and internal methods, and hooks of callbacks and layers. */
const hidden = new Set<string>();
for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.ts')) continue;
  const text = readFileSync(path.join('src', file), 'utf8');
  const declared =
    /(?:protected (?:override |abstract |async )*|@internal\s+\*\/\s+(?:async |static |declare |readonly )*)(?:get )?(\w+)(?:[(<]|: \()/g;
  for (const [, name = ''] of text.matchAll(declared)) hidden.add(name);
}
/** What layers of images ask themselves, with images that are checked and what was drawn. */
const OF_IMAGES =
  /^(getRandomTransformation|transform(Images|Labels|BoundingBoxes|SegmentationMasks))$/;
const isHook = (name: string): boolean => /^on[A-Z]/.test(name) || OF_IMAGES.test(name);

/** Methods whose arguments mean something else in each class that has them. */
const OVERRIDDEN = /^(apply|build|call|computeOutputShape|setState|updateState)$/;

/** What is not the library's. */
const ROOTS: readonly object[] = [Object.prototype, Function.prototype, Error, Error.prototype];

/** Names of the public methods of a class or its prototype; inherited ones are left out where `seen` has them. */
export function methodsOf(object: object, seen: Set<unknown>): string[] {
  const names = new Set<string>();
  for (let at = object; !ROOTS.includes(at);) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      const isNew = !seen.has(value) || OVERRIDDEN.test(name);
      if (typeof value !== 'function' || name === 'constructor' || !isNew) continue;
      if (hidden.has(name) || isHook(name)) continue;
      seen.add(value);
      names.add(name);
    }
    at = Object.getPrototypeOf(at) as object;
  }
  return [...names];
}
