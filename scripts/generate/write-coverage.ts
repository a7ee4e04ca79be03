// Writes docs/coverage.md: npm run coverage
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import { coveragePage } from './coverage/page.js';

const file = fileURLToPath(new URL('../../docs/coverage.md', import.meta.url));
const options = await resolveConfig(file);
writeFileSync(file, await format(coveragePage(), { ...options, filepath: file }));
