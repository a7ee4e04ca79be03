// Layers that Keras has inside of its FeatureSpace, and that its files name.
import { configurable } from '../../../config/index.js';
import { Identity } from '../../../nn/layers/identity.js';
import { Concatenate } from '../../../nn/layers/merging.js';

/** Where Python finds the classes of this folder that are no public ones of Keras's. */
export const FEATURE_MODULE = 'keras.src.layers.preprocessing.feature_space';

/** What a feature of type float goes through: y = x. @internal */
export class TFDIdentity extends configurable(Identity, 'TFDIdentity', undefined, {
  module: FEATURE_MODULE,
}) {}

/** What makes one tensor of the encoded features, of which there may be one alone. @internal */
export class TFDConcat extends configurable(Concatenate, 'TFDConcat', undefined, {
  module: FEATURE_MODULE,
}) {
  protected override readonly fewest = 1;
}
