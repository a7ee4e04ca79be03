// Names of layers, models and metrics may come from a file: no escape code in them reaches a terminal.
import { expect, it } from 'vitest';
import { ProgbarLogger } from '../../../src/nn/callbacks/progbar-logger.js';
import { FormatError, layers, models, utils } from '../../../src/index.js';
import { parseSafetensors } from '../../../src/files/formats/safetensors.js';
import { RecordingWriter } from '../callbacks/recording-writer.js';

const CONTROL = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
const NAME = 'dense\x1b[2J\x07\u202Etxt';

function hostileModel(): models.Sequential {
  const model = new models.Sequential({
    name: `model\x1b[31m`,
    layers: [new layers.Dense(2, { name: NAME, inputShape: [3] })],
  });
  return models.modelFromJSON(JSON.stringify(model)) as models.Sequential;
}

it('not by summary, toString and plotModel', async () => {
  const model = hostileModel();
  const texts: string[] = [];
  model.summary({ printFn: (text) => texts.push(text) });
  texts.push(model.toString(), await utils.plotModel(model, { showLayerNames: true }));
  for (const text of texts) expect(text).not.toMatch(CONTROL);
  expect(texts[0]).toContain('densetxt (Dense)');
});

it('not by errors', () => {
  const model = hostileModel();
  const calls = [
    () => model.getLayer('a\x1b[31m'),
    () => model.predictOnBatch([[1, 2]]),
    () => {
      model.add(new layers.Dense(2, { name: NAME }));
    },
    () => models.modelFromJSON('{"a": \x1b[31m}'),
  ];
  for (const call of calls) {
    let message = '';
    try {
      call();
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).not.toBe('');
    expect(message).not.toMatch(CONTROL);
  }
});

it('not by the progress bar', () => {
  const writer = new RecordingWriter();
  const bar = new ProgbarLogger({ writer, now: () => 0 });
  bar.setParams({ verbose: 2, steps: 1, epochs: 1 });
  bar.onEpochBegin(0);
  bar.onTrainBatchEnd(0, { [NAME]: 1 });
  bar.onEpochEnd(0, { [NAME]: 1 });
  expect(writer.text).toContain('densetxt: 1.0000');
  expect(writer.text).not.toMatch(CONTROL);
});

it('and a header of 100,000 nested lists is refused, however it is described', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const header = new TextEncoder().encode(
    `{"x":{"dtype":${deep},"shape":${deep},"data_offsets":${deep}}}`,
  );
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  expect(() => parseSafetensors(file, 'file')).toThrow(FormatError);
});
