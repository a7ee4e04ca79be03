import { crc32 } from '../formats/crc32.js';
import type { FileArray } from '../formats/elements.js';
import { putFiles } from './stores/open.js';
import { storeAddress } from './stores/store.js';
import { writing } from './write.js';
import { isByteSink, targetLocation } from './target.js';
import type { Target } from './target.js';
import { fileHost } from './platform.js';
import { isJsonObject, parseJsonObject } from '../formats/json.js';
import { encodeModelFile, encodeShard } from '../formats/tfjs/layers-model.js';
import type { DescribedModel } from '../formats/tfjs/layers-model.js';
import { MODEL_FILE } from './model-source.js';

const WEIGHTS_FILE = 'weights.bin';

/**
 * Writes a layers-model: into a folder, whose old model stays whole until the new one is; into a store, in one step;
 * as two downloads, `NAME.json` and `NAME.weights.bin`; or to an object, which gets the weights first.
 *
 * @param owner the method, for messages
 * @throws ValueError for a layer that TensorFlow.js's dialect has no words for, and where writing fails; what an object
 * that takes the files throws.
 */
export async function writeLayersModel(
  owner: string,
  target: Target,
  model: DescribedModel,
  weights: readonly (readonly [name: string, array: FileArray])[],
): Promise<void> {
  const location = targetLocation(owner, target);
  const address = location === undefined ? undefined : storeAddress(location);
  const shard = encodeShard(weights);
  const modelFile = (shardName: string): Uint8Array<ArrayBuffer> =>
    encodeModelFile(model, weights, shardName);
  if (isByteSink(target)) {
    await target.write(WEIGHTS_FILE, shard);
    await target.write(MODEL_FILE, modelFile(WEIGHTS_FILE));
  } else if (address !== undefined) {
    const isDownload = address.scheme === 'downloads';
    const name = isDownload ? `${address.name}.${WEIGHTS_FILE}` : WEIGHTS_FILE;
    await putFiles(owner, address, [
      [isDownload ? `${address.name}.json` : MODEL_FILE, modelFile(name)],
      [name, shard],
    ]);
  } else if (location !== undefined) {
    // A name of its own, so that the old model keeps its weights until model.json is replaced.
    const name = `weights-${shardSum(shard)}.bin`;
    const file = modelFile(name);
    await writing(owner, location, () => writeFolder(location, name, shard, file));
  }
}

async function writeFolder(
  folder: string,
  shardName: string,
  shard: Uint8Array<ArrayBuffer>,
  modelFile: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const host = fileHost();
  // The name of the weights says what is in them: those that a killed save left are others' than these.
  await host.removeLeftovers(folder, OWN_SHARD);
  const modelPath = host.join(folder, MODEL_FILE);
  await host.writeFileAtomic(host.join(folder, shardName), shard, modelPath);
  const old = await host.readFile(modelPath);
  const found = await host.listFolder(folder, /^(model\.json|weights-.*\.bin)$/);
  await host.writeFileAtomic(modelPath, modelFile);
  if (old === undefined) return;
  // The model is there: weights of ones before that cannot be deleted are no failure.
  const files = await host.openCache(folder);
  for (const name of [...shardsIn(old), ...(await orphans(folder, found))]) {
    if (name !== shardName) await files?.remove(name).catch(() => undefined);
  }
}

/** The name of a shard that `save` has written; others in the folder are not ours to delete. */
const OWN_SHARD = /^weights-([0-9a-f]{8})\.bin$/;

function shardsIn(modelFile: Uint8Array): string[] {
  try {
    const { weightsManifest } = parseJsonObject(modelFile, MODEL_FILE);
    const groups: unknown[] = Array.isArray(weightsManifest) ? weightsManifest : [];
    return groups
      .flatMap((group) => (isJsonObject(group) ? group['paths'] : []))
      .filter((path) => typeof path === 'string' && OWN_SHARD.test(path))
      .map(String);
  } catch {
    // What was there was no model.
    return [];
  }
}

/**
 * Shards that a save left behind which was killed: older than the model that was found, so that no other save is about
 * to need them, and holding what their name says.
 */
async function orphans(folder: string, found: ReadonlyMap<string, number>): Promise<string[]> {
  const host = fileHost();
  const modelTime = found.get(MODEL_FILE) ?? 0;
  const names: string[] = [];
  for (const [name, time] of found) {
    const [, checkSum] = OWN_SHARD.exec(name) ?? [];
    if (checkSum === undefined || time >= modelTime) continue;
    const bytes = await host.readFile(host.join(folder, name)).catch(() => undefined);
    if (bytes !== undefined && shardSum(bytes) === checkSum) names.push(name);
  }
  return names;
}

function shardSum(shard: Uint8Array): string {
  return crc32(shard).toString(16).padStart(8, '0');
}
