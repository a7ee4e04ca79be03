import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { Add, Dense, Dropout, Input, Lambda } from '../../../src/layers.js';
import { Model, Sequential } from '../../../src/models.js';
import { plotModel } from '../../../src/utils.js';

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
  it('draws a box a layer and an arrow between two', async () => {
    const svg = await plotModel(model);
    expect(textsOf(svg)).toEqual(['Dense', 'Dropout', 'Lambda']);
    expect(svg.match(/<g>/g)).toHaveLength(3);
    expect(svg.match(/<line /g)).toHaveLength(2);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+/);
    expect(svg).toContain('<title>net</title>');
  });

  it('shows what it is asked for, names escaped', async () => {
    const all = {
      showShapes: true,
      showDtype: true,
      showLayerNames: true,
      showLayerActivations: true,
      showTrainable: true,
    };
    expect(textsOf(await plotModel(model, all))).toEqual([
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

  it('flows from left to right if asked to', async () => {
    const size = (svg: string): number[] =>
      (/width="(\d+)" height="(\d+)"/.exec(svg) ?? []).slice(1).map(Number);
    const [width = 0, height = 0] = size(await plotModel(model, { rankdir: 'LR' }));
    expect(width).toBeGreaterThan(height);
    expect(size(await plotModel(new Sequential()))).toEqual([24, 24]);
  });

  it('refuses unknown options', async () => {
    await expect(plotModel(model, { expandNested: true } as never)).rejects.toThrow(
      /unknown option/,
    );
    await expect(plotModel(model, { rankdir: 'BT' as never })).rejects.toThrow(ValueError);
    await expect(plotModel(model, { showShapes: 1 as never })).rejects.toThrow(ValueError);
  });

  it('draws a graph: boxes that do not overlap, an arrow for each connection, all pointing down', async () => {
    const x = Input([3], { name: 'x' });
    const shared = new Dense(3, { name: 'shared' });
    const [a, b] = [shared.apply(x), new Dense(3, { name: 'b' }).apply(x)];
    const sum = new Add({ name: 'sum' }).apply([a, b, shared.apply(b)]);
    const graph = new Model({ inputs: x, outputs: sum.mul(2), name: 'graph' });
    const drawn = await plotModel(graph, { showShapes: true });
    const titles = textsOf(drawn).filter((text) => !text.includes('shape'));
    expect(titles).toEqual(['InputLayer', 'Dense', 'Dense', 'Add', 'mul']);
    expect(textsOf(drawn)).toContain('Input shape: [(None, 3), (None, 3), (None, 3)]');
    const boxes = [
      ...drawn.matchAll(/<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)" rx/g),
    ].map((match) => match.slice(1).map(Number));
    expect(boxes).toHaveLength(5);
    boxes.forEach(([x1 = 0, y1 = 0, w1 = 0, h1 = 0], i) => {
      for (const [x2 = 0, y2 = 0, w2 = 0, h2 = 0] of boxes.slice(i + 1)) {
        const isDisjoint = x1 + w1 <= x2 || x2 + w2 <= x1 || y1 + h1 <= y2 || y2 + h2 <= y1;
        expect(isDisjoint).toBe(true);
      }
    });
    const ways = [...drawn.matchAll(/<path d="M([^"z]*)" fill="none"/g)].map(([, way = '']) =>
      way.split('L').map((point) => Number(point.split(' ')[1])),
    );
    // x → shared, x → b, b → shared, shared → sum, b → sum, sum → mul
    expect(ways).toHaveLength(6);
    for (const way of ways) expect(way).toEqual([...way].sort((p, q) => p - q));
    expect(await plotModel(graph, { rankdir: 'LR' })).not.toBe(await plotModel(graph));
  });
});
