import { checkOptions } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { Source } from '../../../files/locations/source.js';
import { isCompiled } from '../../../engine/wasm/instantiate.js';
import type { CompiledCodec } from '../../../engine/wasm/instantiate.js';

/** The libraries for JPEG and WebP: as compiled modules, as bytes, or as locations of files. */
export interface PictureCodecs {
  /** `codec/dec/mozjpeg_dec.wasm` of `@jsquash/jpeg`. */
  readonly jpegDecoder?: CompiledCodec | Source;
  /** `codec/enc/mozjpeg_enc.wasm` of `@jsquash/jpeg`. */
  readonly jpegEncoder?: CompiledCodec | Source;
  /** `codec/dec/webp_dec.wasm` of `@jsquash/webp`. */
  readonly webpDecoder?: CompiledCodec | Source;
}

const NAMES = ['jpegDecoder', 'jpegEncoder', 'webpDecoder'] as const;

/**
 * Sets the locations of the WebAssembly files of the packages for JPEG and WebP, for bundlers that do not find them and hosts
 * that do not compile at run time. Node, Vite and webpack find them automatically.
 *
 * @throws ValueError for an unknown name, or for anything that is neither a compiled module nor a source of bytes.
 * @example await utils.setPictureCodecs({ jpegDecoder: '/assets/mozjpeg_dec.wasm' });
 */
export async function setPictureCodecs(codecs: PictureCodecs): Promise<void> {
  const owner = 'setPictureCodecs';
  checkOptions(owner, codecs, NAMES);
  const { provideCodec, readFile } = await import('../../pictures/index.js');
  for (const name of NAMES) {
    const code = codecs[name];
    if (code === undefined) continue;
    if (isCompiled(code)) {
      provideCodec(name, code);
      continue;
    }
    if (typeof code !== 'string' && (typeof code !== 'object' || code === null)) {
      throw new ValueError(
        `${owner}: ${name} must be a WebAssembly.Module, bytes, a path or a URL, got ${describeValue(code)}.`,
      );
    }
    const { bytes } = await readFile(owner, 'WebAssembly', code, {});
    provideCodec(name, bytes);
  }
}
