import { describeValue } from '../../../config/describe-value.js';
import { beyondLimit, concatenate } from '../bytes.js';
import { allHalves, fileBytes, KIND_OF, readElements } from '../elements.js';
import type { ElementKind, FileArray } from '../elements.js';
import { isInnerReference } from '../inner-name.js';
import { FormatError } from '../../../errors.js';
import { isJsonObject } from '../json.js';
import type { DType } from '../../../config/dtype.js';

/** Weights that lie one after the other in the bytes of some files. */
export interface WeightsGroup {
  /** Names of the shards, next to `model.json`. */
  readonly paths: readonly string[];
  readonly weights: readonly ManifestWeight[];
  readonly byteLength: number;
}

/** What the numbers q of a quantized array stand for: q · scale + min, or the bits of float16. */
export type Quantization =
  | { readonly dtype: 'uint8' | 'uint16'; readonly scale: number; readonly min: number }
  | { readonly dtype: 'float16' };

/** An array whose elements are quantized, as they lie in the file. */
export interface QuantizedArray {
  readonly shape: readonly number[];
  /** Type of the elements once they are unpacked. */
  readonly dtype: 'float32' | 'int32';
  readonly quantization: Quantization;
  readonly numbers: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
}

/** An array of a layers-model. */
export type ModelArray = FileArray | QuantizedArray;

/** How many elements an array has. */
export function lengthOfArray(array: ModelArray): number {
  return 'data' in array ? array.data.length : array.numbers.length;
}

/** The array with its elements as they are computed with: value = q · scale + min in float64, rounded once. */
export function unpacked(array: ModelArray): FileArray {
  if ('data' in array) return array;
  const { shape, dtype, quantization, numbers } = array;
  const { length } = numbers;
  // Loops of their own, as `from` of typed arrays with a function takes 25 times as long (measured).
  if (quantization.dtype === 'float16') {
    const values = allHalves();
    const data = new Float32Array(length);
    for (let i = 0; i < length; i++) data[i] = values[numbers[i] ?? 0] ?? 0;
    return { shape, dtype, data };
  }
  const { scale, min } = quantization;
  if (dtype === 'int32') {
    const data = new Int32Array(length);
    for (let i = 0; i < length; i++) data[i] = Math.round((numbers[i] ?? 0) * scale + min);
    return { shape, dtype, data };
  }
  const data = new Float32Array(length);
  for (let i = 0; i < length; i++) data[i] = (numbers[i] ?? 0) * scale + min;
  return { shape, dtype, data };
}

/** A weight of the manifest. */
interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** State of an optimizer, behind the weights of the model. */
  readonly isOptimizers: boolean;
  /** How its elements lie in the file. */
  readonly kind: ElementKind;
  readonly byteLength: number;
  /** Bytes of the array once unpacked. */
  readonly unpackedLength: number;
  readonly quantization?: Quantization;
}

/**
 * The arrays that a `weightsManifest` lists, by name.
 *
 * @param readShard gives the bytes of a file next to `model.json`
 * @param maxBytes the most bytes that quantized weights may unpack to, all together
 * @throws FormatError; what `readShard` throws
 */
export async function readManifest(
  manifest: unknown,
  readShard: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
  label: string,
  maxBytes: number,
): Promise<Map<string, ModelArray>> {
  const weights = new Map<string, ModelArray>();
  for (const group of parseManifest(manifest, label, maxBytes)) {
    const shards: Uint8Array<ArrayBuffer>[] = [];
    for (const path of group.paths) shards.push(await readShard(path));
    for (const [name, array] of readGroup(group, joined(shards), label)) weights.set(name, array);
  }
  return weights;
}

/** The arrays of a manifest, with quantized ones unpacked. */
export async function readUnpacked(
  ...args: Parameters<typeof readManifest>
): Promise<Map<string, FileArray>> {
  const arrays = new Map<string, FileArray>();
  for (const [name, array] of await readManifest(...args)) arrays.set(name, unpacked(array));
  return arrays;
}

/** Pieces one after the other. One alone is not copied. */
export function joined(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = pieces;
  return first !== undefined && pieces.length === 1 ? first : concatenate(pieces);
}

/**
 * The groups of a `weightsManifest`.
 *
 * @param maxBytes the most bytes that quantized weights may unpack to, all together
 * @throws FormatError
 */
export function parseManifest(manifest: unknown, label: string, maxBytes: number): WeightsGroup[] {
  let unpacked = 0;
  if (!Array.isArray(manifest)) {
    throw new FormatError(`${label}: weightsManifest must be a list of groups.`);
  }
  const names = new Set<string>();
  return manifest.map((group: unknown) => {
    const { paths, weights } = isJsonObject(group) ? group : {};
    if (!Array.isArray(paths) || !Array.isArray(weights)) {
      throw new FormatError(`${label}: a group of weightsManifest needs paths and weights.`);
    }
    const described = weights.map((weight: unknown) => parseWeight(weight, label));
    for (const { name } of described) {
      if (names.has(name)) throw new FormatError(`${label}: two weights are called '${name}'.`);
      names.add(name);
    }
    unpacked += described.reduce((sum, weight) => sum + weight.unpackedLength, 0);
    if (unpacked > maxBytes) {
      throw beyondLimit(
        `${label}: its weights unpack to ${unpacked} bytes; allowed are ${maxBytes}`,
      );
    }
    return {
      paths: paths.map((path: unknown) => checkPath(path, label)),
      weights: described,
      byteLength: described.reduce((sum, { byteLength }) => sum + byteLength, 0),
    };
  });
}

