import { describeValue, printable } from '../../config/describe-value.js';
import { checkFunction, checkOptions, formatBytes } from '../../config/index.js';
import { defaultWriter } from '../../config/platform.js';
import { ValueError } from '../../errors.js';
import type { DescribedArray } from '../../files/formats/elements.js';
import { isJsonObject } from '../../files/formats/json.js';
import { formatShape, sameShape } from '../../engine/tensor/index.js';
import { Model } from '../models/model.js';
import type { AnyModel } from '../models/model.js';
import { optimizersOf } from '../training/model-optimizers.js';
import { tfjsNames } from './layers-model.js';
import { weightNames, withoutModel } from './match.js';
import { savedObjects } from './saved-layers.js';

/** The contents of a file, without the elements of its arrays. */
export interface InspectedFile {
  /** The name of the file in messages and in the summary. */
  readonly label: string;
  /**
   * The kind of file: `'weights'` is `.weights.h5`, `'legacy'` an `.h5` of Keras 2, `'tfjs'` a layers-model and `'tfjs-graph'` a
   * graph model of TensorFlow.js.
   */
  readonly format: 'keras' | 'weights' | 'legacy' | 'safetensors' | 'npz' | 'tfjs' | 'tfjs-graph';
  /** The arrays, in the order of the file. */
  readonly arrays: readonly DescribedArray[];
  /** The model as the file describes it, `{ class_name, config, … }`; undefined in weights files. */
  readonly config: Readonly<Record<string, unknown>> | undefined;
  /** The arguments of `compile`; undefined if they are not in the file. */
  readonly compileConfig: Readonly<Record<string, unknown>> | undefined;
  /** The version of Keras that wrote the file, or whose format it has; undefined if it is not in the file. */
  readonly version: string | undefined;
  /**
   * Other information about the file: the metadata of safetensors, the program that wrote a layers-model; of a graph model also its
   * `operators` with how often each occurs, `inputs` and `outputs`, as lists of texts.
   */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A layer as a file describes it. */
export interface InspectedLayer {
  /** The name of the layer, after the names of the models that contain it: `inner/dense`. */
  readonly name: string;
  /** The name of its class, which may be unknown here. */
  readonly className: string;
  /** The config of the layer, as in the file. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** How a file compares with a model. */
export interface FileComparison {
  /** `'success'` if the file contains all arrays of the model, in the same shapes, and no others. */
  readonly status: 'success' | 'error';
  /** The number of arrays that are missing, unexpected or of a different shape. */
  readonly errorCount: number;
  /** The number of arrays that are in both, with the same shape. */
  readonly matchCount: number;
  /** Arrays of the model that are missing in the file, by their paths in the file. */
  readonly missing: readonly string[];
  /** Arrays of the file that are not in the model. */
  readonly unexpected: readonly string[];
  /** Arrays whose shapes differ between the file and the model. */
  readonly mismatched: readonly ShapeMismatch[];
}

/** An array with different shapes in the file and in the model. */
export interface ShapeMismatch {
  /** Path of the array in the file. */
  readonly path: string;
  /** Shape of the model's weight. */
  readonly model: readonly number[];
  /** Shape of the array in the file. */
  readonly file: readonly number[];
}

/** Options of the methods that print lines about a file. */
export interface InspectionOptions {
  /** A function that prints a line. Default: prints to the terminal or the console. */
  readonly printFn?: ((text: string) => void) | undefined;
}

/** Models in models that are looked into, and layers that are listed. */
const [MAX_DEPTH, MAX_LAYERS] = [32, 100_000];

/**
 * A file inspected by `models.inspectFile`. The elements of its arrays are not read.
 *
 * @example
 * const file = await models.inspectFile('digits.keras');
 * for (const { path, shape, dtype } of file.arrays) console.log(path, shape, dtype);
 */
export class FileInspection implements InspectedFile {
  readonly label: string;
  readonly format: InspectedFile['format'];
  readonly arrays: readonly DescribedArray[];
  readonly config: InspectedFile['config'];
  readonly compileConfig: InspectedFile['compileConfig'];
  readonly version: string | undefined;
  readonly metadata: InspectedFile['metadata'];

  /** @internal */
  constructor(file: InspectedFile) {
    this.label = file.label;
    this.format = file.format;
    this.arrays = file.arrays;
    this.config = file.config;
    this.compileConfig = file.compileConfig;
    this.version = file.version;
    this.metadata = file.metadata;
  }

