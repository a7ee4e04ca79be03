// What writes models as files of ONNX: a chunk of its own, which `saveOnnx` asks for.
export { writeOnnxModel } from './save.js';
