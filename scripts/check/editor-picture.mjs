// What an editor shows at some twenty calls: the hover and the signature help, or the completions. The language service reads the
// declarations of the package as a user's program would.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const file = fileURLToPath(new URL('editor-picture.md', import.meta.url));

/** `|` is the caret. After a bracket an editor shows the signature, elsewhere the completions. */
const CALLS = [
  'new layers.Dense(|',
  'new layers.Conv2D(|',
  'new layers.LSTM(|',
  'new layers.Dropout(|',
  'new layers.Dense(1, { act| })',
  "new layers.Dense(1, { activation: '|' })",
  "new layers.Conv2D(1, 3, { padding: '|' })",
  'new optimizers.Adam(|',
  'new optimizers.Adam({ | })',
  'new initializers.RandomNormal({ | })',
  'model.compile({ | })',
  "model.compile({ optimizer: '|' })",
  'model.fit(|',
  'model.fit(x, x, { val| })',
  'model.evaluate(|',
  'model.predict(|',
  'losses.binaryCrossentropy(|',
  'ops.softmax(|',
  'x.mean(|',
  'initializers.heNormal(|',
  'models.loadModel(|',
];

const HEAD = `import { initializers, layers, losses, models, ops, optimizers, Sequential, tensor } from 'lanegrad';
const model = new Sequential();
const x = tensor([1]);
`;

const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  skipLibCheck: true,
  types: [],
};

/** A language service for one program that imports the package. */
class Editor {
  #text = '';
  #version = 0;

  constructor(folder) {
    this.file = path.join(folder, 'program.ts');
    const options = { ...OPTIONS, paths: { lanegrad: [path.join(folder, 'src/index.d.ts')] } };
    const { directoryExists, getDirectories, readFile } = ts.sys;
    this.service = ts.createLanguageService({
      directoryExists,
      getDirectories,
      readFile,
      getScriptFileNames: () => [this.file],
      getScriptVersion: (name) => (name === this.file ? String(this.#version) : '0'),
      getScriptSnapshot: (name) => this.#snapshot(name),
      getCurrentDirectory: () => folder,
      getCompilationSettings: () => options,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (name) => name === this.file || ts.sys.fileExists(name),
    });
  }

  #snapshot(name) {
    if (name !== this.file && !existsSync(name)) return undefined;
    return ts.ScriptSnapshot.fromString(
      name === this.file ? this.#text : readFileSync(name, 'utf8'),
    );
  }

  /** What an editor shows where the caret stands in `call`. */
  show(call) {
    const caret = HEAD.length + call.indexOf('|');
    this.#text = HEAD + call.replace('|', '');
    this.#version += 1;
    return call.endsWith('(|') ? this.#help(caret) : this.#completions(caret);
  }

  #help(caret) {
    const { items } = this.service.getSignatureHelpItems(this.file, caret, undefined);
    return items.flatMap(
      ({ prefixDisplayParts, parameters, suffixDisplayParts, documentation }) => [
        textOf(prefixDisplayParts) +
          parameters.map((one) => textOf(one.displayParts)).join(', ') +
          textOf(suffixDisplayParts),
        ...indent(textOf(documentation)),
        ...parameters.map(
          (one) => `  ${one.name}: ${textOf(one.documentation).replaceAll('\n', ' ')}`,
        ),
      ],
    );
  }

  #completions(caret) {
    const { entries } = this.service.getCompletionsAtPosition(this.file, caret, {});
    // Without the names of the program itself, which an editor offers for a new property.
    return entries
      .filter(({ sortText }) => sortText <= ts.Completions.SortText.OptionalMember)
      .map(({ name }) => {
        const details = this.service.getCompletionEntryDetails(
          this.file,
          caret,
          name,
          {},
          undefined,
          {},
          undefined,
        );
        const [line] = textOf(details?.documentation).split('\n');
        return line === '' ? name : `${name}: ${line}`;
      });
  }
}

const textOf = (parts) => ts.displayPartsToString(parts);
const indent = (text) => text.split('\n').map((line) => `  ${line}`.trimEnd());

/** Whether an editor shows what the picture has. */
export function comparePicture(folder, isWriting) {
  const editor = new Editor(folder);
  const chapters = CALLS.map(
    (call) => `## \`${call}\`\n\n\`\`\`\n${editor.show(call).join('\n')}\n\`\`\`\n`,
  );
  const text = `# What an editor shows\n\nWritten by \`node scripts/check/editor.mjs --write\`. The caret is \`|\`.\n\n${chapters.join('\n')}`;
  if (isWriting) writeFileSync(file, text);
  const before = readFileSync(file, 'utf8');
  if (text === before) return true;
  const [lines, old] = [text, before].map((one) => one.split('\n'));
  const first = lines.findIndex((line, i) => line !== old[i]);
  console.log(
    `An editor shows '${lines[first]}' where scripts/check/editor-picture.md:${first + 1} has '${old[first]}'. ` +
      'If it should, run node scripts/check/editor.mjs --write.',
  );
  return false;
}
