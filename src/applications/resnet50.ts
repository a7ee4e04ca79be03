export { decodePredictions } from './decode-predictions.js';
export { preprocessCaffe as preprocessInput } from './preprocess-input.js';
export { ResNet50 } from './resnet.js';
