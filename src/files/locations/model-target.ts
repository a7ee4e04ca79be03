import { crc32 } from '../formats/bytes.js';
import { shardsOf } from '../formats/tfjs/layers-model.js';
import { MODEL_FILE } from './model-source.js';
import { fileHost } from './platform.js';
import { putFiles } from './stores/open.js';
import type { ResolvedTarget } from './target.js';
import { inTurn } from './turns.js';
import { writing } from './write.js';

const WEIGHTS_FILE = 'weights.bin';

/**
 * Puts the two files of a layers-model there: into a folder, whose old model stays whole until the new one is; into a
 * store, in one step; as two downloads, `NAME.json` and `NAME.weights.bin`; or to an object, which gets the weights
 * first.
 *
 * @param owner the method, for messages
 * @param modelFile gives `model.json`, which names the file with the weights
 * @throws ValueError where writing fails; what an object that takes the files throws, and what `modelFile` throws.
 */
export async function writeModelFiles(
  owner: string,
  resolved: ResolvedTarget,
  weights: Uint8Array<ArrayBuffer>,
  modelFile: (weightsName: string) => Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { location } = resolved;
  if (location === undefined) {
    const { sink } = resolved;
    await sink.write(WEIGHTS_FILE, weights);
    await sink.write(MODEL_FILE, modelFile(WEIGHTS_FILE));
  } else if (resolved.store !== undefined) {
    const { scheme, name } = resolved.store;
    const [modelName, weightsName] =
      scheme === 'downloads'
        ? [`${name}.json`, `${name}.${WEIGHTS_FILE}`]
        : [MODEL_FILE, WEIGHTS_FILE];
    const files = [
      [modelName, modelFile(weightsName)],
      [weightsName, weights],
    ] as const;
    await putFiles(owner, resolved.store, files);
  } else {
    // A name of its own, so that the old model keeps its weights until model.json is replaced.
    const name = `weights-${shardSum(weights)}.bin`;
    const file = modelFile(name);
    const save = (): Promise<void> => writeFolder(location, name, weights, file);
    await inTurn(() => writing(owner, location, save));
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
  for (const name of [
    ...shardsOf(old).filter((name) => OWN_SHARD.test(name)),
    ...(await orphans(folder, found)),
  ]) {
    if (name !== shardName) await files?.remove(name).catch(() => undefined);
  }
}

/** The name of a shard that `save` has written; others in the folder are not ours to delete. */
const OWN_SHARD = /^weights-([0-9a-f]{8})\.bin$/;

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
