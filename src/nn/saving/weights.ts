import { printable } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkDeclared,
  checkOptions,
  isError,
  isUrl,
  withOwner,
} from '../../config/index.js';
import { fileArray } from '../data/file-tensors.js';
import { FormatError, ValueError } from '../../errors.js';
import { ALLOW_MORE, concatenate } from '../../files/formats/bytes.js';
import { refuseForeign } from '../../files/formats/foreign.js';
import { isHdf5 } from '../../files/formats/hdf5/file.js';
import { readKerasFile, readShardedWeights } from '../../files/formats/keras/file.js';
import type { KerasFile } from '../../files/formats/keras/file.js';
import { WEIGHTS_FORMATS, weightsFormatName } from '../../files/formats/names.js';
import type { WeightsFormatName } from '../../files/formats/names.js';
import { isZip, readZipDirectory } from '../../files/formats/zip.js';
import { maxBytesOf, readAtMost, siblingOf, sourceName } from '../../files/locations/source.js';
import type { Source } from '../../files/locations/source.js';
import { withFileWeights } from '../layers/core/weights-room.js';
import { roomFor } from './room.js';
import { resolveTarget } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import { writeFile } from '../../files/locations/write.js';
import type { CompilableModel } from '../training/compilable-model.js';
import type { Variable } from '../../engine/tensor/index.js';
import type { AnyModel } from '../models/model.js';
import { encodeModelWeights, matchStored, matchModelWeights } from './keras-weights.js';
import { matchWeights, weightNames } from './match.js';
import type { Assignment, MatchOptions } from './match.js';
import { WRITE_OPTIONS } from '../training/file-options.js';
import { assignArray, pendingWeight } from './quantize.js';
import type { LoadWeightsOptions, SaveWeightsOptions } from '../training/file-options.js';

/** What `model.saveWeights` does. */
export async function saveWeights(
  model: CompilableModel,
  target: Target,
  options: SaveWeightsOptions = {},
): Promise<void> {
  checkOptions('saveWeights', options, ['format', 'overwrite', 'trainableOnly']);
  checkDeclared('saveWeights', WRITE_OPTIONS, options);
  requireWeights('saveWeights', model);
  const resolved = resolveTarget('saveWeights', target);
  const format =
    weightsFormatName('saveWeights', resolved.location, options.format) ?? 'safetensors';
  const extension = WEIGHTS_FORMATS[format].extension.replace('.weights', '');
  const weights = chosenWeights('saveWeights', model, options, format);
  const bytes = await encodeWeights(model, weights, format);
  await writeFile('saveWeights', resolved, bytes, `${model.name}.weights${extension}`);
}

/** All weights, or with `trainableOnly` those that training changes. */
function chosenWeights(
  owner: string,
  model: CompilableModel,
  { trainableOnly = false }: { readonly trainableOnly?: boolean },
  format: WeightsFormatName,
): readonly Variable[] {
  if (!checkBoolean(owner, 'trainableOnly', trainableOnly)) return model.weights;
  if (format === 'h5') {
    throw new ValueError(
      `${owner}: trainableOnly is not for files of Keras's, which hold whole layers. Use .safetensors or .npz.`,
    );
  }
  const { trainableWeights } = model;
  if (trainableWeights.length > 0) return trainableWeights;
  throw new ValueError(`${owner}: model '${printable(model.name)}' has no trainable weights.`);
}

async function encodeWeights(
  model: CompilableModel,
  weights: readonly Variable[],
  format: WeightsFormatName,
): Promise<Uint8Array<ArrayBuffer>> {
  const arrays = await WEIGHTS_FORMATS[format].load?.();
  if (arrays === undefined) return concatenate(encodeModelWeights('saveWeights', model, true));
  const names = weightNames(weights);
  return arrays.encode(
    weights.map((weight, i) => [names[i] ?? weight.path, weight.lend(fileArray)] as const),
  );
}

/** What `model.loadWeights` does. */
export async function loadWeights(
  model: CompilableModel,
  source: Source,
  options: LoadWeightsOptions = {},
): Promise<void> {
  const { weights, loaders } = await findWeights('loadWeights', model, source, options);
  for (const [weight, { data }] of weights) weight.write(data);
  for (const take of loaders) take();
}

/** What a file of weights holds for a model. */
interface Found {
  /** The array for each weight. */
  readonly weights: readonly Assignment[];
  /** What gives layers the arrays that they keep in addition to weights. */
  readonly loaders: readonly (() => void)[];
}

/**
 * A model with the weights of a file. Its weights are not initialized, and take no memory until the file is read.
 *
 * @param owner the function that creates the model, for messages
 * @param make a function that creates the model
 * @throws whatever `make` and `loadWeights` throw.
 */
export async function modelWithWeights<M extends AnyModel>(
  owner: string,
  source: Source,
  make: () => M,
): Promise<M> {
  const model = withFileWeights(
    roomFor(Infinity, pendingWeight),
    () => new ValueError(owner),
    make,
  );
  try {
    const { weights, loaders } = await findWeights(`${owner}: weights`, model, source, {});
    for (const [weight, array] of weights) assignArray(weight, array, false);
    for (const take of loaders) take();
    return model;
  } catch (error) {
    model.dispose();
    throw withOwner(owner, withoutOptions(error));
  }
}

