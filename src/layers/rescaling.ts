import { checkNumber } from '../config/check-number.js';
import { isSerializedObject, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { add, cast, mul } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** One number, or one a channel: along the last axis of the input. */
export type ChannelValues = number | readonly number[];

/** Options of `Rescaling`. */
export interface RescalingOptions extends LayerOptions {
  /** Default 0. */
  readonly offset?: ChannelValues;
}

const OPTIONS = ['offset'] as const;

/**
 * x · scale + offset as float32, of x's shape: `new Rescaling(1 / 255)` brings pixels to [0, 1].
 * Keras: `Rescaling`.
 */
export class Rescaling extends ShapePreservingLayer {
  static override readonly className = 'Rescaling';
  readonly scale: ChannelValues;
  readonly offset: ChannelValues;

  /** @throws ValueError if `scale` or `offset` is not made of finite numbers. */
  constructor(scale: ChannelValues, options: RescalingOptions = {}) {
    super(options, OPTIONS);
    this.scale = checkChannelValues('scale', scale);
    this.offset = checkChannelValues('offset', options.offset ?? 0);
  }

  override call(x: Tensor): Tensor {
    return add(mul(cast(x, 'float32'), this.scale), this.offset);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), scale: this.scale, offset: this.offset };
  }

  static override fromConfig(config: Config): Rescaling {
    const known = ['scale', ...OPTIONS, ...LAYER_OPTIONS];
    const { scale, offset, ...options } = optionsFromConfig('Rescaling', config, known);
    return new Rescaling(fromNumpy(scale), {
      ...options,
      ...(offset === undefined ? {} : { offset: fromNumpy(offset) }),
    });
  }
}

/** Keras writes a NumPy array into JSON as an object that holds its values. */
function fromNumpy(value: unknown): ChannelValues {
  const isArray = isSerializedObject(value) && value.class_name === '__numpy__';
  return (isArray ? value.config['value'] : value) as ChannelValues;
}

function checkChannelValues(name: string, value: unknown): ChannelValues {
  if (!Array.isArray(value)) return checkNumber('Rescaling', name, value);
  return value.map((item) => checkNumber('Rescaling', `every number of ${name}`, item));
}
