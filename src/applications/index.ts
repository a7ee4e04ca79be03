/**
 * The well-known networks of `keras.applications`: functions that make models. Weights come from files that you have.
 *
 * @module lanegrad/applications
 */

import '../ops/methods.js';

export {
  ConvNeXtTiny,
  ConvNeXtSmall,
  ConvNeXtBase,
  ConvNeXtLarge,
  ConvNeXtXLarge,
} from './convnext.js';
export { DenseNet121, DenseNet169, DenseNet201 } from './densenet.js';
export {
  EfficientNetB0,
  EfficientNetB1,
  EfficientNetB2,
  EfficientNetB3,
  EfficientNetB4,
  EfficientNetB5,
  EfficientNetB6,
  EfficientNetB7,
} from './efficientnet.js';
export {
  EfficientNetV2B0,
  EfficientNetV2B1,
  EfficientNetV2B2,
  EfficientNetV2B3,
  EfficientNetV2S,
  EfficientNetV2M,
  EfficientNetV2L,
} from './efficientnet-v2.js';
export { InceptionResNetV2 } from './inception-resnet-v2.js';
export { InceptionV3 } from './inception-v3.js';
export { MobileNet } from './mobilenet.js';
export { MobileNetV2 } from './mobilenet-v2.js';
export { MobileNetV3Large, MobileNetV3Small } from './mobilenet-v3.js';
export { NASNetLarge, NASNetMobile } from './nasnet.js';
export { ResNet50, ResNet101, ResNet152 } from './resnet.js';
export { ResNet50V2, ResNet101V2, ResNet152V2 } from './resnet-v2.js';
export { VGG16 } from './vgg16.js';
export { VGG19 } from './vgg19.js';
export { Xception } from './xception.js';

// Keras's modules, with what goes with a network.
export * as convnext from './convnext.js';
export * as densenet from './densenet.js';
export * as efficientnet from './efficientnet.js';
export * as efficientnetV2 from './efficientnet-v2.js';
export * as inceptionResnetV2 from './inception-resnet-v2.js';
export * as inceptionV3 from './inception-v3.js';
export * as mobilenet from './mobilenet.js';
export * as mobilenetV2 from './mobilenet-v2.js';
export * as mobilenetV3 from './mobilenet-v3.js';
export * as nasnet from './nasnet.js';
export * as resnet from './resnet.js';
export * as resnetV2 from './resnet-v2.js';
export * as vgg16 from './vgg16.js';
export * as vgg19 from './vgg19.js';
export * as xception from './xception.js';
export * as imagenetUtils from './imagenet-utils.js';
export * as resnet50 from './resnet50.js';

export type { ApplicationOptions, Made, WeightsSource } from './application.js';
export type { ConvNeXtOptions } from './convnext.js';
export type {
  ClassIndex,
  DecodedPrediction,
  DecodePredictionsOptions,
} from './decode-predictions.js';
export type { EfficientNetOptions } from './efficientnet.js';
export type { EfficientNetV2Options } from './efficientnet-v2.js';
export type { MobileNetOptions } from './mobilenet.js';
export type { MobileNetV2Options } from './mobilenet-v2.js';
export type { MobileNetV3Options } from './mobilenet-v3.js';
export type { PreprocessInputOptions, PreprocessModeOptions } from './preprocess-input.js';
