// The same training in Cloudflare's runtime, which compiles Wasm ahead only.
import * as lanegrad from 'lanegrad';
import wasmModule from 'lanegrad/wasm/lanegrad.simd.wasm';
import { fingerprint } from './train.js';

export default {
  async fetch(request) {
    if (new URL(request.url).pathname === '/embedded') {
      try {
        lanegrad.tensor([1]);
        return new Response('compiled');
      } catch (error) {
        return new Response(`${error.name}: ${error.message}`);
      }
    }
    await lanegrad.configure({ wasmModule });
    const hash = await fingerprint(lanegrad);
    return Response.json({ hash, ...lanegrad.backendInfo() });
  },
};
