// Runs compiled models without the library, in Node and in pages: what a host has to do, and no more. Plain JavaScript without
// imports.

const asBytes = ({ buffer, byteOffset, byteLength }) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Numbers with one NaN for all: WebAssembly leaves its bits to the engine. */
export function comparable(bytes, dtype) {
  const copy = bytes.slice();
  if (dtype !== 'float32') return copy;
  const numbers = new Float32Array(copy.buffer);
  const words = new Uint32Array(copy.buffer);
  numbers.forEach((x, i) => {
    if (Number.isNaN(x)) words[i] = 0x7fc00000;
  });
  return copy;
}

/** What stands for an error among results. */
export const ERROR = Uint8Array.of(1);

/** SHA-256 of some arrays of bytes, one after the other. */
export async function hashOf(parts) {
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The results of a model as one hash. */
export const hashOfResults = (results, outputs) =>
  hashOf(
    results.flatMap((arrays) =>
      arrays === undefined
        ? [ERROR]
        : arrays.map((y, i) => comparable(asBytes(y), outputs[i].dtype)),
    ),
  );

/**
 * The hash of what a module predicts.
 *
 * @param {Uint8Array} module
 * @param {Uint8Array[][]} given for each prediction the bytes of the inputs
 * @param {{ dtype: string, bytes: number }[]} outputs
 */
export async function hashOfModule(module, given, outputs) {
  const { instance } = await WebAssembly.instantiate(module);
  const { memory, predict, ...globals } = instance.exports;
  const results = given.map((inputs) => {
    inputs.forEach((bytes, i) => {
      new Uint8Array(memory.buffer, globals[`input_${i}`].value).set(bytes);
    });
    if (predict() !== 0) return undefined;
    return outputs.map(({ bytes }, i) =>
      new Uint8Array(memory.buffer, globals[`output_${i}`].value, bytes).slice(),
    );
  });
  return hashOfResults(results, outputs);
}

const decoded = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/**
 * The hashes of cases as `make.mjs` writes them, by their names; `null` for modules that the host does not know, as without
 * relaxed SIMD.
 */
export async function hashesOf(cases) {
  const hashes = {};
  for (const { name, module, given, outputs } of cases) {
    const bytes = decoded(module);
    const inputs = given.map((arrays) => arrays.map(decoded));
    const isKnown = WebAssembly.validate(bytes);
    hashes[name] = isKnown ? await hashOfModule(bytes, inputs, outputs) : null;
  }
  return hashes;
}
