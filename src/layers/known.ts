import type { KerasClass } from '../config/index.js';
import { Activation } from './activation.js';
import { BatchNormalization } from './batch-normalization.js';
import { Conv1D, Conv2D } from './convolution.js';
import { Dense } from './dense.js';
import { AlphaDropout, Dropout, SpatialDropout1D, SpatialDropout2D } from './dropout.js';
import { Embedding } from './embedding.js';
import { GaussianNoise } from './gaussian-noise.js';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
} from './global-pooling.js';
import { InputLayer } from './input-layer.js';
import { Lambda } from './lambda.js';
import { LayerNormalization } from './layer-normalization.js';
import { Normalization } from './normalization.js';
import { AveragePooling1D, AveragePooling2D, MaxPooling1D, MaxPooling2D } from './pooling.js';
import { ELU, LeakyReLU, PReLU, ReLU } from './relu.js';
import { Rescaling } from './rescaling.js';
import { Flatten, Permute, RepeatVector, Reshape } from './reshaping.js';
import { Softmax } from './softmax.js';
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