/** The error with other advice where it names an option that the function which makes the model does not have. */
function withoutOptions(error: unknown): unknown {
  if (!isError(error) || !error.message.includes(ALLOW_MORE)) return error;
  const advice =
    ' If you trust it, make the model without weights, and call loadWeights(source, { maxBytes }).';
  return new FormatError(error.message.replace(ALLOW_MORE, advice), { cause: error });
}

const LOAD_OPTIONS = [
  'format',
  'skipMismatch',
  'byName',
  'trainableOnly',
  'maxBytes',
  'signal',
] as const;

/** What is in a file of weights. All is found before the first weight is changed: a file that does not fit leaves the model as it was. */
async function findWeights(
  owner: string,
  model: CompilableModel,
  source: Source,
  options: LoadWeightsOptions,
): Promise<Found> {
  checkOptions(owner, options, LOAD_OPTIONS);
  const skipMismatch = checkBoolean(owner, 'skipMismatch', options.skipMismatch ?? false);
  const byName = checkBoolean(owner, 'byName', options.byName ?? false);
  const maxBytes = maxBytesOf(owner, options);
  // Layers that a subclass holds may have been built one by one.
  if (model.weights.length === 0) requireWeights(owner, model);
  const isNamed = typeof source === 'string' || isUrl(source);
  const location = isNamed && !/^(data|blob):/i.test(String(source)) ? String(source) : undefined;
  const label = sourceName(source, 'weights');
  const read = (): Promise<Uint8Array<ArrayBuffer>> =>
    readAtMost(maxBytes, source, 'weights', { signal: options.signal });
  let given: WeightsFormatName | undefined;
  try {
    given = weightsFormatName(owner, location, options.format, true);
  } catch (error) {
    // What is in the file tells more than its name, if it is there.
    refuseForeign(await read().catch(() => new Uint8Array()), label, false);
    throw error;
  }
  const bytes = await read();
  refuseForeign(bytes, label, false);
  const format = given ?? (await sniffFormat(bytes, label));
  let left = maxBytes - bytes.length;
  /** The file of Keras's, or all files if it says which they are. */
  const readKeras = async (): Promise<KerasFile> => {
    if (!isShardIndex(bytes)) return readKerasFile(bytes, label, maxBytes);
    if (location === undefined) {
      throw new ValueError(
        `${owner}: ${label} names additional files with the weights. Give its path or URL, so that they are found next to it.`,
      );
    }
    return readShardedWeights(bytes, label, maxBytes, async (name) => {
      const shard = await readAtMost(left, siblingOf(location, name), 'weights', {
        signal: options.signal,
      });
      left -= shard.length;
      return shard;
    });
  };
  const matching = { skipMismatch, byName };
  const matched = async (): Promise<Found> => {
    const chosen = chosenWeights(owner, model, options, format);
    if (format !== 'h5') {
      const weights = await matchFile(chosen, format, bytes, label, { ...matching, maxBytes });
      return { weights, loaders: [] };
    }
    const file = await readKeras();
    const weights = matchModelWeights(model, file, label, matching);
    return { weights, loaders: matchStored(model, file, label, matching) };
  };
  return matched().catch((error: unknown) => {
    if (model.built || !(error instanceof ValueError)) throw error;
    throw new ValueError(
      `${error.message} Model '${printable(model.name)}' is not built, so weights may be missing: call build([null, …]), or ` +
        `apply it to a batch, first.`,
      { cause: error },
    );
  });
}

async function matchFile(
  weights: readonly Variable[],
  format: WeightsFormatName,
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  options: MatchOptions & { readonly maxBytes: number },
): Promise<Assignment[]> {
  const arrays = await WEIGHTS_FORMATS[format].load?.();
  const found = (await arrays?.decode(bytes, label, options.maxBytes)) ?? new Map();
  return matchWeights(label, found, weights, options);
}

/** Whether the bytes are JSON, as the file is that says where the weights are. */
function isShardIndex(bytes: Uint8Array): boolean {
  return bytes[0] === '{'.charCodeAt(0);
}

/**
 * The format of the bytes, judged by their beginning or, for a zip file, by its contents. Unknown JSON is taken for Keras's list
 * of files, everything else for safetensors, whose reader then reports what is wrong.
 *
 * @throws FormatError
 */
async function sniffFormat(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
): Promise<WeightsFormatName> {
  if (isHdf5(bytes)) return 'h5';
  const isModel = ({ name }: { readonly name: string }): boolean => name === 'config.json';
  if (isZip(bytes) && readZipDirectory(bytes, label).some(isModel)) return 'h5';
  for (const [name, { load }] of Object.entries(WEIGHTS_FORMATS)) {
    if ((await load?.())?.isOf(bytes) === true) return name as WeightsFormatName;
  }
  return isShardIndex(bytes) ? 'h5' : 'safetensors';
}

function requireWeights(owner: string, model: CompilableModel): void {
  if (model.built) return;
  throw new ValueError(
    `${owner}: model '${model.name}' is not built, so it has no weights yet. Give the first layer inputShape, or ` +
      `call build([null, …]).`,
  );
}
