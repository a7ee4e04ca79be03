import {
  checkOptions,
  checkSignal,
  isArrayBuffer,
  isBlob,
  isUint8Array,
  isUrl,
} from '../../config/index.js';
import { FormatError } from '../../errors.js';
import { beyondLimit, concatenate } from '../../files/formats/bytes.js';
import { kindName } from '../../files/formats/elements.js';
import type { DescribedArray } from '../../files/formats/elements.js';
import { isGraphModel, refuseForeign } from '../../files/formats/foreign.js';
import { isHdf5 } from '../../files/formats/hdf5/file.js';
import { isJsonObject, MAX_JSON_BYTES, parseJsonObject } from '../../files/formats/json.js';
import { openKerasFile } from '../../files/formats/keras/file.js';
import { describeKerasWeights, describeLegacy } from '../../files/formats/keras/weights.js';
import { isKerasName, isWeightsName } from '../../files/formats/names.js';
import { describeNpy } from '../../files/formats/npy.js';
import { parseManifest } from '../../files/formats/tfjs/manifest.js';
import { isZip, memberHeads, readZipDirectory } from '../../files/formats/zip.js';
import { MODEL_FILE, openModelSource } from '../../files/locations/model-source.js';
import type { ModelSource } from '../../files/locations/model-source.js';
import { maxBytesOf, sourceChunks, sourceName } from '../../files/locations/source.js';
import type { LimitedReadOptions, ReadOptions, Source } from '../../files/locations/source.js';
import { FileInspection } from './file-inspection.js';
import type { InspectedFile } from './file-inspection.js';

const owner = 'inspectFile';

/** Loaded on demand by `files/formats/names.ts` as well. */
const loadSafetensors = () => import('../../files/formats/safetensors.js');

/** What `models.inspectFile` does. */
export async function inspect(
  source: ModelSource | Source,
  options: LimitedReadOptions,
): Promise<FileInspection> {
  checkOptions(owner, options, ['signal', 'maxBytes']);
  checkSignal(owner, options.signal);
  const maxBytes = maxBytesOf(owner, options);
  const { signal } = options;
  const file = oneFile(source);
  if (file === undefined) {
    const files = openModelSource(owner, source as ModelSource, { signal, maxBytes });
    const json = await files.read(MODEL_FILE);
    return new FileInspection(layersModel(json, files.label));
  }
  const label = sourceName(file, 'file');
  const bytes = await beginningOf(file, label, maxBytes, { signal });
  refuseForeign(bytes, label, false);
  return new FileInspection(await inspected(bytes, label, maxBytes));
}

/** The one file that a source is; undefined for the files of a layers-model. */
function oneFile(source: ModelSource | Source): Source | undefined {
  if (typeof source === 'string' || isUrl(source)) {
    const location = String(source);
    const isOne =
      isKerasName(location) || isWeightsName(location) || /^(blob|data):/i.test(location);
    return isOne ? source : undefined;
  }
  if (isUint8Array(source) || isArrayBuffer(source) || isBlob(source)) return source;
  const isList = typeof source === 'object' && source !== null && Symbol.iterator in source;
  if (!isList || ArrayBuffer.isView(source)) return undefined;
  // What the user picked.
  const [file, ...others] = source;
  const isModel = isBlob(file) && /\.json$/i.test(file.name);
  return isBlob(file) && !isModel && others.length === 0 ? file : undefined;
}

/** All bytes of a file, or of a safetensors file those of its header. */
async function beginningOf(
  source: Source,
  label: string,
  maxBytes: number,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { safetensorsHeaderEnd } = await loadSafetensors();
  const pieces: Uint8Array[] = [];
  let length = 0;
  /** Where the header of a safetensors file ends; Infinity for other files. */
  let end: number | undefined;
  for await (const piece of sourceChunks(source, options)) {
    pieces.push(piece);
    length += piece.length;
    if (end === undefined && length >= HEAD) {
      const head = concatenate(pieces);
      // What states a longer header is read no further than headers may be, and then refused.
      const stated = Math.min(safetensorsHeaderEnd(head) ?? 0, MAX_JSON_BYTES + HEAD);
      end = isSafetensors(head) ? stated : Infinity;
    }
    if (end !== undefined && length >= end) break;
    if (length > maxBytes) {
      throw beyondLimit(`${label}: longer than the ${maxBytes} bytes that are allowed`);
    }
  }
  return concatenate(pieces);
}

