// `lanegrad/io/keras`
import { describeValue, printable } from '../config/describe-value.js';
import { checkText, requireObject } from '../config/index.js';
import { concatenate } from '../files/formats/bytes.js';
import type { FileArray } from '../files/formats/elements.js';
import { fileArrays, fileTensors } from '../nn/data/file-tensors.js';
import { readFile } from '../files/locations/source.js';
import type { LimitedReadOptions, Source } from '../files/locations/source.js';
import { writeTarget } from '../files/locations/write.js';
import type { Target } from '../files/locations/target.js';
import { ValueError } from '../errors.js';
import { refuseForeign } from '../files/formats/foreign.js';
import { isJsonObject } from '../files/formats/json.js';
import { encodeKerasFile, readKerasFile } from '../files/formats/keras/file.js';
import { encodeKerasWeights } from '../files/formats/keras/weights.js';
import type { KerasObject } from '../files/formats/keras/weights.js';
import type { Tensor, TensorLike } from '../engine/tensor/index.js';

/** The contents of a Keras file as data, without creating layers. */
export interface KerasContents {
  /** The kind of file: `.keras`, `.weights.h5`, or a legacy `.h5` of a model or of weights. */
  readonly format: 'keras' | 'weights' | 'legacy';
  /** The model as Keras describes it, `{ class_name, config, … }`; undefined in weights files. */
  readonly model: Readonly<Record<string, unknown>> | undefined;
  /** The arguments of `compile`, `{ optimizer, loss, metrics, … }`; undefined if they are not in the file. */
  readonly compileConfig: Readonly<Record<string, unknown>> | undefined;
  /**
   * The weights by name: `layers/dense/vars/0`, and `optimizer/vars/0` for the state of the optimizer. In legacy files,
   * the names of the layer and the weight, `hidden/hidden/kernel`, and `optimizer_weights/…`. The object has no
   * prototype. Dispose of the tensors when you no longer need them.
   */
  readonly weights: Record<string, Tensor>;
  /** The names of the layers, by path: `layers/dense` → `hidden`. Empty for legacy files. */
  readonly names: Record<string, string>;
}

/**
 * Reads a Keras file: `.keras`, `.weights.h5` or legacy `.h5`, which it recognizes by its contents.
 *
 * @throws FormatError if the file has a different format or is damaged; DatasetError if it cannot be read.
 * @example const { model, weights } = await readKeras('digits.keras');
 */
export async function readKeras(
  source: Source,
  options: LimitedReadOptions = {},
): Promise<KerasContents> {
  const { bytes, name: label, maxBytes } = await readFile('readKeras', 'Keras', source, options);
  refuseForeign(bytes, label, true);
  const file = await readKerasFile(bytes, label, maxBytes);
  const { format, model, compileConfig, objects, optimizer } = file;
  const names = emptyRecord<string>();
  const arrays = new Map<string, FileArray>();
  for (const object of [...objects.values(), ...(optimizer === undefined ? [] : [optimizer])]) {
    const { path, name } = object;
    if (format !== 'legacy' && name !== undefined) names[path] = name;
    object.arrays.forEach((array, i) => arrays.set(arrayName(format, object, i), array));
  }
  return { format, model, compileConfig, weights: fileTensors(arrays), names };
}

function arrayName(
  format: KerasContents['format'],
  { path, name = '', arrayNames = [] }: KerasObject,
  i: number,
): string {
  if (format === 'legacy') return `${name}/${arrayNames[i] ?? i}`;
  return `${path === '' ? '' : `${path}/`}vars/${i}`;
}

/** The description of a model in a `.keras` file: everything but the weights. */
export type KerasDescription = Pick<KerasContents, 'model'> &
  Partial<Pick<KerasContents, 'compileConfig' | 'names'>>;

/**
 * Writes a `.keras` file from Keras's description of a model and the weights, by their names in such files.
 *
 * @param weights arrays by their names in the file, such as `layers/dense/vars/0`
 * @throws ValueError for invalid names, or a target that is not writable.
 * @example await writeKeras('digits.keras', { model: model.toJSON() }, { 'layers/dense/vars/0': kernel });
 */
export async function writeKeras(
  target: Target,
  description: KerasDescription,
  weights: Readonly<Record<string, TensorLike>>,
): Promise<void> {
  const owner = 'writeKeras';
  const { model, compileConfig, names = {} } = requireObject(owner, 'description', description);
  if (!isJsonObject(model)) {
    throw new ValueError(
      `${owner}: the description needs \`model\`, an object { class_name, config, … } as model.toJSON() gives it, got ` +
        `${describeValue(model)}.`,
    );
  }
  const compiled = compileConfig === undefined ? {} : { compile_config: compileConfig };
  const objects = objectsOf(owner, weights, names);
  const file = encodeKerasWeights(owner, objects);
  const bytes = await encodeKerasFile({ ...model, ...compiled }, file);
  await writeTarget(owner, target, bytes, 'model.keras');
}

/**
 * Writes a `.weights.h5` file from arrays, by their names in such files.
 *
 * @param weights arrays by their names in the file, such as `layers/dense/vars/0`
 * @param names the names of the layers, by path, for readers that load by name
 * @throws ValueError for invalid names, or a target that is not writable.
 * @example await writeKerasWeights('d.weights.h5', { 'layers/dense/vars/0': kernel, 'layers/dense/vars/1': bias });
 */
export async function writeKerasWeights(
  target: Target,
  weights: Readonly<Record<string, TensorLike>>,
  names: Readonly<Record<string, string>> = {},
): Promise<void> {
  const owner = 'writeKerasWeights';
  const pieces = encodeKerasWeights(owner, objectsOf(owner, weights, names));
  await writeTarget(owner, target, concatenate(pieces), 'model.weights.h5');
}

/** `layers/dense/vars/0` and so on, put together again. */
function objectsOf(
  owner: string,
  weights: Readonly<Record<string, TensorLike>>,
  names: Readonly<Record<string, string>>,
): KerasObject[] {
  const refuse = (name: string): ValueError =>
    new ValueError(
      `${owner}: an array or a layer is called '${name}'; expected 'layers/dense/vars/0', the path of a layer in ` +
        `Keras's files, and its arrays numbered from 0 on in their order.`,
    );
  const isPath = (path: string): boolean =>
    path === '' || !path.split('/').some((part) => ['', '.', '..', 'vars'].includes(part));
  const found = new Map<string, FileArray[]>();
  for (const [path, name] of Object.entries(requireObject(owner, 'names', names))) {
    if (!isPath(path)) throw refuse(path);
    checkText(owner, `the name of '${printable(path)}'`, name);
    found.set(path, []);
  }
  for (const [name, array] of fileArrays(owner, weights)) {
    const [, path = '', number] = /^(?:(.+)\/)?vars\/(\d+)$/.exec(name) ?? [];
    const arrays = found.get(path) ?? [];
    if (number !== String(arrays.length) || !isPath(path)) throw refuse(name);
    arrays.push(array);
    found.set(path, arrays);
  }
  return [...found].map(([path, arrays]) => ({
    path,
    name: Object.hasOwn(names, path) ? names[path] : undefined,
    arrays,
  }));
}

function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
