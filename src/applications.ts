/**
 * The well-known networks of `keras.applications`: functions that make models. Weights come from files that you have.
 *
 * @module lanegrad/applications
 */

import './chunks.js';
import './engine/ops/methods.js';

export {
  ConvNeXtTiny,
  ConvNeXtSmall,
  ConvNeXtBase,
  ConvNeXtLarge,
  ConvNeXtXLarge,
} from './extras/applications/convnext.js';
export { DenseNet121, DenseNet169, DenseNet201 } from './extras/applications/densenet.js';
export {
  EfficientNetB0,
  EfficientNetB1,
  EfficientNetB2,
  EfficientNetB3,
  EfficientNetB4,
  EfficientNetB5,
  EfficientNetB6,
  EfficientNetB7,
} from './extras/applications/efficientnet.js';
export {
  EfficientNetV2B0,
  EfficientNetV2B1,
  EfficientNetV2B2,
  EfficientNetV2B3,
  EfficientNetV2S,
  EfficientNetV2M,
  EfficientNetV2L,
} from './extras/applications/efficientnet-v2.js';
export { InceptionResNetV2 } from './extras/applications/inception-resnet-v2.js';
export { InceptionV3 } from './extras/applications/inception-v3.js';
export { MobileNet } from './extras/applications/mobilenet.js';
export { MobileNetV2 } from './extras/applications/mobilenet-v2.js';
export { MobileNetV3Large, MobileNetV3Small } from './extras/applications/mobilenet-v3.js';
export { NASNetLarge, NASNetMobile } from './extras/applications/nasnet.js';
export { ResNet50, ResNet101, ResNet152 } from './extras/applications/resnet.js';
export { ResNet50V2, ResNet101V2, ResNet152V2 } from './extras/applications/resnet-v2.js';
export { VGG16 } from './extras/applications/vgg16.js';
export { VGG19 } from './extras/applications/vgg19.js';
export { Xception } from './extras/applications/xception.js';

// Keras's modules, with what goes with a network.
export * as convnext from './extras/applications/convnext.js';
export * as densenet from './extras/applications/densenet.js';
export * as efficientnet from './extras/applications/efficientnet.js';
export * as efficientnetV2 from './extras/applications/efficientnet-v2.js';
export * as inceptionResnetV2 from './extras/applications/inception-resnet-v2.js';
export * as inceptionV3 from './extras/applications/inception-v3.js';
export * as mobilenet from './extras/applications/mobilenet.js';
export * as mobilenetV2 from './extras/applications/mobilenet-v2.js';
export * as mobilenetV3 from './extras/applications/mobilenet-v3.js';
export * as nasnet from './extras/applications/nasnet.js';
export * as resnet from './extras/applications/resnet.js';
export * as resnetV2 from './extras/applications/resnet-v2.js';
export * as vgg16 from './extras/applications/vgg16.js';
export * as vgg19 from './extras/applications/vgg19.js';
export * as xception from './extras/applications/xception.js';
export * as imagenetUtils from './extras/applications/imagenet-utils.js';
export * as resnet50 from './extras/applications/resnet50.js';

export type { ApplicationOptions, Made, WeightsSource } from './extras/applications/application.js';
export type { ConvNeXtOptions } from './extras/applications/convnext.js';
export type {
  ClassIndex,
  DecodedPrediction,
  DecodePredictionsOptions,
} from './extras/applications/decode-predictions.js';
export type { EfficientNetOptions } from './extras/applications/efficientnet.js';
export type { EfficientNetV2Options } from './extras/applications/efficientnet-v2.js';
export type { MobileNetOptions } from './extras/applications/mobilenet.js';
export type { MobileNetV2Options } from './extras/applications/mobilenet-v2.js';
export type { MobileNetV3Options } from './extras/applications/mobilenet-v3.js';
export type {
  PreprocessInputOptions,
  PreprocessModeOptions,
} from './extras/applications/preprocess-input.js';
