import { Chunk } from '../../../config/chunk.js';

/** What writes models as files of ONNX. */
export const onnxWriting = new Chunk(() => import('./index.js'));
