// The chunks of the package (docs/architecture.md, "Chunks that pages load"). In the sources their modules have ordinary imports.
// Bundlers would split the code that such a chunk and a program share into many small files. So in the package a chunk is one module
// that imports nothing: the module that loads it passes it what its modules import from the rest.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import ts from 'typescript';

/**
 * Each chunk: the folder of its `index` and of `chunk`, which loads it, the other modules that only the chunk has, and those of which
 * it has a copy of its own, since something else that is loaded later has them, too.
 */
const chunks = [
  { folder: 'nn/training/loops', inside: /^nn\/(training\/loops|capture)\// },
  {
    folder: 'engine/runtime/pool',
    inside: /^engine\/(runtime\/(pool\/|control\.)|wasm\/generated\/costs\.)/,
  },
  {
    folder: 'extras/onnx/writing',
    inside: /^(extras\/onnx\/writing\/|files\/(formats\/onnx\/write|locations\/data-target)\.)/,
  },
  {
    folder: 'extras/tensorflow',
    inside: /^(extras\/tensorflow|files\/formats\/tensorflow)\//,
    copied: /^(extras\/operator-graphs\/|files\/formats\/(operator-graph|onnx\/types)\.)/,
  },
];

/** Modules of the bundle alone, which has the chunks from the start, and of the worker, which is a bundle of its own. */
const NOT_PACKED = ['at-once.js', 'engine/runtime/control-worker.js'];

const LOADED = "import('./index.js')";

/** `…/src/a/b.ts` → `a/b.ts`: where a module lies below the sources. */
const placeOf = (sources, file) => path.relative(sources, file).split(path.sep).join('/');

const isInside = (sources, { inside }, file) => inside.test(placeOf(sources, file));

/** The chunk that a module is the `index` or the `chunk` of, and which; undefined for others. */
export function chunkModule(sources, file) {
  const place = placeOf(sources, file).replace(/\.[jt]s$/, '');
  const chunk = chunks.find(
    ({ folder }) => place === `${folder}/index` || place === `${folder}/chunk`,
  );
  return chunk && { chunk, role: path.basename(place) };
}

/**
 * The two modules of a chunk: `index`, which imports nothing and exports `give`, and the text of `chunk`, which gives it what it
 * takes of the rest.
 *
 * @param {string} sources the folder of the sources, or of the modules made of them
 * @param {string} extension theirs: '.ts' or '.js'
 * @param {object[]} plugins of Rolldown
 */
export async function makeChunk(sources, chunk, extension, plugins = []) {
  const folder = path.join(sources, chunk.folder);
  const resolution = {
    name: 'chunk',
    resolveId(id, importer) {
      if (importer === undefined) return undefined;
      const file = path.resolve(path.dirname(importer), id).replace(/\.js$/, extension);
      const isCopied = chunk.copied?.test(placeOf(sources, file)) ?? false;
      return { id: file, external: !isCopied && !isInside(sources, chunk, file) };
    },
  };
  const bundle = await rolldown({
    input: path.join(folder, `index${extension}`),
    platform: 'neutral',
    plugins: [resolution, ...plugins],
    makeAbsoluteExternalsRelative: false,
  });
  const { output } = await bundle.generate({ format: 'esm', comments: { legal: true } });
  await bundle.close();
  const { taken, index } = wrapped(output[0].code);
  const changing = changingNames(sources, extension);
  for (const { from, name } of taken) {
    if (changing.has(name))
      throw new Error(`${from}: ${name} changes, so a chunk cannot be given it`);
  }
  const loading = readFileSync(path.join(folder, `chunk${extension}`), 'utf8');
  if (!loading.includes(LOADED)) throw new Error(`${folder}/chunk${extension} has no ${LOADED}`);
  const imports = [...new Set(taken.map(({ from }) => from))].map((module) => {
    const specifier = path.relative(folder, module).split(path.sep).join('/');
    const list = taken
      .filter(({ from }) => from === module)
      .map(({ name, key }) => (name === key ? name : `${name} as ${key}`));
    return `import { ${list.join(', ')} } from '${specifier.replace(/\.ts$/, '.js')}';\n`;
  });
  const given = `{ ${taken.map(({ key }) => key).join(', ')} }`;
  return {
    index,
    chunk:
      imports.join('') + loading.replace(LOADED, `${LOADED}.then(({ give }) => give(${given}))`),
  };
}

/** The names of variables that modules export. By whatever index a chunk imports one, it would be given the value of then. */
function changingNames(sources, extension) {
  const files = readdirSync(sources, { recursive: true }).filter((name) =>
    name.endsWith(extension),
  );
  const texts = files.map((name) => readFileSync(path.join(sources, name), 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(/^export let (\w+)/gm)].map(([, name]) => name))); // prettier-ignore
}

