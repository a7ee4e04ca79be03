// What an editor shows of a program that imports the library: TypeScript's language service under plain `strict`.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = path.join(ROOT, 'test/unit/editor');

/** As `tsc --init` and a bundler's template have it, without the stricter flags of this repository. */
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  paths: {
    lanegrad: [path.join(ROOT, 'src/index.ts')],
    'lanegrad/*': [path.join(ROOT, 'src/*.ts'), path.join(ROOT, 'src/*/index.ts')],
  },
};

/** Where an editor is asked. */
const MARK = '/*here*/';

/** What stands before each program. */
const HEAD = `import { callbacks, data, Input, layers, losses, models, ops, optimizers, tensor, utils } from 'lanegrad';
import { constraints, initializers, regularizers } from 'lanegrad';
import { mean } from 'lanegrad/ops';
import { inWorker } from 'lanegrad/remote';
const model = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
const [x, y] = [tensor([[1, 2]]), tensor([[1]])];
const h = Input([2]);
const batches = data.Dataset.fromTensors(x, y).batch(1);
const remote = await inWorker(model);
`;

/** An editor in which each program is a file, so that TypeScript looks at the library once for all that are open. */
export class Editor {
  /** The programs with their marks, by their files. */
  readonly #programs = new Map<string, string>();
  readonly #service: ts.LanguageService;

  /** @param programs that are asked about later; another one is opened when it is */
  constructor(programs: readonly string[]) {
    for (const program of programs) this.#open(program);
    const read = (file: string): string | undefined => {
      const program = this.#programs.get(file);
      return program === undefined ? ts.sys.readFile(file) : HEAD + program.replace(MARK, '');
    };
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => OPTIONS,
      getScriptFileNames: () => [...this.#programs.keys()],
      getScriptVersion: () => '0',
      getScriptSnapshot: (file) => {
        const text = read(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => ROOT,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: (file) => this.#programs.has(file) || ts.sys.fileExists(file),
      readFile: read,
      directoryExists: (folder) => ts.sys.directoryExists(folder),
      getDirectories: (folder) => ts.sys.getDirectories(folder),
    });
  }

  /** What is offered where the mark stands in the program. */
  completions(program: string): string[] {
    const found = this.#service.getCompletionsAtPosition(...this.#open(program), undefined);
    return (found?.entries ?? []).map(({ name }) => name);
  }

  /** The type of what stands before the mark. */
  typeAt(program: string): string {
    const [file, position] = this.#open(program);
    const info = this.#service.getQuickInfoAtPosition(file, position - 1);
    return ts.displayPartsToString(info?.displayParts ?? []);
  }

  /** The doc comment of what stands before the mark. */
  documentationAt(program: string): string {
    const [file, position] = this.#open(program);
    const info = this.#service.getQuickInfoAtPosition(file, position - 1);
    return ts.displayPartsToString(info?.documentation ?? []);
  }

  /** The signature that is shown while arguments are written, and its doc comment. */
  signatureAt(program: string): { readonly text: string; readonly documentation: string } {
    const help = this.#service.getSignatureHelpItems(...this.#open(program), undefined);
    const item = help?.items[help.selectedItemIndex];
    const text = [
      ...(item?.prefixDisplayParts ?? []),
      ...(item?.parameters ?? []).flatMap(({ displayParts }, i) => [
        { text: i > 0 ? ', ' : '' },
        ...displayParts,
      ]),
      ...(item?.suffixDisplayParts ?? []),
    ].map((part) => part.text);
    return { text: text.join(''), documentation: ts.displayPartsToString(item?.documentation) };
  }

  /** The messages of the compiler for the program. */
  errors(program: string): string[] {
    const [file] = this.#open(program);
    return this.#service
      .getSemanticDiagnostics(file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  }

  /** The file of a program, and where the mark stood: the text has none. */
  #open(program: string): [file: string, position: number] {
    let [file] = [...this.#programs].find(([, text]) => text === program) ?? [];
    file ??= path.join(FOLDER, `program-${this.#programs.size}.ts`);
    this.#programs.set(file, program);
    return [file, HEAD.length + Math.max(0, program.indexOf(MARK))];
  }
}
