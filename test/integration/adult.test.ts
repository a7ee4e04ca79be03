// The example of the census, on a made file of the same form, and on the real one where LANEGRAD_DATA_DIR has it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { models } from '../../src/index.js';
import type { data } from '../../src/index.js';
import { adult } from '../../examples/adult.js';

const folder = path.join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'adult');
const file = (kind: string): string => path.join(folder, `adult-${kind}.csv.gz`);

/** People: a long education and much work make a high income. */
function made(rows: number, mark: string): data.Source {
  const jobs = ['Sales', 'Exec-managerial', 'Craft-repair', '?'];
  const lines = Array.from({ length: rows }, (_, i) => {
    const [age, education, hours] = [20 + ((i * 7) % 50), 1 + ((i * 5) % 16), 20 + ((i * 11) % 41)];
    const income = education > 9 && hours > 35 ? '>50K' : '<=50K';
    const about = `Never-married, ${jobs[i % 4] ?? ''}, Husband, White, ${i % 2 === 0 ? 'Male' : 'Female'}`;
    return `${age}, Private, 7, HS-grad, ${education}, ${about}, ${i % 9 === 0 ? 4000 : 0}, 0, ${hours}, Cuba, ${income}${mark}`;
  });
  return new TextEncoder().encode(`${lines.join('\n')}\n\n`);
}

describe('examples/adult.ts', () => {
  it('learns a rule from a made file, and is served from one file of its own', async () => {
    const { model, accuracy } = await adult({
      train: made(600, ''),
      test: made(200, '.'),
      epochs: 80,
    });
    expect(accuracy).toBeGreaterThan(0.9);
    let bytes: Uint8Array<ArrayBuffer> | undefined;
    const target = { write: (_: string, file: Uint8Array<ArrayBuffer>) => (bytes = file) };
    await model.save(target, { format: 'keras' });
    const served = await models.loadModel<models.AnyModel>(bytes ?? new Uint8Array());
    const person = (education: number): object => ({
      age: [40],
      'education-num': [education],
      'hours-per-week': [50],
      'capital-gain': [0],
      'capital-loss': [0],
      workclass: ['Private'],
      'marital-status': ['Never-married'],
      occupation: ['Sales'],
      relationship: ['Husband'],
      race: ['White'],
      sex: ['Male'],
      'native-country': ['Cuba'],
    });
    const chance = async (education: number): Promise<number> =>
      (await served.predict(person(education), { verbose: 0 })).item();
    expect(await chance(14)).toBeGreaterThan(0.5);
    expect(await chance(3)).toBeLessThan(0.5);
  });

  it.skipIf(!existsSync(file('test')))(
    'reaches 0.85 on the real file (needs adult in LANEGRAD_DATA_DIR)',
    async () => {
      const { accuracy } = await adult({ train: file('train'), test: file('test'), epochs: 4 });
      expect(accuracy).toBeGreaterThan(0.85);
    },
  );
});