/** A file next to or below `model.json`: a model must not make its reader read anything else. */
function checkPath(path: unknown, label: string): string {
  const name = typeof path === 'string' ? path.replace(/^(\.\/)+/, '') : '';
  if (isInnerReference(name)) return name;
  throw new FormatError(
    `${label}: a shard is called ${describeValue(path)}; expected the name of a file next to it.`,
  );
}

function parseWeight(weight: unknown, label: string): ManifestWeight {
  const { name, shape, dtype, quantization, group } = isJsonObject(weight) ? weight : {};
  if (typeof name !== 'string') throw new FormatError(`${label}: a weight has no name.`);
  const owner = `${label}: weight '${name}'`;
  if (!isDType(dtype)) {
    throw new FormatError(
      `${owner} has dtype ${describeValue(dtype)}; readable are float32, int32, uint8, bool.`,
    );
  }
  if (!Array.isArray(shape)) throw new FormatError(`${owner} has no shape.`);
  const stored = quantization === undefined ? undefined : quantized(quantization, dtype, owner);
  const kind = stored?.kind ?? KIND_OF[dtype];
  // Also as it is unpacked, which takes more room.
  const unpackedLength = fileBytes(shape, KIND_OF[dtype], owner);
  const byteLength = fileBytes(shape, kind, owner);
  const isOptimizers = group === 'optimizer';
  return {
    name,
    shape: shape as number[],
    dtype,
    isOptimizers,
    byteLength,
    unpackedLength,
    kind,
    ...stored,
  };
}

function isDType(name: unknown): name is DType {
  return typeof name === 'string' && Object.hasOwn(KIND_OF, name);
}

/** The largest numbers of the types that weights unpack to. */
const LARGEST = { float32: 3.4028234663852886e38, int32: 2 ** 31 - 1 } as const;

function quantized(
  quantization: unknown,
  dtype: DType,
  owner: string,
): { readonly kind: ElementKind; readonly quantization: Quantization } {
  const { dtype: stored, scale, min } = isJsonObject(quantization) ? quantization : {};
  if (stored === 'float16' && dtype === 'float32') {
    return { kind: 'f2', quantization: { dtype: stored } };
  }
  const isScaled = typeof scale === 'number' && typeof min === 'number';
  const isWhole = stored === 'uint8' || stored === 'uint16';
  if (isWhole && isScaled && (dtype === 'float32' || dtype === 'int32')) {
    const most = stored === 'uint8' ? 255 : 65535;
    // Numbers as large as 1e999 are infinite.
    if (Math.max(Math.abs(min), Math.abs(most * scale + min)) <= LARGEST[dtype]) {
      return {
        kind: stored === 'uint8' ? 'u1' : 'u2',
        quantization: { dtype: stored, scale, min },
      };
    }
    throw new FormatError(
      `${owner} has scale ${scale} and min ${min}; expected numbers of which q · scale + min is ${dtype} for every ${stored}.`,
    );
  }
  throw new FormatError(
    `${owner} of dtype ${dtype} has quantization ${describeValue(quantization)}; readable are float16 (of ` +
      `float32), and uint8 and uint16 with scale and min (of float32 and int32).`,
  );
}

/**
 * The model's weights in a group.
 *
 * @param bytes those of its shards, one after the other
 * @throws FormatError
 */
function readGroup(
  { weights, byteLength, paths }: WeightsGroup,
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
): (readonly [name: string, array: ModelArray])[] {
  if (bytes.length !== byteLength) {
    throw new FormatError(
      `${label}: its weights take ${byteLength} bytes, but ${paths.join(', ') || 'no shard'} holds ` +
        `${bytes.length}. Get the files again.`,
    );
  }
  let at = bytes.byteOffset;
  return weights.flatMap((weight): (readonly [string, ModelArray])[] => {
    const view = new DataView(bytes.buffer, at, weight.byteLength);
    at += weight.byteLength;
    if (weight.isOptimizers) return [];
    const { name, shape, dtype, kind, quantization } = weight;
    if (quantization !== undefined && (dtype === 'float32' || dtype === 'int32')) {
      return [[name, { shape, dtype, quantization, numbers: numbersOf(view, kind) }]];
    }
    const { data } = readElements(view, kind, true, `${label}: weight '${name}'`);
    return [[name, { shape, dtype, data }]];
  });
}

/** Little-endian numbers of one or two bytes, copied only where they do not lie as arrays must. */
function numbersOf(
  { buffer, byteOffset, byteLength }: DataView<ArrayBuffer>,
  kind: ElementKind,
): QuantizedArray['numbers'] {
  if (kind === 'u1') return new Uint8Array(buffer, byteOffset, byteLength);
  if (byteOffset % 2 === 0) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
