// The module of a worker that decodes pictures, in Node.
import { Peer } from '../../../engine/workers/peer.js';
import { portOfNodeWorker } from '../../../engine/workers/platform.js';
import { configure } from '../../../engine/runtime/index.js';
import { pictureTensor } from './picture-element.js';
import type { PictureMethods } from './picture-workers.js';

// The kernels of a picture are small, and there are other workers.
void configure({ threads: 1 });

const methods: PictureMethods = {
  async decode(...of) {
    const picture = await pictureTensor(...of);
    const { shape } = picture;
    const data = picture.data() as Float32Array;
    picture.dispose();
    return { data, shape };
  },
};

const port = portOfNodeWorker('picture-worker.js', (message) => {
  peer.receive(message);
});
const peer = new Peer(port, { ...methods });
