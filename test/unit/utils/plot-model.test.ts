import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { Dense, Dropout, Lambda } from '../../../src/layers/index.js';
import { Sequential } from '../../../src/models/index.js';
import { plotModel } from '../../../src/utils/index.js';

/** The texts of an SVG, in order. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? '');
}

const model = new Sequential(
  [
    new Dense(4, { name: 'in', activation: 'relu', inputShape: [3] }),
    new Dropout(0.5, { name: 'drop', trainable: false }),
    new Lambda((x) => x, { name: 'a<b>&"c"' }),
  ],
  { name: 'net' },
);

describe('plotModel', () => {
  it('draws a box a layer and an arrow between two', () => {
    const svg = plotModel(model);
    expect(textsOf(svg)).toEqual(['Dense', 'Dropout', 'Lambda']);
    expect(svg.match(/<g>/g)).toHaveLength(3);
    expect(svg.match(/<line /g)).toHaveLength(2);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+/);
    expect(svg).toContain('<title>net</title>');
  });

  it('shows what it is asked for, names escaped', () => {
    const all = {
      showShapes: true,
      showDtype: true,
      showLayerNames: true,
      showLayerActivations: true,
      showTrainable: true,
    };
    expect(textsOf(plotModel(model, all))).toEqual([
      'in (Dense)',
      'Activation: relu',
      'Input shape: (None, 3)',
      'Output shape: (None, 4)',
      'Output dtype: float32',
      'Trainable: true',
      'drop (Dropout)',
      'Input shape: (None, 4)',
      'Output shape: (None, 4)',
      'Output dtype: float32',
      'Trainable: false',
      'a&lt;b&gt;&amp;&quot;c&quot; (Lambda)',
      'Input shape: (None, 4)',
      'Output shape: (None, 4)',
      'Output dtype: float32',
      'Trainable: true',
    ]);
  });

  it('flows from left to right if asked to', () => {
    const size = (svg: string): number[] =>
      (/width="(\d+)" height="(\d+)"/.exec(svg) ?? []).slice(1).map(Number);
    const [width = 0, height = 0] = size(plotModel(model, { rankdir: 'LR' }));
    expect(width).toBeGreaterThan(height);
    expect(size(plotModel(new Sequential()))).toEqual([24, 24]);
  });

  it('refuses unknown options', () => {
    expect(() => plotModel(model, { expandNested: true } as never)).toThrow(/unknown option/);
    expect(() => plotModel(model, { rankdir: 'BT' as never })).toThrow(ValueError);
    expect(() => plotModel(model, { showShapes: 1 as never })).toThrow(ValueError);
  });
});
