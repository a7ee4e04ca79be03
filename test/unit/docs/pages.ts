// The pages of the documentation, and the code blocks in them.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '../../..');

/** The part of a page that no reader sees: it precedes a block and says why the block is not run. */
const MARK = /^<!-- not (run|compiled): (.+) -->$/;

export interface Page {
  /** The path from the root of the repository, such as `docs/data.md`. */
  readonly name: string;
  readonly lines: readonly string[];
  readonly blocks: readonly Block[];
}

export interface Block {
  /** Of the text after the three ticks: `ts`, `sh` … */
  readonly language: string;
  readonly code: readonly string[];
  /** The index of the first line of code in the page. */
  readonly line: number;
  /** The last heading before the block. */
  readonly section: string;
  /** What a mark before the block takes it out of. */
  readonly not: 'run' | 'compiled' | undefined;
}

/** Licences of others, as they are. */
const LEGAL = 'THIRD-PARTY-NOTICES.md';

/** Where pages are. */
const FOLDERS = ['.', 'docs', 'docs/notes', 'site/pages', 'site/pages/guides', 'site/pages/learn'];

/** The pages for people who use lanegrad or work on it. */
export function readPages(): Page[] {
  const names = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((file) => file.endsWith('.md') && file !== LEGAL)
      .map((file) => path.posix.join(folder, file)),
  );
  return names.map((name) => {
    const lines = readFileSync(path.join(root, name), 'utf8').split('\n');
    return { name, lines, blocks: blocksOf(name, lines) };
  });
}

function blocksOf(page: string, lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let section = '';
  for (let i = 0; i < lines.length; i++) {
    section = /^#+ (.*)/.exec(lines[i] ?? '')?.[1] ?? section;
    const language = /^```(\w*)/.exec(lines[i] ?? '')?.[1];
    if (language === undefined) continue;
    const not = MARK.exec(lines[i - 1] ?? '')?.[1] as Block['not'];
    const line = i + 1;
    i = lines.indexOf('```', line);
    if (i < 0) throw new Error(`${page}:${line}: a code block without an end`);
    blocks.push({ language, code: lines.slice(line, i), line, section, not });
  }
  return blocks;
}

/** The text of a page without its code blocks, line by line. */
export function proseOf({ lines, blocks }: Page): string[] {
  const inBlock = new Set(blocks.flatMap(({ line, code }) => code.map((_, i) => line + i)));
  return lines.map((text, i) => (inBlock.has(i) ? '' : text));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: Page): Set<string> {
  const anchors = new Set<string>();
  for (const line of proseOf(page)) {
    const heading = /^#+ (.*)/.exec(line)?.[1];
    if (heading === undefined) continue;
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const base = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let anchor = base;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${base}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

interface PackageJson {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  readonly scripts: Readonly<Record<string, string>>;
}

/** The package.json of a folder of the repository. */
export function packageJsonOf(folder = '.'): PackageJson {
  return JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as PackageJson;
}