  /** The layers of the model, in the order of the file, each followed by the layers inside it; empty for weights files. */
  get layers(): readonly InspectedLayer[] {
    const layers: InspectedLayer[] = [];
    const visit = (model: unknown, prefix: string, depth: number): void => {
      const config = isJsonObject(model) ? model['config'] : undefined;
      // Of a Sequential, Keras 1 wrote the list alone.
      const list = isJsonObject(config) ? config['layers'] : config;
      if (!Array.isArray(list) || depth > MAX_DEPTH) return;
      for (const layer of list as readonly unknown[]) {
        if (!isJsonObject(layer) || layers.length === MAX_LAYERS) continue;
        const own = isJsonObject(layer['config']) ? layer['config'] : {};
        const given = own['name'] ?? layer['name'];
        const name = prefix + (typeof given === 'string' ? given : '?');
        const { class_name: className } = layer;
        layers.push({
          name,
          className: typeof className === 'string' ? className : '?',
          config: own,
        });
        visit(layer, `${name}/`, depth + 1);
      }
    };
    visit(this.config, '', 0);
    return layers;
  }

  /** Prints what the file is, its layers and its arrays. */
  summary(options: InspectionOptions = {}): void {
    const print = printerOf('summary', options);
    const { config, version, compileConfig } = this;
    const facts = [
      FORMAT_NAMES[this.format],
      ...(version === undefined ? [] : [`Keras ${version}`]),
      ...Object.entries(this.metadata).map(([key, value]) => `${key}: ${String(value)}`),
      ...(compileConfig === undefined ? [] : ['compiled']),
    ];
    const lines = [`${this.label}: ${facts.join(', ')}`];
    if (config !== undefined) {
      const { layers } = this;
      lines.push(`Model ${textOr(config['class_name'])}, layers: ${layers.length}`);
      lines.push(...table(layers.map(({ name, className }) => [name, className])));
    }
    const bytes = this.arrays.reduce((sum, array) => sum + (array.bytes ?? 0), 0);
    lines.push(`Arrays: ${this.arrays.length}, ${formatBytes(bytes)}`);
    lines.push(
      ...table(
        this.arrays.map(({ path, owner, shape, dtype, bytes: size }) => [
          path,
          formatShape(shape),
          dtype,
          size === undefined ? '' : formatBytes(size),
          owner ?? '',
        ]),
      ),
    );
    print(lines.map((line) => printable(line, MAX_LINE)).join('\n'));
  }

  /**
   * Compares the arrays with the weights of a model, by their names in the file, and with the state of its optimizer if the
   * format stores it. Prints what does not match, as Keras does.
   *
   * @param model a built model
   * @throws ValueError for anything else.
   */
  compare(model: AnyModel, options: InspectionOptions = {}): FileComparison {
    const print = printerOf('compare', options);
    if (!(model instanceof Model)) {
      throw new ValueError(`compare: expected a model, got ${describeValue(model)}.`);
    }
    const result = comparison(this, model as Model);
    const { missing, unexpected, mismatched, matchCount, errorCount } = result;
    const lines = [
      ...missing.map((path) => `${path}: in the model, missing in the file`),
      ...unexpected.map((path) => `${path}: in the file, missing in the model`),
      ...mismatched.map(
        ({ path, model, file }) =>
          `${path}: shape ${formatShape(model)} in the model, ${formatShape(file)} in the file`,
      ),
      errorCount === 0
        ? `The file fits the model: ${matchCount} arrays match.`
        : `The file does not fit the model: ${errorCount} arrays differ, ${matchCount} match.`,
    ];
    print(lines.map((line) => printable(line, MAX_LINE)).join('\n'));
    return result;
  }
}

const FORMAT_NAMES: Readonly<Record<InspectedFile['format'], string>> = {
  keras: '.keras',
  weights: '.weights.h5',
  legacy: 'legacy .h5',
  safetensors: '.safetensors',
  npz: '.npz',
  tfjs: 'layers-model of TensorFlow.js',
  'tfjs-graph': 'graph model of TensorFlow.js',
};

const textOr = (value: unknown): string => (typeof value === 'string' ? value : '?');

function printerOf(method: string, options: InspectionOptions): (text: string) => void {
  checkOptions(method, options, ['printFn']);
  const { printFn } = options;
  if (printFn !== undefined) return checkFunction(method, 'printFn', printFn);
  return (text) => defaultWriter().write(`${text}\n`);
}

/** Characters of a cell and of a line that are shown. */
const [MAX_CELL, MAX_LINE] = [120, 1000];

/** Rows with columns of one width, indented. */
function table(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map((cell) => printable(cell, MAX_CELL)));
  const widths: number[] = [];
  for (const row of shown) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  }
  return shown.map((row) => {
    const cells = row.map((cell, i) => cell.padEnd(widths[i] ?? 0));
    return `  ${cells.join('  ').trimEnd()}`;
  });
}

