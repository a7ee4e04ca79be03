// Lists of what is missing, in the documentation: they say neither too much nor too little.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { callbacks, grad, layers, losses, metrics, ops, optimizers, tensor, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { describe, expect, it } from 'vitest';
import { root } from './pages.js';

const written = JSON.parse(
  readFileSync(new URL('../../fixtures/keras-defaults.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, object>>;

/** Keras's classes of a kind without their base class. */
const classesOf = (kind: string, base: string): string[] =>
  Object.keys(written[kind] ?? {}).filter((name) => name !== base);

/** The classes of Keras that a program makes, without base classes and abbreviations. */
const KERAS = {
  Losses: classesOf('losses', 'Loss'),
  Metrics: classesOf('metrics', 'Metric'),
  Callbacks: classesOf('callbacks', 'Callback'),
  Optimizers: classesOf('optimizers', 'Optimizer'),
  Layers: classesOf('layers', 'Layer').filter((name) => name !== 'InputSpec'),
};

const EXPORTED: Readonly<Record<keyof typeof KERAS, object>> = {
  Losses: losses,
  Metrics: metrics,
  Callbacks: callbacks,
  Optimizers: optimizers,
  Layers: layers,
};

const page = (name: string): string => readFileSync(path.join(root, 'docs', name), 'utf8');

describe('docs/limits.md', () => {
  for (const [kind, all] of Object.entries(KERAS) as [keyof typeof KERAS, string[]][]) {
    it(`lists the ${kind.toLowerCase()} of Keras that are missing, and no others`, () => {
      const [, list = ''] =
        new RegExp(`^- \\*\\*${kind} that are missing:\\*\\* ([^.]*)`, 'm').exec(
          page('limits.md'),
        ) ?? [];
      const listed = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
      const missing = all.filter((name) => !(name in EXPORTED[kind]));
      expect(listed.sort()).toEqual(missing.sort());
    });
  }
});

describe('docs/tensors.md', () => {
  it('lists the functions that have no second derivative, and no others', () => {
    const [, list = ''] =
      /Second derivatives exist too, except of `([^`]+)`/.exec(page('tensors.md')) ?? [];
    const targets = tensor([[0, 0, 1, 0]]);
    const further: Readonly<Record<string, readonly unknown[]>> = {
      sparseSoftmaxCrossEntropy: [tensor([2], { dtype: 'int32' })],
      threshold: [0.1, 0],
      leakyRelu: [0.1],
    };
    const callable = ops as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;
    const throwing = Object.keys(ops).filter((name) => {
      const f = callable[name];
      const rest = further[name] ?? (name.endsWith('CrossEntropy') ? [targets] : []);
      const once = (x: Tensor): Tensor => (f?.(x, ...rest) as Tensor).sum();
      try {
        tidy(() => grad((x: Tensor) => grad(once)(x).sum())(tensor([[0.3, -0.2, 0.7, 0.9]])));
      } catch (error) {
        return error instanceof Error && error.message.includes('no second derivative');
      }
      return false;
    });
    expect(list.split(' ')).toEqual(throwing.sort());
  });
});

describe('docs/augmentation.md', () => {
  const all = Object.entries(layers).flatMap(([name, made]) =>
    made.prototype instanceof layers.BaseImagePreprocessingLayer ? [name] : [],
  );

  it('lists the layers that change images, and no others', () => {
    const [, table = ''] = page('augmentation.md').split('## All layers');
    const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(all.sort());
  });

  it('has a picture of each', () => {
    // Long names stand on several lines.
    const words = page('augmentation.svg')
      .replace(/<image [^>]*>/g, '')
      .replace(/<[^>]*>\s*/g, '');
    const missing = all.filter((name) => !words.includes(name));
    expect(missing).toEqual(['MaxNumBoundingBoxes']);
  });
});
