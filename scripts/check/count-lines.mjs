// Counts lines of code: the lines of programs in the repository that hold more than blanks and comments. Generated files are not
// counted, as they are not in the repository.
//   node scripts/check/count-lines.mjs               of the current files
//   node scripts/check/count-lines.mjs REVISION …    of commits, to compare
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['src', 'assembly', 'test', 'bench', 'scripts'];
const PROGRAM = /\.[cm]?[jt]s$/;

const git = (...args) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });

/** The names and texts of the programs of a commit, or of the current files. */
function* programs(revision) {
  const listed =
    revision === undefined
      ? git('ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...FOLDERS)
      : git('ls-tree', '-r', '-z', '--name-only', revision, '--', ...FOLDERS);
  for (const name of listed.split('\0').filter((file) => PROGRAM.test(file))) {
    if (revision !== undefined) yield [name, git('show', `${revision}:${name}`)];
    else yield [name, readFileSync(path.join(root, name), 'utf8')];
  }
}

/** The number of lines on which a token stands. The parser knows tokens, as '//' may stand in a text. */
function linesOfCode(name, text) {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
  const lines = new Set();
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node) => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode)
      return;
    const children = node.getChildren(source);
    if (children.length > 0) return children.forEach(visit);
    const start = node.getStart(source);
    if (start === node.end) return;
    for (let line = lineOf(start); line <= lineOf(node.end); line++) lines.add(line);
  };
  visit(source);
  return lines.size;
}

function count(revision) {
  const lines = Object.fromEntries(FOLDERS.map((folder) => [folder, 0]));
  for (const [name, text] of programs(revision)) {
    lines[name.slice(0, name.indexOf('/'))] += linesOfCode(name, text);
  }
  return lines;
}

const revisions = process.argv.slice(2);
const counted = (revisions.length > 0 ? revisions : [undefined]).map((revision) => ({
  revision: revision ?? 'as it is',
  ...count(revision),
}));
const columns = ['revision', ...FOLDERS];
const width = (column) => Math.max(...[column, ...counted.map((row) => `${row[column]}`)].map((text) => text.length)); // prettier-ignore
const line = (cells) => console.log(columns.map((column) => `${cells[column]}`.padStart(width(column))).join('  ')); // prettier-ignore
line(Object.fromEntries(columns.map((column) => [column, column])));
counted.forEach(line);
