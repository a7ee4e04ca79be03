import type { KerasClass } from '../config/index.js';
import { Activation } from './activation.js';
import { AlphaDropout } from './alpha-dropout.js';
import { AveragePooling1D, AveragePooling2D } from './average-pooling.js';
import { BatchNormalization } from './batch-normalization.js';
import { Conv1D } from './convolution.js';
import { Conv2D } from './convolution.js';
import { Dense } from './dense.js';
import { Dropout } from './dropout.js';
import { ELU } from './elu.js';
import { Embedding } from './embedding.js';
import { Flatten } from './flatten.js';
import { GaussianNoise } from './gaussian-noise.js';
import { GlobalAveragePooling1D, GlobalAveragePooling2D } from './global-average-pooling.js';
import { GlobalMaxPooling1D, GlobalMaxPooling2D } from './global-max-pooling.js';
import { InputLayer } from './input-layer.js';
import { Lambda } from './lambda.js';
import { LayerNormalization } from './layer-normalization.js';
import { LeakyReLU } from './leaky-relu.js';
import { MaxPooling1D, MaxPooling2D } from './max-pooling.js';
import { Normalization } from './normalization.js';
import { Permute } from './permute.js';
import { PReLU } from './prelu.js';
import { ReLU } from './relu.js';
import { RepeatVector } from './repeat-vector.js';
import { Rescaling } from './rescaling.js';
import { Reshape } from './reshape.js';
import { Softmax } from './softmax.js';
import { SpatialDropout1D, SpatialDropout2D } from './spatial-dropout.js';
import { UnitNormalization } from './unit-normalization.js';
import { UpSampling1D, UpSampling2D } from './up-sampling.js';
import { ZeroPadding1D, ZeroPadding2D } from './zero-padding.js';
import type { Layer } from './layer.js';

/** All layers that Keras knows by name. */
export const LAYERS: readonly KerasClass<Layer>[] = [
  Activation,
  AlphaDropout,
  AveragePooling1D,
  AveragePooling2D,
  BatchNormalization,
  Conv1D,
  Conv2D,
  Dense,
  Dropout,
  ELU,
  Embedding,
  Flatten,
  GaussianNoise,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  InputLayer,
  Lambda,
  LayerNormalization,
  LeakyReLU,
  MaxPooling1D,
  MaxPooling2D,
  Normalization,
  Permute,
  PReLU,
  ReLU,
  RepeatVector,
  Rescaling,
  Reshape,
  Softmax,
  SpatialDropout1D,
  SpatialDropout2D,
  UnitNormalization,
  UpSampling1D,
  UpSampling2D,
  ZeroPadding1D,
  ZeroPadding2D,
];