/** An array that a file of a model has: its path in the file. */
interface Expected {
  readonly path: string;
  readonly shape: readonly number[];
}

function comparison(file: FileInspection, model: Model): FileComparison {
  const expected = expectedArrays(file, model);
  const found = new Map(namedArrays(file, expected).map((array) => [array.path, array.shape]));
  const missing: string[] = [];
  const mismatched: ShapeMismatch[] = [];
  let matchCount = 0;
  for (const { path, shape } of expected) {
    const stored = found.get(path);
    found.delete(path);
    if (stored === undefined) missing.push(path);
    else if (sameShape(stored, shape)) matchCount++;
    else mismatched.push({ path, model: [...shape], file: stored });
  }
  const unexpected = [...found.keys()];
  const errorCount = missing.length + unexpected.length + mismatched.length;
  const status = errorCount === 0 ? 'success' : 'error';
  return { status, errorCount, matchCount, missing, unexpected, mismatched };
}

/**
 * The arrays that count, under the names that `expectedArrays` gives: of a legacy file the layer and a number; of plain
 * weights with the name of this model in place of that of the model that was saved, as models are counted.
 */
function namedArrays(
  { format, arrays }: FileInspection,
  expected: readonly Expected[],
): readonly Expected[] {
  if (format === 'safetensors' || format === 'npz') {
    const names = new Map(expected.map(({ path }) => [withoutModel(path), path]));
    const stored = new Set(arrays.map(({ path }) => withoutModel(path)));
    if (names.size < expected.length || stored.size < arrays.length) return arrays;
    return arrays.map(({ path, shape }) => ({
      path: names.get(withoutModel(path)) ?? path,
      shape,
    }));
  }
  if (format === 'tfjs') return arrays.filter(({ owner }) => owner !== 'optimizer');
  if (format === 'tfjs-graph') {
    // Other arrays are constants of the graph.
    const names = new Set(expected.map(({ path }) => path));
    return arrays.filter(({ path }) => names.has(path));
  }
  if (format !== 'legacy') return arrays;
  const counts = new Map<string, number>();
  return arrays.flatMap(({ path, owner = '', shape }) => {
    if (path.startsWith('optimizer_weights/')) return [];
    const index = counts.get(owner) ?? 0;
    counts.set(owner, index + 1);
    return [{ path: `${owner}/${index}`, shape }];
  });
}

function expectedArrays({ format, arrays }: FileInspection, model: Model): Expected[] {
  const { weights } = model;
  switch (format) {
    case 'safetensors':
    case 'npz': {
      const names = weightNames(weights);
      return weights.map(({ shape }, i) => ({ path: names[i] ?? '', shape }));
    }
    case 'tfjs-graph':
      return weights.map(({ name, shape }) => ({ path: name, shape }));
    case 'tfjs': {
      const names = tfjsNames(model);
      return weights.map((weight) => ({
        path: names.get(weight) ?? weight.path,
        shape: weight.shape,
      }));
    }
    case 'legacy':
      return model.layers.flatMap((layer) =>
        [...layer.trainableWeights, ...layer.nonTrainableWeights].map(({ shape }, i) => ({
          path: `${layer.name}/${i}`,
          shape,
        })),
      );
    case 'keras':
    case 'weights': {
      // A file may be saved without the state of optimizers.
      const paths = optimizersOf(model).flatMap(({ path, optimizer }) => [
        { path, variables: optimizer.variables },
        ...Object.entries(optimizer.inner).map(([below, { variables }]) => ({
          path: `${path}/${below}`,
          variables,
        })),
      ]);
      const isThere = (path: string): boolean =>
        arrays.some((array) => array.path.startsWith(`${path}/vars/`));
      const states = paths.filter(({ path }) => isThere(path));
      const objects = savedObjects(model);
      return [...objects, ...states].flatMap((object) => {
        const folder = object.path === '' ? 'vars' : `${object.path}/vars`;
        const stored =
          'keeping' in object ? (object.keeping?.storedArrays ?? new Map()) : new Map();
        return [
          ...object.variables.map(({ shape }, i) => ({ path: `${folder}/${i}`, shape })),
          ...[...(stored as Map<string, { shape: readonly number[] }>)].map(
            ([name, { shape }]) => ({
              path: `${folder}/${name}`,
              shape,
            }),
          ),
        ];
      });
    }
  }
}
