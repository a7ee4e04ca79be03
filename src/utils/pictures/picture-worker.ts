// The module of a worker that decodes pictures, in Node. The messages are those of `picture-workers.ts`.
import { describeError } from '../../config/wire-error.js';
import { configure } from '../../runtime/index.js';
import { pictureTensor } from './picture-element.js';
import type { PictureAnswer, PictureRequest } from './picture-workers.js';
import { workerPort } from './platform.js';

// The kernels of a picture are small, and there are other workers.
void configure({ threads: 1 });

const port = workerPort();
port.onRequest((request) => {
  void answer(request as PictureRequest).then(({ message, transfer }) => {
    port.post(message, transfer);
  });
});

async function answer({ number, path, name, settings }: PictureRequest) {
  try {
    const picture = await pictureTensor(path, name, settings);
    const { shape } = picture;
    const data = picture.data() as Float32Array<ArrayBuffer>;
    picture.dispose();
    return { message: { number, data, shape } satisfies PictureAnswer, transfer: [data.buffer] };
  } catch (error) {
    const message: PictureAnswer = { number, error: describeError(error) };
    return { message, transfer: [] };
  }
}
