import { LanegradError } from '../../errors.js';
import { isCompiled } from './instantiate.js';
import { embedded as strict } from './generated/core.js';
import type { Kernels } from './kernels.js';

// What relaxed SIMD is here. The specification leaves one thing open that lanegrad uses: whether `f32x4.relaxed_madd` rounds
// once, as processors with a fused multiply-add do, or after the product and after the sum.

/**
 * A module with one function `f(a, b, c)`, `relaxed_madd` of three float32:
 *
 *     (func (export "f") (param f32 f32 f32) (result f32)
 *       (f32x4.extract_lane 0
 *         (f32x4.relaxed_madd
 *           (f32x4.splat (local.get 0)) (f32x4.splat (local.get 1)) (f32x4.splat (local.get 2)))))
 */
const MODULE = new Uint8Array([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 8, 1, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d],
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 22, 1, 20, 0],
  ...[0x20, 0, 0xfd, 0x13, 0x20, 1, 0xfd, 0x13, 0x20, 2, 0xfd, 0x13],
  ...[0xfd, 0x85, 2, 0xfd, 0x1f, 0, 0x0b],
]);

/** Whether this engine has relaxed SIMD. */
function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(MODULE);
}

/** Whether `relaxed_madd` rounds once here. False where the engine has no relaxed SIMD. */
export function fusesMultiplyAdd(): boolean {
  if (!hasRelaxedSimd()) return false;
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(MODULE)).exports;
  // (1 + 2⁻¹²)² is 1 + 2⁻¹¹ + 2⁻²⁴, and the last term is lost where the product is rounded to float32.
  const x = 1 + 2 ** -12;
  return (f as (a: number, b: number, c: number) => number)(x, x, -1 - 2 ** -11) !== 0;
}

/** A build of the core: `strict` gives the same bits everywhere, `relaxed` the same wherever multiply-add is fused. */
export type Build = 'strict' | 'relaxed';

/**
 * Kernels that not every program uses (`@module windows` in their doc comments), as a binary of their own over the same
 * memory. The build embeds each in a file of its own. Code that runs one of its kernels asks for the module,
 * `runtime.with(windows)`, so that bundlers see which modules a program needs. What a module keeps in memory (constants) has
 * an address range of its own below that of the core: `memoryBase` in asconfig.json.
 */
export interface SideModule {
  /** The bytes as text, as `embeddedBytes` reads it. */
  readonly embedded: string;
  /** One of its kernels: a core that has it was built of all modules. */
  readonly kernel: keyof Kernels;
}

let relaxed: string | undefined;

/** Loads the relaxed build, a chunk of its own, if this engine can run it; whether it can. */
export async function loadRelaxedBuild(): Promise<boolean> {
  if (!hasRelaxedSimd()) return false;
  relaxed ??= (await import('./generated/simd-relaxed.js')).embedded;
  return true;
}

/** Whether `value` is a module that exports what a core does. */
export function isCore(value: unknown): value is WebAssembly.Module {
  return (
    isCompiled(value) &&
    WebAssembly.Module.exports(value).some(({ name }) => name === 'gemmPackedBytes')
  );
}

/** The import of memory in the binary: "env", "memory", kind 2 (memory), then the flags of its limits. */
const IMPORT = [3, ...bytesOf('env'), 6, ...bytesOf('memory'), 2];
const LIMITED = 1;
const LIMITED_AND_SHARED = 3;

function bytesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * The compiled core; the relaxed build must have been loaded. Its form for shared memory differs in one bit, the flag
 * of the imported memory, and is made from the plain one. A core that is compiled already is taken as it is.
 *
 * @throws LanegradError where the engine has no WebAssembly SIMD.
 */
export function compileCore(
  build: Build | WebAssembly.Module,
  shared: boolean,
): WebAssembly.Module {
  if (typeof build !== 'string') return build;
  const binary = coreBinary(build as Build);
  if (shared) shareMemory(binary);
  if (!WebAssembly.validate(binary)) {
    throw new LanegradError(
      'This JavaScript engine does not validate lanegrad’s WebAssembly: it has no SIMD. ' +
        'Needed: Node >= 20.19, Chrome >= 91, Firefox >= 89, Safari >= 16.4.',
    );
  }
  try {
    return new WebAssembly.Module(binary);
  } catch (cause) {
    throw new LanegradError(
      'This host forbids compiling WebAssembly: a page whose Content-Security-Policy has no ' +
        "'wasm-unsafe-eval' in script-src, or a service such as Cloudflare Workers. Allow it, or compile " +
        'lanegrad/wasm/lanegrad.simd.wasm ahead and await configure({ wasmModule }).',
      { cause },
    );
  }
}

/** The binary of the core, for memory that is not shared; the relaxed build must have been loaded. */
export function coreBinary(build: Build): Uint8Array<ArrayBuffer> {
  // `strict` is named once: where a bundler puts the text in its place, two names would be two texts.
  return embeddedBytes((build === 'relaxed' ? relaxed : undefined) ?? strict);
}

/** The binary of a side module, in the form for that memory. The host compiles it as it did the core. */
export function sideModuleBinary(
  { embedded }: SideModule,
  shared: boolean,
): Uint8Array<ArrayBuffer> {
  return binaryOf(embedded, shared);
}

function binaryOf(embedded: string, shared: boolean): Uint8Array<ArrayBuffer> {
  const binary = embeddedBytes(embedded);
  if (shared) shareMemory(binary);
  return binary;
}

function shareMemory(binary: Uint8Array): void {
  const at = binary.findIndex((_, i) => IMPORT.every((byte, j) => binary[i + j] === byte));
  const flags = at + IMPORT.length;
  if (at === -1 || binary[flags] !== LIMITED) {
    throw new LanegradError(
      'The core does not import its memory as expected; rebuild the package.',
    );
  }
  binary[flags] = LIMITED_AND_SHARED;
}

// Bytes as printable ASCII, in a form that compresses as well as the bytes themselves: a server's gzip finds the
// same repetitions in it (base64 hides them, and costs a third more). scripts/build/embed-bytes.js writes it.
//
// The letters are the characters from space to ~, but those that need an escape in some string literal or in HTML. There
// are 89. The bytes 79, 78, …, 0, 255, …, 249 are one letter each, in this order: Wasm has most of them, the prefix of SIMD
// (253) included. The others, downwards from 248, are two, the first of which is one of the last two letters.

const ESCAPED = '"$\'<\\`';

/** The byte whose letter is the first. */
const FIRST = 79;

/** The bytes again. */
export function embeddedBytes(text: string): Uint8Array<ArrayBuffer> {
  /** Position of a character among the letters. */
  const digits = new Uint8Array(127);
  let letters = 0;
  for (let code = 32; code < 127; code++) {
    if (!ESCAPED.includes(String.fromCharCode(code))) digits[code] = letters++;
  }
  const singles = letters - 2;
  const digit = (i: number): number => digits[text.charCodeAt(i)] ?? 0;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const first = digit(i);
    const rest = first < singles ? first : singles + (first - singles) * letters + digit(++i);
    // The array takes it modulo 256.
    bytes[length++] = FIRST - rest;
  }
  return bytes.slice(0, length);
}
