// One import path for each name (docs/architecture.md, "Layout"): a name that the index.ts of a folder exports
// comes from that index in other folders, and from the file that declares it within the folder; any other name always
// comes from its file.
//   node scripts/check/import-paths.mjs         fails if an import of src/ has another path
//   node scripts/check/import-paths.mjs --fix   rewrites these imports; prettier wraps them
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const { posix } = path;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Lists of classes. A module that takes a whole list keeps all of its classes in a program. */
const LIST = 'classes.ts';
const TAKES_A_LIST = /^src\/(known\.ts|.*\/(registry|identifier|index)\.ts)$/;

const files = new Map(
  readdirSync(path.join(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join('src', name.replaceAll(path.sep, '/')))
    .map((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      return [file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest)];
    }),
);

/** The file of src/ that `specifier` names in `file`; undefined for any other. */
function targetOf(file, specifier) {
  const target = posix.join(posix.dirname(file), specifier.text).replace(/\.js$/, '.ts');
  return specifier.text.startsWith('.') && files.has(target) ? target : undefined;
}

/** What a file exports, by name: where it comes from, `{ file, name }`; and the files of which it exports all. */
const exportsOf = new Map([...files].map(([file, source]) => [file, readExports(file, source)]));

function readExports(file, { statements }) {
  const names = new Map();
  const imported = new Map();
  const all = [];
  for (const statement of statements) {
    const target = statement.moduleSpecifier && targetOf(file, statement.moduleSpecifier);
    const bindings = statement.importClause?.namedBindings ?? statement.exportClause;
    if (ts.isImportDeclaration(statement) && target && bindings && ts.isNamedImports(bindings)) {
      for (const { name, propertyName } of bindings.elements) {
        imported.set(name.text, { file: target, name: (propertyName ?? name).text });
      }
    } else if (ts.isExportDeclaration(statement)) {
      if (bindings === undefined && target) all.push(target);
      else if (bindings && ts.isNamespaceExport(bindings)) names.set(bindings.name.text, undefined);
      else {
        for (const { name, propertyName } of bindings?.elements ?? []) {
          const local = (propertyName ?? name).text;
          const origin = target ? { file: target, name: local } : imported.get(local);
          names.set(name.text, origin);
        }
      }
    } else if (ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export) {
      const declared = statement.declarationList?.declarations ?? [statement];
      for (const { name } of declared) names.set(name.text, undefined);
    }
  }
  return { names, all };
}

/** Where a name that `file` exports is declared, as `{ file, name }`; undefined if it exports none. */
function declarationOf(file, name) {
  const { names, all } = exportsOf.get(file);
  if (names.has(name)) {
    const origin = names.get(name);
    return origin ? declarationOf(origin.file, origin.name) : { file, name };
  }
  for (const other of all) {
    const found = declarationOf(other, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where `importer` takes a name from: the index of the outermost folder that it is not in, if that has the name. */
function pathFor(importer, declared) {
  const folders = posix.dirname(declared.file).split('/');
  for (let depth = 2; depth <= folders.length; depth++) {
    const folder = folders.slice(0, depth).join('/');
    const index = `${folder}/index.ts`;
    if (importer.startsWith(`${folder}/`) || !files.has(index)) continue;
    if (declarationOf(index, declared.name)?.file === declared.file) return index;
  }
  return declared.file;
}

function specifierFor(importer, target) {
  const relative = posix.relative(posix.dirname(importer), target).replace(/\.ts$/, '.js');
  return relative.startsWith('.') ? relative : `./${relative}`;
}

const problems = [];

/** Looks at the imports of a file; returns its text with the right ones. */
function check(file, source) {
  const moved = [];
  const kept = [];
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const target = targetOf(file, statement.moduleSpecifier);
    const bindings = statement.importClause?.namedBindings;
    if (target === undefined || bindings === undefined) continue;
    if (
      posix.basename(target) === LIST &&
      ts.isNamespaceImport(bindings) &&
      !TAKES_A_LIST.test(file)
    ) {
      problems.push(
        `${file}: ${target} is a list for registries, identifiers, known.ts and the folder's index.`,
      );
    }
    if (!ts.isNamedImports(bindings)) continue;
    const isType = statement.importClause.phaseModifier === ts.SyntaxKind.TypeKeyword;
    const group = { statement, isType, module: statement.moduleSpecifier.text, names: [] };
    kept.push(group);
    for (const element of bindings.elements) {
      const name = (element.propertyName ?? element.name).text;
      const declared = declarationOf(target, name);
      const right = declared === undefined ? target : pathFor(file, declared);
      const text = element.getText(source);
      if (right === target) group.names.push(text);
      else {
        const module = specifierFor(file, right);
        // Another name than the declared one is one that an index gives.
        const renamed = name === declared.name ? text : `${declared.name} as ${element.name.text}`;
        problems.push(`${file}: import ${name} from '${module}', not from '${group.module}'.`);
        moved.push({ after: group, isType, module, names: [renamed] });
      }
    }
  }
  if (moved.length > 0) return rewrite(source, kept, moved);
  return source.text;
}

function rewrite(source, kept, moved) {
  const groups = [...kept];
  for (const { after, isType, module, names } of moved) {
    const same = groups.find((group) => group.module === module && group.isType === isType);
    if (same) same.names.push(...names);
    else groups.splice(groups.indexOf(after) + 1, 0, { after, isType, module, names });
  }
  const written = ({ isType, module, names }) => {
    const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
    return `import ${isType ? 'type ' : ''}{ ${sorted.join(', ')} } from '${module}';\n`;
  };
  let { text } = source;
  for (const { statement, ...group } of kept.toReversed()) {
    const added = groups.filter(({ after }) => after?.statement === statement);
    const texts = [...(group.names.length > 0 ? [group] : []), ...added].map(written);
    const end = statement.end + (text[statement.end] === '\n' ? 1 : 0);
    text = text.slice(0, statement.getStart(source)) + texts.join('') + text.slice(end);
  }
  return text;
}

const isFixing = process.argv.includes('--fix');
for (const [file, source] of files) {
  const text = check(file, source);
  if (isFixing && text !== source.text) writeFileSync(path.join(root, file), text);
}
if (problems.length > 0) console.log(problems.join('\n'));
if (!isFixing && problems.length > 0) {
  console.log('\n`node scripts/check/import-paths.mjs --fix` rewrites these imports.');
  process.exitCode = 1;
}
