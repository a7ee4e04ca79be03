// Words in comments, messages and docs that say too little, such as 'somebody' and 'way back' for the backward pass, and words
// that a native writer would not use, such as 'anew'. Prints where they are, and what to write instead. Words in quotes are only
// mentioned, and do not count.
// Also checks the words of captured steps, which only the readers of few files should have to know: if too many files of src/ use
// them, prints these files.
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

/** Nouns of what arguments are: of a value that is none of them, messages say what it is not. */
const KIND =
  '(?:(?:finite |positive |whole )?numbers?|arrays?|booleans?|class|functions?|layers?|lists?|objects?|pairs?|shapes?|strings?|tensors?|texts?)';

/** Words with what to write instead; `where`: the files in which they count, by default all. */
const RULES = [
  {
    words: String.raw`\b(?:some|no|any|every)body\b|\b(?:some|any|every)one\b|\bwhoever\b`,
    instead: 'the thing: the caller, the optimizer, another thread',
  },
  {
    words: String.raw`\bways?${GAP}back\b|\bthe${GAP}way${GAP}there\b(?! (?:is|are|was|were)\b)`,
    instead: "'the backward pass', 'the forward pass'",
  },
  {
    words: String.raw`(?<!\b${PERSON},?${GAP})\bwhom?\b`,
    instead: "'which' or 'that', except behind a noun of a person, such as 'a reader who'",
  },
  { words: String.raw`\banew\b`, instead: "'again', 'start over', 'restart', 're…'" },
  {
    words: String.raw`\bbeside\b(?!-)`,
    instead: "'next to', 'in addition to', 'apart from', 'compared with'",
    where:
      /^(?:src|docs\/(?!measurements|notes)|examples\/browser\/|README|CONTRIBUTING|CHANGELOG)/,
  },
  {
    words: String.raw`\bin${GAP}the${GAP}places?${GAP}of\b`,
    instead: "'instead of', 'in place of'",
    where: /^(?!assembly\/)/,
  },
  { words: String.raw`\bof${GAP}one['’]s${GAP}own\b`, instead: "'your own', 'custom'" },
  {
    words: String.raw`\bwithout${GAP}further${GAP}words\b`,
    instead: "'automatically', or nothing",
  },
  {
    words: String.raw`\bother${GAP}ones\b`,
    instead: "'others', 'different'",
  },
  {
    words: String.raw`\b(?:to|cannot|can|are|is|was|were)${GAP}(?:be${GAP})?had\b`,
    instead: "'available', 'fetched', 'computed'",
    where: /^(?!assembly\/)/,
  },
  {
    words: String.raw`(?<!\bthere${GAP})\bis${GAP}no${GAP}${KIND}\b`,
    instead: "'is not a …'",
    where: /^(?:src|docs\/(?!measurements|notes)|examples|README)/,
  },
  {
    words: String.raw`\b(?:what|how)${GAP}messages${GAP}call\b`,
    instead: "'the name of … in messages'",
    where: /^src/,
  },
  {
    words: String.raw`\bfor${GAP}what${GAP}(?:is|are)${GAP}(?:not${GAP}an?|no|none|neither)\b`,
    instead: "'for anything but …', 'for an invalid …'",
    where: /^src/,
  },
  {
    words: String.raw`\bunless${GAP}overridden\b`,
    instead: "'by default'",
    where: /^src/,
  },
  {
    words: String.raw`\bone${GAP}an?${GAP}(?:batch|channel|class|entry|epoch|loss|row|sample|step|token|value)\b`,
    instead: "'one for each …', 'one per …'",
    where: /^src/,
  },
  {
    words: String.raw`\bless${GAP}than${GAP}(?:two|three|four)${GAP}(?:axes|inputs|tensors)\b`,
    instead: "'fewer than …'",
    where: /^src/,
  },
  {
    words: String.raw`\b(?:is|are)${GAP}given${GAP}too\b`,
    instead: "'is returned too'",
    where: /^src/,
  },
  {
    words: String.raw`\bhas${GAP}not${GAP}(?:an?|exactly|one|the|two)\b`,
    instead: "'does not have …'",
    where: /^src/,
  },
  {
    words: String.raw`\bcomes?${GAP}to${GAP}lie\b`,
    instead: "'moves to …'",
    where: /^src/,
  },
  {
    words: String.raw`\b(?:takes?|makes?)${GAP}(?:a${GAP})?class(?:es)?${GAP}(?:of${GAP}your${GAP}own${GAP})?known\b`,
    instead: "'registers …'",
    where: /^src/,
  },
].map(({ words, where = /^/, instead }) => ({ pattern: new RegExp(words, 'gi'), where, instead }));

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
  for (const { pattern, where, instead } of RULES) {
    if (!where.test(file)) continue;
    for (const match of text.matchAll(pattern)) {
      if (isQuoted(text, match)) continue;
      found++;
      const line = text.slice(0, match.index).split('\n').length;
      console.log(`${file}:${line}: ${match[0].replace(/\s+/g, ' ')}: write ${instead}`);
    }
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
  console.log(`${found} words.`);
  process.exitCode = 1;
}
