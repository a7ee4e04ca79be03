// The models whose compiled forms are measured. The library comes in as an argument, so that tests can take its sources.
import type * as Lanegrad from 'lanegrad';
import type { MobileNetV2 } from 'lanegrad/applications';

type Library = Pick<typeof Lanegrad, 'Input' | 'layers' | 'models' | 'Sequential'>;

/** A small GPT: bytes, 32 steps, 2 blocks. */
function gpt({ Input, layers, models }: Library) {
  const x = Input([32], { dtype: 'int32' });
  let h = new layers.Embedding(65, 64).apply(x);
  for (let block = 0; block < 2; block++) {
    const n = new layers.LayerNormalization().apply(h);
    h = new layers.Add().apply([h, new layers.MultiHeadAttention(4, 16).apply([n, n], { useCausalMask: true })]); // prettier-ignore
    const up = new layers.Dense(256, { activation: 'gelu' }).apply(new layers.LayerNormalization().apply(h)); // prettier-ignore
    h = new layers.Add().apply([h, new layers.Dense(64).apply(up)]);
  }
  const outputs = new layers.Dense(65).apply(new layers.LayerNormalization().apply(h));
  return new models.Model({ inputs: x, outputs });
}

/** Functions that make the models, by names. */
export function compiledModels(
  library: Library,
  applications: { readonly MobileNetV2: typeof MobileNetV2 },
): Readonly<Record<string, () => Lanegrad.models.AnyModel>> {
  const { layers, Sequential } = library;
  const { Conv2D, Dense } = layers;
  const made = {
    'digits, dense': () =>
      new Sequential([
        new Dense(128, { activation: 'relu', inputShape: [784] }),
        new Dense(10, { activation: 'softmax' }),
      ]),
    'digits, convolutions': () =>
      new Sequential([
        new Conv2D(32, 3, { activation: 'relu', inputShape: [28, 28, 1] }),
        new layers.MaxPooling2D(2),
        new Conv2D(64, 3, { activation: 'relu' }),
        new layers.MaxPooling2D(2),
        new layers.Flatten(),
        new layers.Dropout(0.5),
        new Dense(10, { activation: 'softmax' }),
      ]),
    LSTM: () => new Sequential([new layers.LSTM(64, { inputShape: [28, 28] }), new Dense(10)]),
    'small GPT': () => gpt(library),
    MobileNetV2: () => applications.MobileNetV2({ weights: null, classes: 1000 }),
  };
  return made as Record<string, () => Lanegrad.models.AnyModel>;
}
