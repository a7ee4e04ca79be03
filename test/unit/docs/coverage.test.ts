// docs/coverage.md: each public name of Keras and NumPy is an export that exists, or has a reason.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { coverage, coveragePage, isThere } from '../../../scripts/generate/coverage/page.js';

describe('docs/coverage.md', () => {
  it.each([...coverage])('%s: names are there or have a reason', (_, entries) => {
    const open = entries.filter((entry) =>
      entry.path === undefined ? entry.reason === undefined : !isThere(entry),
    );
    expect(open).toEqual([]);
  });

  it('is what npm run coverage writes', async () => {
    const file = fileURLToPath(new URL('../../../docs/coverage.md', import.meta.url));
    const options = await resolveConfig(file);
    const page = await format(coveragePage(), { ...options, filepath: file });
    expect(readFileSync(file, 'utf8')).toBe(page);
  });
});
