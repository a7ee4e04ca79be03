// Options of architectures, and models of them as the base of others.
import { describe, expect, it } from 'vitest';
import * as applications from '../../../src/applications.js';
import { Input, LanegradError, layers, memory, models, random, tidy } from '../../../src/index.js';

const { DenseNet121, InceptionV3, MobileNet, MobileNetV2, MobileNetV3Small, NASNetMobile } =
  applications;
const { EfficientNetB0, VGG16, Xception } = applications;

const architectures = Object.entries(applications).filter(
  (entry): entry is [string, typeof VGG16] => typeof entry[1] === 'function',
);

const small = { alpha: 0.35, inputShape: [32, 32, 3] } as const;

describe('options', () => {
  const bad: readonly (readonly [what: string, call: () => unknown, message: RegExp])[] = [
    ['small pictures', () => VGG16({ inputShape: [31, 64, 3] }), /VGG16: .*at least 32 × 32.*31/],
    ['smaller than 75', () => InceptionV3({ inputShape: [74, 80, 3] }), /at least 75 × 75/],
    ['smaller than 71', () => Xception({ inputShape: [80, 70, 3] }), /at least 71 × 71/],
    ['channels first', () => VGG16({ inputShape: [3, 31, 64], dataFormat: 'channels_first' }), /31/],
    ['an unknown size with classes', () => MobileNet({ inputShape: [null, 64, 3] }), /must be known/],
    ['two axes', () => MobileNet({ inputShape: [64, 64] }), /\[height, width, channels\]/],
    ['no shape', () => MobileNet({ inputShape: 64 as never }), /inputShape/],
    ['pooling', () => MobileNet({ pooling: 'mean' as never }), /'avg', 'max' or null/],
    ['classes', () => MobileNet({ classes: 0 }), /classes/],
    ['an activation', () => MobileNet({ classifierActivation: 'softmix' as never }), /softmix/],
    ['includeTop', () => MobileNet({ includeTop: 1 as never }), /includeTop/],
    ['a name', () => MobileNet({ name: '' }), /name/],
    ['alpha', () => MobileNetV2({ alpha: 0 }), /MobileNetV2: alpha/],
    ['alpha of another', () => VGG16({ alpha: 1 } as never), /unknown option 'alpha'/],
    ['no filters', () => MobileNet({ alpha: 0.001 }), /filters/],
    ['depthMultiplier', () => MobileNet({ depthMultiplier: 0.5 }), /depthMultiplier/],
    ['dropout', () => MobileNet({ dropout: 2 }), /dropout/],
    ['minimalistic', () => MobileNetV3Small({ minimalistic: 'yes' as never }), /minimalistic/],
    ['rescaling', () => EfficientNetB0({ imagenetRescaling: 1 as never }), /imagenetRescaling/],
    ['a format', () => DenseNet121({ dataFormat: 'channels_first' }), /DenseNet121: .*channels last/],
    ['a format of no', () => VGG16({ dataFormat: 'rows' as never }), /dataFormat/],
    ['no tensor', () => VGG16({ inputTensor: [1] as never }), /inputTensor must be a symbolic/],
    ['a vector', () => VGG16({ inputTensor: Input([3]) }), /inputTensor must be/],
    ['two shapes', () => MobileNetV2({ inputTensor: Input([64, 64, 3]), inputShape: [32, 32, 3] }), /is not that of inputTensor/],
    ['a small tensor', () => MobileNetV3Small({ inputTensor: Input([16, 16, 3]) }), /at least 32/],
    ['what do not fit inside', () => NASNetMobile({ inputShape: [33, null, 3], includeTop: false }), /NASNetMobile: /],
    ['no options', () => VGG16(5 as never), /options must be an object/],
  ]; // prettier-ignore
  it.each(bad)('%s: refused, with nothing left in memory', (_what, call, message) => {
    const before = memory().bytes;
    expect(call).toThrow(LanegradError);
    expect(call).toThrow(message);
    expect(memory().bytes).toBe(before);
  });

  it.each(architectures)('null is none: %s', (name, make) => {
    const message = `${name}: options must be an object`;
    expect(() => make(null as never)).toThrow(message);
  });

  it('inputTensor may be the output of other layers, of several inputs', () => {
    const [a, b] = [Input([32, 32, 3], { name: 'a' }), Input([32, 32, 3], { name: 'b' })];
    const mixed = new layers.Average().apply([a, b]);
    const model = MobileNetV2({ ...small, inputTensor: mixed, classes: 2 });
    expect(model.inputs.map(({ node }) => node.layer.name)).toEqual(['a', 'b']);
    model.dispose();
  });
});

describe('a base of another model', () => {
  it('stays as it is while it is frozen, its batch normalization too', async () => {
    const base = MobileNetV2({ ...small, includeTop: false, pooling: 'avg' });
    base.trainable = false;
    expect(base.trainableWeights).toEqual([]);
    const x = Input([32, 32, 3]);
    const features = base.apply(x, { training: false });
    const y = new layers.Dense(2, { activation: 'softmax' }).apply(features);
    const model = new models.Model({ inputs: x, outputs: y });
    expect(model.trainableWeights).toHaveLength(2);
    model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy' });
    const before = base.weights.map((weight) => weight.value.data().slice());
    const pictures = random.normal([8, 32, 32, 3], { seed: 1 });
    await model.fit(pictures, [0, 1, 0, 1, 0, 1, 0, 1], { epochs: 2, verbose: 0 });
    base.weights.forEach((weight, i) => {
      expect(weight.value.data()).toEqual(before[i]);
    });

    // What was called with training: false keeps its statistics when it is trained in the end.
    base.trainable = true;
    model.compile({ optimizer: 'sgd', loss: 'sparse_categorical_crossentropy' });
    await model.fit(pictures, [0, 1, 0, 1, 0, 1, 0, 1], { verbose: 0 });
    const moved = base.weights.filter(
      (weight, i) => weight.value.data().join() !== before[i]?.join(),
    );
    expect(moved.length).toBeGreaterThan(50);
    expect(moved.filter(({ name }) => name.startsWith('moving'))).toEqual([]);
    model.dispose();
  });

  it('gives the features of each layer', () => {
    const base = MobileNetV2({ ...small, includeTop: false });
    const outputs = ['block_3_expand_relu', 'out_relu'].map((name) => base.getLayer(name).output);
    const features = new models.Model({ inputs: base.inputs, outputs });
    const shapes = tidy(() =>
      features.apply([random.normal([1, 32, 32, 3])]).map(({ shape }) => shape),
    );
    expect(shapes).toEqual([
      [1, 8, 8, 48],
      [1, 1, 1, 1280],
    ]);
    base.dispose();
  });
});
