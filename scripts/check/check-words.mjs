// Words in comments, messages and docs that say too little: 'somebody', 'nobody', 'whoever' and their like, 'way back' for the
// backward pass, and 'who' of anything but a person. Prints where they stand. Words in quotes are spoken of, and do not count.
// And words of captured steps, which a reader of few files should need to know: prints the files of src/ that have some, if there
// are too many.
//   node scripts/check/check-words.mjs
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Texts of this repository. Licences are other authors', and the code of conduct speaks of all people. */
const FILES = [
  ...['ts', 'mts', 'js', 'mjs', 'cjs', 'py', 'md', 'html', 'css', 'yml'].map((end) => `*.${end}`),
  ...[':!THIRD-PARTY-NOTICES.md', ':!CODE_OF_CONDUCT.md'],
];

/** Nouns after which 'who' may stand. */
const PERSON = '(?:people|person|(?:author|caller|contributor|engineer|maintainer|reader|user)s?)';

/** Between two words: blanks, and the end of a line of a comment with the beginning of the next. */
const GAP = String.raw`[\s*/#]+`;

const WORDS = new RegExp(
  [
    String.raw`\b(?:some|no|any|every)body\b|\b(?:some|any|every)one\b|\bwhoever\b`,
    String.raw`\bways?${GAP}back\b|\bthe${GAP}way${GAP}there\b(?! (?:is|are|was|were)\b)`,
    String.raw`(?<!\b${PERSON},?${GAP})\bwhom?\b`,
  ].join('|'),
  'gi',
);

/** Words of captured steps (docs/architecture.md), and the most files of src/ that may have some. */
const CAPTURE = /captur|replay|borrow|(?:\.|^\s+)(?:guard|hint|redraw)[(:<]/im;
const MAX_CAPTURE = 26;

const isQuoted = (text, { index, 0: word }) =>
  /['"`]/.test(text[index - 1] ?? '') && text[index - 1] === text[index + word.length];

const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...FILES];
const files = execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).trim().split('\n');
let found = 0;
for (const file of files.filter((name) => existsSync(path.join(root, name)))) {
  const text = readFileSync(path.join(root, file), 'utf8');
  for (const match of text.matchAll(WORDS)) {
    if (isQuoted(text, match)) continue;
    found++;
    console.log(`${file}:${text.slice(0, match.index).split('\n').length}: ${match[0]}`);
  }
}
const ofCapture = files.filter(
  (file) =>
    /^src\/.*\.ts$/.test(file) &&
    existsSync(path.join(root, file)) &&
    CAPTURE.test(readFileSync(path.join(root, file), 'utf8')),
);
if (ofCapture.length > MAX_CAPTURE || process.argv.includes('--capture')) {
  console.log(ofCapture.join('\n'));
  console.log(`${ofCapture.length} files know words of captured steps, of at most ${MAX_CAPTURE}.`);
}
if (ofCapture.length > MAX_CAPTURE) process.exitCode = 1;
if (found > 0) {
  console.log(
    `${found} words. Name the thing: the caller, the optimizer, another thread, the backward pass. ` +
      `'Who' stands behind a noun of a person alone, such as 'a reader who'.`,
  );
  process.exitCode = 1;
}
