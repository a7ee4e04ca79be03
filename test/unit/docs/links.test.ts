// Whatever a page points to is there: files, anchors and pictures, and in its code names of files, commands and exports.
// Nothing is fetched.
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as lanegrad from 'lanegrad';
import { describe, expect, it } from 'vitest';
import { anchorsOf, packageJsonOf, proseOf, readPages, root } from './pages.js';
import type { Page } from './pages.js';

const pages = readPages();

/** A text that was found, with its page and line. */
interface Found {
  readonly text: string;
  readonly where: string;
}

function findAll(page: Page, pattern: RegExp, lines: readonly string[]): Found[] {
  return lines.flatMap((line, i) =>
    [...line.matchAll(pattern)].map(([, text = '']) => ({
      text,
      where: `${page.name}:${i + 1}: ${text}`,
    })),
  );
}

/** What is wrong with the target of a link; undefined if nothing is. */
function faultOf(page: Page, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) {
    return URL.canParse(target) && target.startsWith('https://')
      ? undefined
      : 'is no https address';
  }
  const [file = '', anchor] = decodeURI(target).split('#');
  const name = file === '' ? page.name : path.posix.join(path.posix.dirname(page.name), file);
  if (name.startsWith('..')) return 'leaves the repository';
  if (!existsSync(path.join(root, name))) return 'is not there';
  // Pages of the gallery have their state there: #layers=4,2.
  if (anchor === undefined || anchor.includes('=')) return undefined;
  const linked = pages.find((other) => other.name === name);
  if (linked === undefined) return 'has an anchor, but is no page';
  return anchorsOf(linked).has(anchor) ? undefined : 'has no such heading';
}

describe.each(pages.map((page) => [page.name, page] as const))('%s', (_, page) => {
  const prose = proseOf(page);
  const code = findAll(page, /`([^`]+)`/g, prose);

  it('links to what is there', () => {
    const plain = prose.map((line) => line.replace(/`[^`]*`/g, '``'));
    const links = findAll(page, /\]\(([^)\s]+)\)/g, plain);
    const faults = links.flatMap(({ text, where }) => {
      const fault = faultOf(page, text);
      return fault === undefined ? [] : [`${where} ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it('names files that are there', () => {
    const folder = /^(?:src|test|bench|scripts|examples|assembly|docs)\/[\w./-]+$/;
    const missing = code.filter(({ text }) => {
      return folder.test(text) && !existsSync(path.join(root, text));
    });
    expect(missing.map(({ where }) => where)).toEqual([]);
  });

  it('names commands that are there', () => {
    const commands = findAll(page, /npm run ((?:--silent )?[\w:]+(?: --prefix \S+)?)/g, page.lines);
    const missing = commands.filter(({ text }) => {
      const [name = ''] = text.replace('--silent ', '').split(' ');
      const prefix = / --prefix (\S+)/.exec(text)?.[1];
      const { scripts } = packageJsonOf(prefix);
      return !(name in scripts);
    });
    expect(missing.map(({ where }) => where)).toEqual([]);
  });

  it('names exports that are there', () => {
    const namespaces = Object.entries(lanegrad as unknown as Record<string, object>).filter(
      ([, value]) => typeof value === 'object' && Object.keys(value).length > 0,
    );
    const missing = namespaces.flatMap(([namespace, members]) => {
      // Not the member of another library, nor a file.
      const pattern = new RegExp(String.raw`(?<![\w./])${namespace}\.(?!md\b|ts\b)(\w+)`, 'g');
      return code.flatMap(({ text, where }) =>
        [...text.matchAll(pattern)]
          .filter(([, name = '']) => !(name in members))
          .map(([member]) => `${where}: ${member}`),
      );
    });
    expect(missing).toEqual([]);
  });
});
