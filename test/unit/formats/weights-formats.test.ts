// Every format of weights, by the table that names them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { WEIGHTS_FORMATS } from '../../../src/files/formats/names.js';
import { callbacks, layers, models } from '../../../src/index.js';

const dense = (): models.Sequential =>
  new models.Sequential([new layers.Dense(2, { inputShape: [3] })]);

describe.each(Object.entries(WEIGHTS_FORMATS))('weights as %s', (_, { extension }) => {
  it('come back by the name of the file, and from its bytes alone', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-formats-'));
    try {
      const model = dense();
      const file = path.join(folder, `model${extension}`);
      await model.saveWeights(file);
      for (const source of [file, new Uint8Array(readFileSync(file))]) {
        const other = dense();
        await other.loadWeights(source);
        expect(other.getWeights().map((weight) => weight.toArray())).toEqual(
          model.getWeights().map((weight) => weight.toArray()),
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are no model: what saves models names saveWeights and saveWeightsOnly', async () => {
    await expect(dense().save(`model${extension}`)).rejects.toThrow(
      /For weights only, use saveWeights/,
    );
    expect(() => new callbacks.ModelCheckpoint(`model${extension}`)).toThrow(
      /saveWeightsOnly: true/,
    );
  });
});
