// Charts: what specifications hold, what Vega draws of them, and bad input.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callbacks, layers, memory, Sequential, tensor, zeros } from '../../../src/index.js';
import { systemFont } from '../../../src/extras/vis/platform.js';
import * as vis from '../../../src/vis.js';
import type { Spec } from '../../../src/vis.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vis-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** The rows of data of a specification. */
function rowsOf(spec: Spec): readonly Readonly<Record<string, unknown>>[] {
  return (spec['data'] as { readonly values: readonly Readonly<Record<string, unknown>>[] }).values;
}

const subtitleOf = (spec: Spec): readonly string[] =>
  (spec['title'] as { readonly subtitle?: readonly string[] }).subtitle ?? [];

/** The text of an SVG file. */
async function svgOf(spec: Spec): Promise<string> {
  const shown = await vis.show(spec);
  return 'svg' in shown ? shown.svg : '';
}

function convolutional(): Sequential {
  return new Sequential([
    new layers.Conv2D(4, 3, { activation: 'relu', inputShape: [8, 8, 1], name: 'first' }),
    new layers.Conv2D(3, 3, { activation: 'relu', name: 'last' }),
    new layers.Flatten(),
    new layers.Dense(2, { activation: 'softmax' }),
  ]);
}

describe('what charts say', () => {
  it('history: training and validation of each metric, epochs from 1', () => {
    const spec = vis.history({ loss: [2, 1], val_loss: [3, 2], accuracy: [0.5, 0.75] });
    expect(rowsOf(spec)).toContainEqual({ plot: 0, of: 'validation', epoch: 2, value: 2 });
    expect(rowsOf(spec)).toHaveLength(6);
    expect(rowsOf(vis.history({ loss: [1], lr: [2] }, { metrics: ['lr'] }))).toHaveLength(1);
  });

  it('confusionMatrix: counts or shares, of classes or scores', () => {
    const spec = vis.confusionMatrix([0, 0, 1], [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]], { labels: ['a', 'b'], normalize: true }); // prettier-ignore
    expect(rowsOf(spec).map(({ value }) => value)).toEqual([0.5, 0.5, 0, 1]);
    expect(() => vis.confusionMatrix([0, 2], [0, 1], { labels: ['a', 'b'] })).toThrow(/class 2 has no label/); // prettier-ignore
  });

  it('confusionMatrix: the largest finite score counts, and samples without one are left out', () => {
    const scores = [[NaN, 1, 0], [NaN, NaN, NaN], [0.5, Infinity, 0.4], [-Infinity, NaN, NaN]]; // prettier-ignore
    const spec = vis.confusionMatrix([1, 0, 0, 1], scores);
    // Of the first sample class 1 is taken for class 1, of the third class 0 for class 0; there are three classes.
    expect(rowsOf(spec).map(({ value }) => value)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(subtitleOf(spec)).toEqual(['2 NaN or infinite left out']);
    expect(() => vis.confusionMatrix([1], [[NaN, NaN]])).toThrow(/no finite value, so there is/);
    const oneHot = [[0, 1], [NaN, NaN], [1, 0], [0, 1], [1, 0]]; // prettier-ignore
    expect(subtitleOf(vis.rocCurve(oneHot, [0.9, 0.8, 0.1, NaN, 0.2]))).toEqual([
      '2 NaN or infinite left out',
    ]);
  });

  it('classes of equal names stay apart', async () => {
    const labels = ['cat', 'cat', 'dog'];
    const cells = vis.confusionMatrix([0, 1, 2, 2], [0, 1, 1, 2], { labels });
    expect(rowsOf(cells).map(({ value }) => value)).toEqual([1, 0, 0, 0, 1, 0, 0, 1, 1]);
    expect((await svgOf(cells)).match(/>cat</g)).toHaveLength(4);
    const scores = [[0.6, 0.3, 0.1], [0.3, 0.6, 0.1], [0.1, 0.2, 0.7], [0.5, 0.1, 0.4]]; // prettier-ignore
    const curves = vis.rocCurve([0, 1, 2, 2], scores, { labels });
    expect(new Set(rowsOf(curves).map(({ of }) => of)).size).toBe(3);
    expect((await svgOf(curves)).match(/>cat: AUC/g)).toHaveLength(2);
  });

  it('confusionMatrix: at most 200 classes, which labels name all', () => {
    expect(() => vis.confusionMatrix([0], zeros([1, 201]))).toThrow(/at most 200 classes/);
    expect(() => vis.confusionMatrix([200], [0])).toThrow(
      /yTrue must be .* from 0 to 199, got 200/,
    );
    expect(() => vis.confusionMatrix([0], [[1, 0, 0]], { labels: ['a', 'b'] })).toThrow(/a list of 3 texts/); // prettier-ignore
  });

  it('histogram: counts as NumPy has them', () => {
    // np.histogram([1, 2, 2, 4], 3): [1, 2, 1], edges 1, 2, 3, 4.
    const spec = vis.histogram([1, 2, 2, 4], { bins: 3 });
    expect(rowsOf(spec).map(({ count }) => count)).toEqual([1, 2, 1]);
    expect(rowsOf(spec).map(({ from }) => from)).toEqual([1, 2, 3]);
  });

  it('heatmap: means of blocks where there are too many cells, and says so', () => {
    const spec = vis.heatmap(zeros([300, 300]).add(2));
    expect(rowsOf(spec)).toHaveLength(100 * 100);
    expect(rowsOf(spec)[0]?.['value']).toBe(2);
    expect(subtitleOf(spec)).toEqual(['means of blocks of 3 × 3 cells']);
  });

  it('attention: a plot for each head', () => {
    const spec = vis.attention([[[1, 0], [0, 1]], [[0.5, 0.5], [0, 1]]], { keys: ['the', 'the'] }); // prettier-ignore
    expect(rowsOf(spec).map(({ plot }) => plot)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(rowsOf(spec).map(({ value }) => value)).toEqual([1, 0, 0, 1, 0.5, 0.5, 0, 1]);
  });

  it('scatter: samples of two features as they are', async () => {
    const spec = await vis.scatter([[1, 2], [3, 4]], { classes: ['a', 'b'], labels: ['x', 'y'] }); // prettier-ignore
    expect(rowsOf(spec)[1]).toEqual({ x: 3, y: 4, of: 'b', text: 'y' });
  });

  it('imageGrid, weights, featureMaps and gradCam: pictures', async () => {
    const model = convolutional();
    const image = zeros([8, 8, 1]).add(0.5);
    const before = memory().tensors;
    const samples = zeros([3, 4, 4, 3]);
    const grid = await vis.imageGrid(samples, { labels: ['a', 'b', 'c'] });
    const kernels = await vis.weights(model.getLayer('first'));
    const maps = await vis.featureMaps(model, image, { layer: 'last' });
    const cam = await vis.gradCam(model, image);
    expect([grid, kernels, maps, cam].map((spec) => rowsOf(spec).length)).toEqual([3, 4, 3, 2]);
    for (const spec of [grid, kernels, maps, cam]) {
      expect(String(rowsOf(spec)[0]?.['url'])).toMatch(/^data:image\/png;base64,/);
    }
    samples.dispose();
    // Fewer, where the collector found tensors of earlier tests.
    expect(memory().tensors).toBeLessThanOrEqual(before);
    model.dispose();
  });

  // d score / d map is the weight of Flatten's place, so by hand: heat = relu(Σ mean(weights) · map) over its maximum.
  it('gradCamHeat: mean gradients times maps, by hand', () => {
    const model = new Sequential([
      new layers.Conv2D(2, 1, { useBias: false, inputShape: [2, 2, 1], name: 'conv' }),
      new layers.Flatten(),
      new layers.Dense(1, { useBias: false }),
    ]);
    model.setWeights([
      tensor([[[[1, -1]]]]),
      tensor([[4], [0], [2], [0], [2], [1], [0], [-1]]), // prettier-ignore
    ]);
    // Means of the weights: (4 + 2 + 2 + 0) / 4 = 2 for map 0 (= x), 0 for map 1.
    const { heat, classIndex } = vis.gradCamHeat(model, [[[1], [2]], [[3], [4]]]); // prettier-ignore
    expect(classIndex).toBe(0);
    expect([...heat.data()]).toEqual([0.25, 0.5, 0.75, 1]);
    heat.dispose();
    model.dispose();
  });
});

describe('keras.visualization', () => {
  it('draws boxes with lines of a thickness, and none of label −1', () => {
    const boxes = { boxes: [[[1, 1, 4, 4], [0, 0, 1, 1]]], labels: [[0, -1]] }; // prettier-ignore
    const drawn = vis.drawBoundingBoxes(zeros([1, 6, 6, 1]), boxes, 'xyxy', { color: [255, 255, 255], lineThickness: 1 }); // prettier-ignore
    // cv2.rectangle((1, 1), (4, 4), thickness 1).
    expect(drawn.reshape([6, 6]).toArray()).toEqual([
      [0, 0, 0, 0, 0, 0],
      [0, 255, 255, 255, 255, 0],
      [0, 255, 0, 0, 255, 0],
      [0, 255, 0, 0, 255, 0],
      [0, 255, 255, 255, 255, 0],
      [0, 0, 0, 0, 0, 0],
    ]);
  });

  it('mixes the colours of classes with the image', () => {
    const masks = tensor([[[0, 1], [-1, 2]]], { dtype: 'int32' }); // prettier-ignore
    const images = zeros([1, 2, 2, 3]).add(100).astype('uint8');
    const drawn = vis.drawSegmentationMasks(images, masks, { colorMapping: { 0: [0, 0, 0], 1: [200, 0, 0], 2: [0, 0, 50] }, alpha: 0.5 }); // prettier-ignore
    expect(drawn.reshape([4, 3]).toArray()).toEqual([[50, 50, 50], [150, 50, 50], [100, 100, 100], [50, 50, 75]]); // prettier-ignore
  });
});

describe('bad input', () => {
  it('leaves NaN and infinity out, and says so', () => {
    const spec = vis.predictions([1, NaN, 3], [1, 2, Infinity]);
    expect(rowsOf(spec)).toHaveLength(4);
    expect(subtitleOf(spec)).toEqual(['truth: 1 NaN or infinite left out', 'predicted: 1 NaN or infinite left out']); // prettier-ignore
    expect(subtitleOf(vis.heatmap([[1, NaN]]))).toEqual(['1 NaN or infinite left out']);
    expect(subtitleOf(vis.histogram([1, 2, NaN]))).toEqual(['1 NaN or infinite left out']);
  });

  it('refuses charts of nothing', () => {
    expect(() => vis.history({})).toThrow(/no finite value, so there is nothing to draw/);
    expect(() => vis.history({ loss: [NaN] })).toThrow(/nothing to draw/);
    expect(() => vis.histogram([])).toThrow(/nothing to draw/);
    expect(() => vis.predictions([], [])).toThrow(/nothing to draw/);
    expect(() => vis.history(3 as never)).toThrow(/must be what fit returns/);
  });

  it('thins a million points, keeps the peaks, and says so', () => {
    const many = new Float32Array(1e6).map((_, i) => Math.sin(i / 1000));
    many[777_777] = 9;
    const spec = vis.predictions(many, many);
    const rows = rowsOf(spec);
    expect(rows.length).toBeLessThanOrEqual(4000);
    expect(rows).toContainEqual({ of: 'truth', x: 777_777, y: 9 });
    expect(subtitleOf(spec)[0]).toBe('truth: 2,000 of 1,000,000 points drawn');
  });

  it('writes markup in labels as text', async () => {
    const name = '<script>alert(1)</script>"\'&';
    const svg = await svgOf(
      vis.confusionMatrix([0, 1], [0, 1], { labels: [name, 'b'], title: name }),
    );
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
    const cells = await svgOf(vis.heatmap([[1, 2]], { xLabels: [name, 'b'] }));
    expect(cells).not.toContain('<script');
  });

  it('refuses what is no specification, and a file of another kind', async () => {
    await expect(vis.show({} as never)).rejects.toThrow(/must be a specification of Vega-Lite/);
    const spec = vis.history({ loss: [1, 2] });
    await expect(vis.show(spec, path.join(folder, 'a.gif'))).rejects.toThrow(
      /must be a file that ends in .svg or .png/,
    );
  });
});

describe('show', () => {
  it('says what Vega finds wrong with a specification, before it draws and meanwhile', async () => {
    const { $schema } = vis.history({ loss: [1, 2] });
    const chart = { $schema, data: { values: [{ a: 1 }] }, mark: 'point' };
    const refused = (more: object): Promise<void> =>
      expect(vis.show({ ...chart, ...more }, path.join(folder, 'a.svg'))).rejects.toThrow(
        /^show: Vega cannot draw the specification: /,
      );
    await refused({ transform: [{ calculate: 'datum.(', as: 'b' }] });
    // Valid until it is computed: a text has no regular expression of that kind.
    await refused({ transform: [{ calculate: "regexp('(')", as: 'b' }], encoding: { x: { field: 'b' } } }); // prettier-ignore
    expect(existsSync(path.join(folder, 'a.svg'))).toBe(false);
  });

  it('writes an SVG file and, with the font of the system, a PNG file', async () => {
    const spec = vis.history({ loss: [3, 2, 1] });
    await vis.show(spec, path.join(folder, 'a.svg'), { theme: 'dark' });
    const svg = readFileSync(path.join(folder, 'a.svg'), 'utf8');
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('#0d1117');
    const files: [string, number][] = [];
    await vis.show(spec, {
      write: (name: string, bytes: Uint8Array) => files.push([name, bytes.length]),
    });
    expect(files[0]?.[0]).toBe('chart.svg');
    const file = path.join(folder, 'a.png');
    if ((await systemFont()) === undefined) {
      await expect(vis.show(spec, file)).rejects.toThrow(/no font was found.*Give one/);
      return;
    }
    const sizeOf = async (scale: number): Promise<number[]> => {
      await vis.show(spec, file, { scale });
      const png = readFileSync(file);
      expect(png.toString('latin1', 0, 8)).toBe('\x89PNG\r\n\x1a\n');
      return [png.readUInt32BE(16), png.readUInt32BE(20)];
    };
    const [, width = '', height = ''] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    expect(await sizeOf(1)).toEqual([Number(width), Number(height)]);
    expect(await sizeOf(3)).toEqual([3 * Number(width), 3 * Number(height)]);
  });

  it('is what Deno’s Jupyter kernel shows', async () => {
    const shown = await vis.show(vis.history({ loss: [3, 2, 1] }));
    const display = (shown as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for('Jupyter.display')]; // prettier-ignore
    expect(display?.()['image/svg+xml']).toMatch(/^<svg /);
  });
});

describe('LivePlot', () => {
  const fit = (plot: callbacks.LivePlot): Promise<unknown> => {
    const model = new Sequential([new layers.Dense(1, { inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    return model.fit([[1], [2]], [[2], [4]], { epochs: 5, verbose: 0, callbacks: [plot] });
  };

  it('leaves a file of the whole training', async () => {
    const file = path.join(folder, 'training.svg');
    await fit(new callbacks.LivePlot(file));
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg [^]*loss/);
  });

  it('draws at most once a second, and rarer where drawing is slow', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const drawnAt: number[] = [];
    const plot = new callbacks.LivePlot({
      write: () => {
        drawnAt.push(now);
        // Drawing takes 100 ms, so 4.9 s of training lie between two.
        now += 100;
      },
    });
    await plot.onTrainBegin();
    for (let epoch = 0; epoch < 100; epoch++) {
      now += 100;
      await plot.onEpochEnd(epoch, { loss: 1 / (epoch + 1) });
    }
    expect(drawnAt).toEqual([1000, 6000]);
  });

  it('warns once where it cannot draw, and lets fit go on', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const plot = new callbacks.LivePlot({
      write: () => {
        throw new Error('no room');
      },
    });
    await fit(plot);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]?.[0])).toMatch(/LivePlot: no room.*Training goes on/);
  });

  it('asks for a target where there is no notebook', async () => {
    await expect(fit(new callbacks.LivePlot())).rejects.toThrow(/no notebook to draw into/);
    expect(existsSync(path.join(folder, 'training.svg'))).toBe(false);
    expect(() => new callbacks.LivePlot(3 as never)).toThrow(/target must be an element/);
  });
});
