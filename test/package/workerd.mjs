// The same training in Cloudflare's runtime, which compiles Wasm ahead only, and a picture that a peer decodes.
import * as lanegrad from 'lanegrad';
import wasmModule from 'lanegrad/wasm/lanegrad.simd.wasm';
import jpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm';
import { fingerprint } from './train.js';

const { utils } = lanegrad;

/** What each path answers with. */
const answers = {
  async '/embedded'() {
    lanegrad.tensor([1]);
    return 'compiled';
  },
  async '/undecoded'({ bytes }) {
    return [...(await utils.loadImg(bytes)).data];
  },
  async '/decoded'({ bytes }) {
    await utils.setPictureCodecs({ jpegDecoder });
    return [...(await utils.loadImg(bytes)).data];
  },
  async '/'() {
    await lanegrad.configure({ wasmModule });
    const hash = await fingerprint(lanegrad);
    return { hash, ...lanegrad.backendInfo() };
  },
};

export default {
  async fetch(request) {
    try {
      const bytes = new Uint8Array(await request.arrayBuffer());
      return Response.json(await answers[new URL(request.url).pathname]({ bytes }));
    } catch (error) {
      return new Response(`${error.name}: ${error.message}`, { status: 500 });
    }
  },
};
