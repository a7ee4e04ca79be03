// The libraries that are peers: builds of libjpeg and libwebp for WebAssembly. They need not be installed. Each `import()`
// stands in a `try`, from which bundlers see that the package may be missing.
import { messageOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { compiled, instantiating } from '../../engine/wasm/instantiate.js';
import type { CompiledCodec, InstantiateWasm } from '../../engine/wasm/instantiate.js';
import { packageFile } from './platform.js';

/** What decodes or encodes: a library of a peer. */
export type CodecName = 'jpegDecoder' | 'jpegEncoder' | 'webpDecoder';

/** What a decoder gives: four bytes a pixel. */
export interface Decoded {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** The functions of an instance. */
export interface CodecInstance {
  readonly HEAPU8: Uint8Array;
  /** Undefined where the data cannot be decoded. */
  decode(bytes: Uint8Array, ...more: readonly boolean[]): Decoded | undefined;
  encode(
    data: Uint8Array,
    width: number,
    height: number,
    options: Readonly<Record<string, unknown>>,
  ): Uint8Array<ArrayBuffer>;
}

type Factory = (options: {
  readonly noInitialRun: boolean;
  readonly printErr: (line: string) => void;
  readonly instantiateWasm?: InstantiateWasm;
}) => Promise<CodecInstance>;

interface Peer {
  readonly package: string;
  /** The file of the library, in its package. */
  readonly file: string;
  readonly load: () => Promise<unknown>;
}

const PEERS: Readonly<Record<CodecName, Peer>> = {
  jpegDecoder: {
    package: '@jsquash/jpeg',
    file: 'codec/dec/mozjpeg_dec.wasm',
    async load() {
      try {
        return await import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js');
      } catch (error) {
        throw missing('@jsquash/jpeg', error);
      }
    },
  },
  jpegEncoder: {
    package: '@jsquash/jpeg',
    file: 'codec/enc/mozjpeg_enc.wasm',
    async load() {
      try {
        return await import('@jsquash/jpeg/codec/enc/mozjpeg_enc.js');
      } catch (error) {
        throw missing('@jsquash/jpeg', error);
      }
    },
  },
  webpDecoder: {
    package: '@jsquash/webp',
    file: 'codec/dec/webp_dec.wasm',
    async load() {
      try {
        return await import('@jsquash/webp/codec/dec/webp_dec.js');
      } catch (error) {
        throw missing('@jsquash/webp', error);
      }
    },
  },
};

function missing(name: string, cause: unknown): ValueError {
  return new ValueError(
    `These pictures need the package ${name}, which could not be loaded (${messageOf(cause)}). Install it: npm install ${name}`,
    { cause },
  );
}

/** An instance with what it has said of its failure. */
interface Working {
  readonly instance: CodecInstance;
  readonly said: string[];
}

const working = new Map<CodecName, Promise<Working>>();
const given = new Map<CodecName, CompiledCodec | Uint8Array<ArrayBuffer>>();

/** Takes a library, compiled or as bytes, where the host does not find its file. */
export function provideCodec(name: CodecName, code: CompiledCodec | Uint8Array<ArrayBuffer>): void {
  given.set(name, code);
  working.delete(name);
}

/** Memory that an instance may keep between pictures. Linear memory never shrinks, so a larger one makes room for a new one. */
const CACHED_BYTES = 2 ** 26;

/**
 * Calls a function with an instance of a library.
 *
 * @param failed makes an error of what the library said. An instance that failed is not used again: its memory may hold the rest
 *   of the picture.
 * @throws ValueError if the peer is not installed.
 */
export async function withCodec<T>(
  name: CodecName,
  use: (instance: CodecInstance) => T,
  failed: (reason: string) => Error,
): Promise<T> {
  let current = working.get(name);
  if (current === undefined) {
    current = start(name);
    working.set(name, current);
    // What cannot be loaded now may be there later.
    current.catch(() => working.delete(name));
  }
  const { instance, said } = await current;
  said.length = 0;
  const giveUp = (): void => {
    if (working.get(name) === current) working.delete(name);
  };
  try {
    const result = use(instance);
    if (instance.HEAPU8.length > CACHED_BYTES) giveUp();
    return result;
  } catch (error) {
    giveUp();
    throw failed(said[0] ?? messageOf(error));
  }
}

async function start(name: CodecName): Promise<Working> {
  const peer = PEERS[name];
  const { default: factory } = (await peer.load()) as { readonly default: Factory };
  const said: string[] = [];
  const common = { noInitialRun: true, printErr: (line: string) => void said.push(line) };
  try {
    const code = given.get(name) ?? (await packageFile(`${peer.package}/${peer.file}`));
    if (code === undefined) return { instance: await factory(common), said };
    const module = await compiled(code);
    // Once for all instances.
    given.set(name, module);
    return { instance: await factory({ ...common, instantiateWasm: instantiating(module) }), said };
  } catch (cause) {
    throw new ValueError(
      `These pictures need ${peer.file} of the package ${peer.package}, which could not be loaded (${said[0] ?? messageOf(cause)}). ` +
        `Say where it is: await utils.setPictureCodecs({ ${name}: url }).`,
      { cause },
    );
  }
}
