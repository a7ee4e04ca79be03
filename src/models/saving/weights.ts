import { isUrl } from '../../config/brands.js';
import { checkBoolean } from '../../config/check-number.js';
import { checkOptions } from '../../config/index.js';
import { fileArray } from '../../data/file-tensors.js';
import { concatenate } from '../../formats/bytes.js';
import { maxBytesOf, readAtMost, sourceName } from '../../places/source.js';
import type { LimitedReadOptions, Source } from '../../places/source.js';
import { writeTarget } from '../../places/write.js';
import { targetLocation } from '../../places/target.js';
import type { Target } from '../../places/target.js';
import { ValueError } from '../../errors.js';
import { matchWeights, weightNames } from './match-weights.js';
import type { Assignment, MatchOptions } from './match-weights.js';
import { DEFAULT_FORMAT, sniffWeightsFormat, weightsFormat } from '../../formats/weights.js';
import type { WeightsFormat } from '../../formats/weights.js';
import type { WeightsFormatName } from '../../formats/weights-location.js';
import { encodeModelWeights, matchModelWeights } from './keras-weights.js';
import type { Model } from '../model.js';

/** Options of `saveWeights`. */
export interface SaveWeightsOptions {
  /** Default: by the extension of the target, else `'safetensors'`. */
  readonly format?: WeightsFormatName;
}

/** Options of `loadWeights`. */
export interface LoadWeightsOptions extends LimitedReadOptions {
  /** Default: by the extension of the source, else by its first bytes. */
  readonly format?: WeightsFormatName;
  /** Leave weights alone whose array is missing or has another shape, instead of failing. Default false. */
  readonly skipMismatch?: boolean;
  /** Load only the weights whose layer and weight are called as in the file. Default false: all, by structure. */
  readonly byName?: boolean;
}

/** What `model.saveWeights` does. */
export async function saveWeights(
  model: Model,
  target: Target,
  options: SaveWeightsOptions = {},
): Promise<void> {
  checkOptions('saveWeights', options, ['format']);
  requireWeights('saveWeights', model);
  const location = targetLocation('saveWeights', target);
  const format = weightsFormat('saveWeights', location, options.format) ?? DEFAULT_FORMAT;
  const name = `${model.name}.weights${format.extension.replace('.weights', '')}`;
  await writeTarget('saveWeights', target, await encodeWeights(model, format), name);
}

async function encodeWeights(
  model: Model,
  format: WeightsFormat,
): Promise<Uint8Array<ArrayBuffer>> {
  if (format.name === 'h5') {
    return concatenate(encodeModelWeights('saveWeights', model, true));
  }
  const names = weightNames(model.weights);
  const arrays = model.weights.map(
    (weight, i) => [names[i] ?? weight.path, fileArray(weight.value)] as const,
  );
  return format.encode(arrays);
}

/** What `model.loadWeights` does. */
export async function loadWeights(
  model: Model,
  source: Source,
  options: LoadWeightsOptions = {},
): Promise<void> {
  const owner = 'loadWeights';
  checkOptions(owner, options, ['format', 'skipMismatch', 'byName', 'maxBytes', 'signal']);
  const skipMismatch = checkBoolean(owner, 'skipMismatch', options.skipMismatch ?? false);
  const byName = checkBoolean(owner, 'byName', options.byName ?? false);
  const maxBytes = maxBytesOf(owner, options);
  requireWeights(owner, model);
  const isNamed = typeof source === 'string' || isUrl(source);
  const location = isNamed && !/^(data|blob):/i.test(String(source)) ? String(source) : undefined;
  const given = weightsFormat(owner, location, options.format, true);
  const bytes = await readAtMost(maxBytes, source, 'weights', { signal: options.signal });
  const label = sourceName(source, 'weights');
  const format = given ?? sniffWeightsFormat(bytes, label);
  // All are found before the first is changed: a file that does not fit leaves the model as it was.
  const found = await matchFile(model, format, bytes, label, { skipMismatch, byName, maxBytes });
  for (const [weight, { data }] of found) weight.write(data);
}

async function matchFile(
  model: Model,
  format: WeightsFormat,
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  options: MatchOptions & { readonly maxBytes: number },
): Promise<Assignment[]> {
  if (format.name === 'h5') {
    return matchModelWeights(model, bytes, label, options);
  }
  return matchWeights(
    label,
    await format.decode(bytes, label, options.maxBytes),
    model.weights,
    options,
  );
}

function requireWeights(owner: string, model: Model): void {
  if (model.built) return;
  throw new ValueError(
    `${owner}: model '${model.name}' is not built, so it has no weights yet. Give the first layer inputShape, or ` +
      `call build([null, …]).`,
  );
}
