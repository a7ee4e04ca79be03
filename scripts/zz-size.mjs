import { gzipSync } from 'node:zlib';
import { withVite, withEsbuild } from './sizes/bundles.mjs';
import { programs } from './package-sizes.mjs';
import { writeFileSync, rmSync, mkdirSync } from 'node:fs';
const out = '/tmp/wt/scratch-sizes/out';
rmSync(out, { recursive: true, force: true });
const z = (t) => gzipSync(t, { level: 9 }).length;
const both = process.argv.includes('--both');
for (const [name, { text }] of Object.entries(programs)) {
  for (const [b, f] of Object.entries(
    both ? { Vite: withVite, esbuild: withEsbuild } : { Vite: withVite },
  )) {
    const { atOnce, later, warnings } = await f(text);
    const dir = `${out}/${b}-${name[0]}`;
    mkdirSync(dir, { recursive: true });
    atOnce.forEach((t, i) => writeFileSync(`${dir}/atonce${i}.js`, t));
    later.forEach((t, i) => writeFileSync(`${dir}/later${i}.js`, t));
    const s = (l) => l.reduce((a, t) => a + z(t), 0);
    console.log(
      name,
      b,
      'main',
      s(atOnce),
      atOnce.map(z).join(' '),
      '| later',
      s(later),
      later.map(z).join(' '),
      warnings.join(),
    );
  }
}
