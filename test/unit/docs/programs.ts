// Programs from the code blocks of a page. A block that begins with an import begins a program, and blocks without one go
// on with the program before them. A block that begins with `// name.js` is the file of that name, beside the programs.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { readPages } from './pages.js';
import type { Block, Page } from './pages.js';

export interface Program {
  readonly page: string;
  /** The section of its first block, and the line where that begins. */
  readonly name: string;
  /** The file's name without its extension. */
  readonly file: string;
  readonly blocks: readonly Block[];
}

export interface PageCode {
  readonly programs: readonly Program[];
  /** Blocks that are files, by their names. */
  readonly files: ReadonlyMap<string, Block>;
}

/** What of a page is to be compiled. */
export function codeOf({ name, blocks }: Page): PageCode {
  const programs: Program[] = [];
  const files = new Map<string, Block>();
  for (const block of blocks) {
    if (!['ts', 'js'].includes(block.language) || block.not === 'compiled') continue;
    const file = /^\/\/ (\S+\.\w+)$/.exec(block.code[0] ?? '')?.[1];
    const last = programs.at(-1);
    if (file !== undefined) files.set(file, block);
    else if (last !== undefined && !block.code[0]?.startsWith('import ')) {
      programs[programs.length - 1] = { ...last, blocks: [...last.blocks, block] };
    } else {
      const title = `${block.section} (line ${block.line})`;
      programs.push({ page: name, name: title, file: `line-${block.line}`, blocks: [block] });
    }
  }
  return { programs, files };
}

/** Where the code of a page lies. */
export function folderOf(page: string): string {
  return page.replace(/\.md$/, '').replaceAll('/', '-');
}

/** Writes the code of all pages as it stands there, each page's into a folder of its own; the paths of the files. */
export function writeCode(folder: string): string[] {
  return readPages().flatMap((page) => {
    const { programs, files } = codeOf(page);
    const here = path.join(folder, folderOf(page.name));
    mkdirSync(here, { recursive: true });
    const texts = [
      ...Array.from(files, ([name, block]) => [name, textOf([block])] as const),
      ...programs.map(({ file, blocks }) => [`${file}.ts`, textOf(blocks)] as const),
    ];
    return texts.map(([name, text]) => {
      const file = path.join(here, name);
      writeFileSync(file, text);
      return file;
    });
  });
}

/** The blocks as one text, each line where it stands on the page. */
export function textOf(blocks: readonly Block[]): string {
  const lines: string[] = [];
  for (const { line, code } of blocks) {
    while (lines.length < line) lines.push('');
    lines.push(...code);
  }
  return lines.join('\n');
}

/** What stands in a comment behind a statement: what the statement prints or, if it prints nothing, its value. */
export interface Promised {
  readonly line: number;
  readonly text: string;
}

export interface Observed {
  readonly code: string;
  readonly promises: readonly Promised[];
  /** Comments behind what has no result; a remark stands on a line of its own. */
  readonly remarks: readonly Promised[];
}

/**
 * The text of a program in which statements with a comment behind them report their results: they become
 * `await report(index, async () => (…));`.
 */
export function observed(program: Program): Observed {
  return observe(textOf(program.blocks.filter(({ not }) => not === undefined)));
}

/** `observed` of a text. */
export function observe(text: string): Observed {
  let code = text;
  const source = ts.createSourceFile('program.ts', code, ts.ScriptTarget.ES2022, true);
  const found: { statement: ts.ExpressionStatement; text: string }[] = [];
  const remarks: Promised[] = [];
  const lineOf = ({ end }: ts.Node): number => source.getLineAndCharacterOfPosition(end).line + 1;
  const visit = (node: ts.Node): void => {
    const text = ts.isStatement(node) ? commentBehind(code, node) : undefined;
    if (text !== undefined && ts.isExpressionStatement(node) && !isInFunction(node)) {
      found.push({ statement: node, text });
      return;
    }
    if (text !== undefined) remarks.push({ line: lineOf(node), text });
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);

  // From the end, so that positions stay what they are.
  for (const [index, { statement }] of [...found.entries()].reverse()) {
    const { expression } = statement;
    code =
      code.slice(0, expression.getStart()) +
      `await report(${index}, async () => (${expression.getText()}));` +
      code.slice(statement.end);
  }
  const promises = found.map(({ statement, text }) => ({ line: lineOf(statement), text }));
  return { code, promises, remarks };
}

function commentBehind(code: string, statement: ts.Statement): string | undefined {
  const [range] = ts.getTrailingCommentRanges(code, statement.end) ?? [];
  return range === undefined ? undefined : code.slice(range.pos + 2, range.end).trim();
}

function isInFunction(node: ts.Node): boolean {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionLike(at)) return true;
  }
  return false;
}
