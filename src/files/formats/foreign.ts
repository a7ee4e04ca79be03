import { FormatError } from '../../errors.js';
import { beginsAsSafetensors } from './bytes.js';
import { isJsonObject } from './json.js';

// Files that hold models of other libraries or for other readers, known by what is in them, and what to do about each.

const WEIGHTS_ALONE = 'Make the model here, and read them with model.loadWeights';
const OF_KERAS = `Load the Keras model that it was made from, saved as .keras`;

/** The text for a graph model of TensorFlow.js where layers are wanted. It is known only once its JSON is parsed. */
const GRAPH_MODEL =
  `a graph model of TensorFlow.js, which holds operations and no layers. Read it with models.loadModel, or with loadGraphModel of ` +
  `'lanegrad/io/tfjs'`;
const SAVED_MODEL =
  `a SavedModel of TensorFlow, which cannot be read. If Keras wrote it, load it in Python with the same Keras (for Keras 2 ` +
  `tf_keras.models.load_model), and save it as .keras`;
const FROZEN = `a graph of TensorFlow (GraphDef), which holds operations and no layers, so it cannot be read. ${OF_KERAS}`;
const ONNX = `an ONNX model. Read it with loadOnnx of 'lanegrad/io/onnx'`;
const TFLITE = `a model of TensorFlow Lite (LiteRT), which cannot be read. ${OF_KERAS}`;
const TORCH =
  `a file of PyTorch, a pickle, which cannot be read, since pickles may run code. Write the weights in Python with ` +
  `safetensors.torch.save_file(model.state_dict(), 'model.safetensors'), and read them by readSafetensors of ` +
  `'lanegrad/io/safetensors'; the kernels of PyTorch have their axes in another order`;
const PICKLE =
  'a pickle of Python, which cannot be read, since pickles may run code. Save the model as .keras, arrays as .npz';
const CHECKPOINT =
  'a checkpoint of TensorFlow, which cannot be read. Load it in Python into its Keras model, and save that as .keras';
const SAFETENSORS = `a safetensors file, which holds weights and no model. ${WEIGHTS_ALONE}`;
const ARRAYS = `a file of NumPy, which holds arrays and no model. ${WEIGHTS_ALONE}`;

/** Bytes by which a file is known, at a position. */
const MAGIC: readonly (readonly [at: number, bytes: string, what: string])[] = [
  [4, 'TFL3', TFLITE],
  // The pickle of torch.save before PyTorch 1.6 begins with this number.
  [0, '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', TORCH],
  [0, '\x80\x02', PICKLE],
  [0, '\x80\x03', PICKLE],
  [0, '\x80\x04', PICKLE],
  [0, '\x80\x05', PICKLE],
  [0, '\x93NUMPY', ARRAYS],
];

/** How many bytes of the beginning of a file are enough to know it. */
export const FOREIGN_HEAD = 1 << 16;

/**
 * What a file is that holds no model of a format that is read, and what to do; undefined for all other files.
 *
 * @param bytes the file, or its first `FOREIGN_HEAD` bytes
 * @param isModel whether a model is wanted: then weights alone are foreign
 */
function foreignKind(bytes: Uint8Array, isModel: boolean): string | undefined {
  const text = (start: number, length: number): string =>
    String.fromCharCode(...bytes.subarray(start, start + length));
  const known = MAGIC.find(([at, magic]) => text(at, magic.length) === magic)?.[2];
  if (known !== undefined) return known !== ARRAYS || isModel ? known : undefined;
  if (text(0, 4) === 'PK\x03\x04') {
    // The first member: torch.save begins with its pickle.
    const name = text(30, Math.min((bytes[26] ?? 0) + 256 * (bytes[27] ?? 0), 1024));
    if (/(^|\/)data\.pkl$/.test(name)) return TORCH;
    return isModel && name.endsWith('.npy') ? ARRAYS : undefined;
  }
  if (isModel && beginsAsSafetensors(bytes)) return SAFETENSORS;
  // The footer of a table.
  if (text(bytes.length - 8, 8) === 'W\xfb\x80\x8b$uG\xdb') return CHECKPOINT;
  return protobufKind(bytes);
}

/** Throws for bytes that are such a file. Parameters: see `foreignKind`. @throws FormatError */
export function refuseForeign(bytes: Uint8Array, label: string, isModel: boolean): void {
  const kind = foreignKind(bytes, isModel);
  if (kind !== undefined) throw foreignError(label, kind);
}

const foreignError = (label: string, kind: string): FormatError =>
  new FormatError(`${label}: is ${kind}.`);

/** Whether a parsed `model.json` holds a graph of operators, and no layers. */
export function isGraphModel({
  format,
  modelTopology,
}: Readonly<Record<string, unknown>>): boolean {
  const isGraph = isJsonObject(modelTopology) && Array.isArray(modelTopology['node']);
  return format === 'graph-model' || isGraph;
}

/** Throws for a parsed `model.json` of a graph model, where layers are wanted. @throws FormatError */
export function refuseGraphModel(file: Readonly<Record<string, unknown>>, label: string): void {
  if (isGraphModel(file)) throw foreignError(label, GRAPH_MODEL);
}

/** Throws for a folder that holds such files. @throws FormatError */
export function refuseForeignFolder(names: readonly string[], label: string): void {
  if (names.some((name) => /^saved_model\.pb(txt)?$/.test(name))) {
    throw foreignError(label, SAVED_MODEL);
  }
}

/**
 * A message of Protocol Buffers has no mark at its beginning: the numbers and types of its fields tell. A ModelProto of ONNX
 * has its version, a graph (7) and the other fields of its definition; a SavedModel its version, 1, and graphs (2); a GraphDef nodes
 * (1), which begin with a name and an operation.
 */
function protobufKind(bytes: Uint8Array): string | undefined {
  const fields = new Map<number, { readonly value: number; readonly at: number }>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length && scale < 2 ** 49; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return NaN;
  };
  // The graph, nearly all of the file, is skipped: it may end behind the bytes that are there.
  while (at < bytes.length && fields.size < 32) {
    const [tag, start] = [varint(), at];
    const [field, type] = [Math.floor(tag / 8), tag % 8];
    const value = type === 0 || type === 2 ? varint() : NaN;
    if (!(field > 0 && field < 32 && value >= 0)) return undefined;
    if (!fields.has(field)) fields.set(field, { value, at: type === 2 ? at : start });
    if (type === 2) at += value;
  }
  const version = fields.get(1)?.value ?? 0;
  if (fields.size === 0) return undefined;
  const isNode = bytes[0] === 0x0a;
  if (!isNode && fields.has(7) && version >= 1 && version < 64) return ONNX;
  if (!isNode && fields.has(2) && version === 1 && fields.size === 2) return SAVED_MODEL;
  const node = fields.get(1)?.at ?? 0;
  const nameLength = bytes[node + 1] ?? 0;
  const isGraph = isNode && bytes[node] === 0x0a && bytes[node + 2 + nameLength] === 0x12;
  return isGraph ? FROZEN : undefined;
}