/** A bundle as a function of what it imports. */
function wrapped(code) {
  const source = ts.createSourceFile('chunk.js', code, ts.ScriptTarget.Latest, true);
  const taken = [];
  const namespaces = [];
  let exported = '';
  let body = code;
  const cut = (node) => {
    body = body.slice(0, node.getFullStart()) + body.slice(node.getEnd());
  };
  for (const statement of [...source.statements].reverse()) {
    if (ts.isImportDeclaration(statement)) {
      const from = statement.moduleSpecifier.text;
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined) {
        throw new Error(`a chunk is given names alone, not ${statement.getText()}`);
      }
      if (ts.isNamespaceImport(bindings)) {
        const space = bindings.name.text;
        const members = membersOf(source, bindings.name);
        taken.push(...members.map((name) => ({ from, name, key: `${space}_${name}` })));
        const properties = members.map((name) => `${name}: ${space}_${name}`);
        namespaces.push(`const ${space} = { ${properties.join(', ')} };\n`);
      } else {
        for (const { name, propertyName } of bindings.elements) {
          taken.push({ from, name: (propertyName ?? name).text, key: name.text });
        }
      }
      cut(statement);
    } else if (ts.isExportDeclaration(statement)) {
      exported = statement.exportClause.elements
        .map(({ name, propertyName }) => `${name.text}: ${(propertyName ?? name).text}`)
        .join(', ');
      cut(statement);
    }
  }
  const parameters = taken.map(({ key }) => key).join(', ');
  const index = `let code;
export const give = (library) => (code ??= make(library));
function make({ ${parameters} }) {
${namespaces.join('')}${body}
return { ${exported} };
}
`;
  return { taken, index };
}

/** What a bundle takes of a namespace that it imports. */
function membersOf(source, namespace) {
  const members = new Set();
  const look = (node) => {
    if (ts.isIdentifier(node) && node.text === namespace.text && node !== namespace) {
      const { parent } = node;
      const isMember = ts.isPropertyAccessExpression(parent);
      if (isMember && parent.expression === node) members.add(parent.name.text);
      else if (!isMember && !ts.isPropertyAssignment(parent)) {
        throw new Error(
          `a chunk is given names, not all of ${namespace.text}: ${parent.getText()}`,
        );
      }
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return [...members].sort();
}

/** Makes the chunks of modules that were compiled, and removes what became a part of one. */
export async function makeChunks(folderOfModules) {
  const sources = path.resolve(folderOfModules);
  for (const chunk of chunks) {
    const made = await makeChunk(sources, chunk, '.js');
    const files = readdirSync(sources, { recursive: true })
      .filter((name) => name.endsWith('.js'))
      .map((name) => path.join(sources, name));
    const parts = new Set(files.filter((file) => isInside(sources, chunk, file)));
    for (const role of ['index', 'chunk']) {
      const file = path.join(sources, chunk.folder, `${role}.js`);
      parts.delete(file);
      writeFileSync(file, made[role]);
    }
    for (const name of NOT_PACKED) parts.add(path.join(sources, name));
    for (const file of files) if (!parts.has(file)) requireNone(file, parts);
    for (const part of parts) rmSync(part, { force: true });
  }
}

/** Refuses a module outside of a chunk that imports what is in the chunk alone: there would be two of it. */
function requireNone(file, parts) {
  for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
    if (parts.has(path.resolve(path.dirname(file), fileName))) {
      throw new Error(`${file} imports ${fileName}, which is in a chunk that is loaded later`);
    }
  }
}