/** Bytes that tell files apart. */
const HEAD = 16;

const isSafetensors = (bytes: Uint8Array): boolean =>
  !isHdf5(bytes) && !isZip(bytes) && bytes[8] === 0x7b;

async function inspected(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  maxBytes: number,
): Promise<InspectedFile> {
  const isKeras =
    isHdf5(bytes) ||
    (isZip(bytes) && readZipDirectory(bytes, label).some(({ name }) => name === 'config.json'));
  if (isKeras) {
    const { format, model, compileConfig, version, root } = await openKerasFile(
      bytes,
      label,
      maxBytes,
    );
    const arrays = format === 'legacy' ? describeLegacy(root, label) : describeKerasWeights(root);
    return { label, format, arrays, config: model, compileConfig, version, metadata: {} };
  }
  const plain = { label, config: undefined, compileConfig: undefined, version: undefined };
  if (isZip(bytes)) {
    const arrays: DescribedArray[] = [];
    for await (const { name, bytes: head } of memberHeads(bytes, { name: label, maxBytes })) {
      if (!name.endsWith('.npy')) {
        throw new FormatError(
          `${label}: '${name}' is not an array. An NPZ file holds .npy files only.`,
        );
      }
      arrays.push(describeNpy(head, name.slice(0, -4), `${label}: '${name}'`));
    }
    return { ...plain, format: 'npz', arrays, metadata: {} };
  }
  const { describeSafetensors } = await loadSafetensors();
  return { ...plain, format: 'safetensors', ...describeSafetensors(bytes, label) };
}

function layersModel(json: Uint8Array<ArrayBuffer>, label: string): InspectedFile {
  refuseForeign(json, label, true);
  const file = parseJsonObject(json, label);
  const topology = isJsonObject(file['modelTopology']) ? file['modelTopology'] : {};
  const config = isJsonObject(topology['model_config']) ? topology['model_config'] : topology;
  const arrays = parseManifest(file['weightsManifest'], label, Infinity).flatMap(({ weights }) =>
    weights.map(({ name, shape, kind, byteLength, isOptimizers }) => ({
      path: name,
      shape,
      dtype: kindName(kind),
      bytes: byteLength,
      owner: isOptimizers ? 'optimizer' : undefined,
    })),
  );
  const { keras_version: version } = topology;
  const metadata = Object.fromEntries(
    ['format', 'generatedBy', 'convertedBy'].flatMap((key) =>
      typeof file[key] === 'string' ? [[key, file[key]]] : [],
    ),
  );
  const plain = { label, arrays, metadata, compileConfig: undefined, version: undefined };
  if (isGraphModel(file)) {
    return {
      ...plain,
      format: 'tfjs-graph',
      config: undefined,
      metadata: { ...metadata, ...graphFacts(file, topology) },
    };
  }
  const training = file['trainingConfig'] ?? topology['training_config'];
  return {
    ...plain,
    format: 'tfjs',
    config,
    compileConfig: isJsonObject(training) ? training : undefined,
    version: typeof version === 'string' ? version : undefined,
  };
}

type Json = Readonly<Record<string, unknown>>;

/** What a graph model says of its graph. */
function graphFacts(file: Json, topology: Json): Json {
  const counts = new Map<string, number>();
  const nodes = Array.isArray(topology['node']) ? (topology['node'] as readonly unknown[]) : [];
  for (const node of nodes) {
    const op = isJsonObject(node) ? node['op'] : undefined;
    if (typeof op === 'string') counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  const { signature, userDefinedMetadata: own } = file;
  const found = [signature, isJsonObject(own) ? own['signature'] : undefined].find(isJsonObject);
  const namesOf = (key: 'inputs' | 'outputs'): string[] => {
    const list = found?.[key];
    return isJsonObject(list) ? Object.keys(list) : [];
  };
  return {
    operators: [...counts].map(([op, count]) => `${op} × ${count}`),
    inputs: namesOf('inputs'),
    outputs: namesOf('outputs'),
  };
}
