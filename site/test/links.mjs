// Every link, picture and anchor of the built site leads somewhere in it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert, base, site } from './page.mjs';

export function checkLinks() {
  const files = readdirSync(site, { recursive: true })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.html') && !file.startsWith('demos/'));
  const texts = new Map(files.map((file) => [file, readFileSync(path.join(site, file), 'utf8')]));
  const anchors = new Map(
    Array.from(texts, ([file, text]) => [
      file,
      new Set(Array.from(text.matchAll(/ id="([^"]+)"/g), ([, id]) => id)),
    ]),
  );
  const faults = new Set();
  let count = 0;
  for (const [file, text] of texts) {
    if (file === '404.html') continue;
    for (const [, written] of text.matchAll(/ (?:href|src)="([^"]*)"/g)) {
      const address = written.replaceAll('&amp;', '&');
      if (/^(\w+:|\/\/)/.test(address)) {
        if (!address.startsWith('https://') && !address.startsWith('data:'))
          faults.add(`${file}: ${address}`);
        continue;
      }
      count += 1;
      const { pathname, hash } = new URL(address, `https://site.invalid${base}${file}`);
      if (!pathname.startsWith(base)) {
        faults.add(`${file}: ${address} leaves the site`);
        continue;
      }
      const name = decodeURIComponent(pathname.slice(base.length)).replace(
        /(^|\/)$/,
        '$1index.html',
      );
      const anchor = decodeURIComponent(hash.slice(1));
      if (!existsSync(path.join(site, name))) faults.add(`${file}: ${address} is not there`);
      // Pages of the gallery have their state there.
      else if (anchor !== '' && !anchor.includes('=') && anchors.get(name)?.has(anchor) === false)
        faults.add(`${file}: ${address} has no such heading`);
    }
  }
  assert(faults.size === 0, `${faults.size} links\n${[...faults].slice(0, 40).join('\n')}`);
  return `${count} links of ${files.length} pages`;
}
