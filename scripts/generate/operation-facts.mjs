// The tags of doc comments of operations, which state facts in addition to what the operation computes. An exported function of
// src/engine/ops/ with `@keras` is a public operation, and one of src/engine/ops/image/ is a member of the namespace `ops.image`, as
// in Keras:
//
//   @keras nn.Celu alpha=1        Keras's class and its arguments, with Keras's defaults in JSON. Our own defaults are read
//                                 from the function. Several names are alternatives (`numpy.Max|numpy.Amax`): the first is
//                                 written into files. Operands are called x, or x1 and x2, unless they are named:
//                                 `numpy.Take(x, indices) axis=null`. An argument without a value is needed. One in brackets
//                                 is Keras's alone: `[sorted=true|false]` is written as true, and false means the same here;
//                                 `[is_stable=|true|false]` is not written, as older versions of Keras do not know it.
//   @keras = pool('nn.MaxPool', 4)   a declaration in TypeScript, of what src/engine/ops/graphs/declarations.ts exports
//   @keras none                   Keras has no class for the operation, so no file holds it
//   @method                       the operation is a method of tensors as well
//   @activation [names]           Keras's names of the activation, if there are others than the function's
//   @stepwise                     each step of [batch, steps, …] is computed by itself: element by element or, where the
//                                 second argument is `axis`, along axes within a step
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const folder = fileURLToPath(new URL('../../src/engine/ops/', import.meta.url));

/** The folders whose operations are a namespace of that name. */
export const NAMESPACES = ['image'];

const TAGS = ['activation', 'keras', 'method', 'stepwise'];
/** A line of a doc comment that is one of these tags. */
export const TAG_LINES = new RegExp(String.raw`^ *\* @(?:${TAGS.join('|')})\b.*\n`, 'gm');

const CLASS = /^(?<classes>[\w.|]+)(?:\((?<operands>[\w, ]+)\))?(?: (?<settings>.*))?$/;
const SETTING = /^(?<bracket>\[?)(?<name>\w+)(?:=(?<values>[^\]]+))?\]?$/;

const isExported = (statement) =>
  (ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export) !== 0;

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The tags of a function's doc comment: `[name, text]`. */
function tagsOf(declaration) {
  return ts
    .getJSDocTags(declaration)
    .map(({ tagName, comment }) => [tagName.text, ts.getTextOfJSDocComment(comment)?.trim() ?? ''])
    .filter(([name]) => TAGS.includes(name));
}

/** One setting of a declaration, as `keras()` takes it. `own` is the default of the operation's argument, as source. */
function settingOf({ name, values, bracket }, own) {
  const [value, ...accepted] = values?.split('|') ?? ['NEEDED'];
  if (bracket) return `onlyKeras(${[value || undefined, ...accepted].map(String).join(', ')})`;
  const left = own === undefined ? value : own;
  if (name === 'dtype') return `dtype(${left})`;
  return left === value ? value : `setting(${left}, ${value})`;
}

/** The call of `keras()` that a tag stands for. */
function declarationOf(text, parameters) {
  const fail = (what) => {
    throw new Error(`@keras ${text}: ${what}`);
  };
  const { classes, operands, settings = '' } = CLASS.exec(text)?.groups ?? fail('it is not read');
  const isOperand = ({ type }) => /\bTensor(?:Like)?\b/.test(type?.getText() ?? '');
  const count = parameters.findIndex((one) => !isOperand(one));
  const arity = count < 0 ? parameters.length : count;
  const names = operands?.split(/, */) ?? [];
  if (operands && names.length !== arity)
    fail(`the operation has ${arity} operands: name them in parentheses`);
  const rest = parameters.slice(arity);
  const written = [];
  for (const item of settings.split(' ').filter(Boolean)) {
    const setting = SETTING.exec(item)?.groups ?? fail(`${item} is not read`);
    const parameter = setting.bracket ? undefined : rest.shift();
    if (!setting.bracket && !parameter) fail(`the operation has no argument for ${setting.name}`);
    const own = parameter?.initializer?.getText();
    written.push(`${setting.name}: ${settingOf(setting, own)}`);
  }
  if (rest.length > 0) fail(`it does not tell what ${rest[0].name.getText()} is there`);
  const [className, ...aliases] = classes.split('|').map((name) => `'${name}'`);
  const object = written.length > 0 ? `{ ${written.join(', ')} }` : aliases.length > 0 ? '{}' : '';
  const further = aliases.length > 0 ? `{ aliases: [${aliases.join(', ')}] }` : '';
  const operandNames = operands ? `[${names.map((name) => `'${name}'`).join(', ')}]` : '';
  const call = operands ? 'keras' : { 1: 'one', 2: 'two' }[arity];
  if (call === undefined) fail(`the operation has ${arity} operands: name them in parentheses`);
  return `${call}(${[className, operandNames, object, further].filter(Boolean).join(', ')})`;
}

/** The facts of one operation. */
function factsOf(file, name, { tags, comment, parameters }) {
  const textsOf = (tag) => tags.filter(([one]) => one === tag).map(([, text]) => text);
  const keras = textsOf('keras');
  const [activation] = textsOf('activation');
  const [, second] = parameters;
  return {
    name,
    file,
    namespace: NAMESPACES.find((folder) => file.startsWith(`${folder}/`)),
    comment,
    isMethod: textsOf('method').length > 0,
    activations:
      activation === undefined ? [] : activation.split(' ').map((one) => one || snakeCase(name)),
    stepwise:
      textsOf('stepwise').length > 0 &&
      (second?.name.getText() === 'axis'
        ? { axis: second.initializer?.getText() ?? 'null' }
        : 'elements'),
    keras: keras
      .filter((text) => text !== 'none')
      .map((text) => (text.startsWith('= ') ? text.slice(2) : declarationOf(text, parameters))),
  };
}

/** What a module says: its operations, its exported types, and where its names come from. */
function readModule(sources, file) {
  const text = readFileSync(path.join(sources, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const module = { file, operations: [], types: new Map(), imports: new Map() };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const from = statement.moduleSpecifier.text;
      const names = statement.importClause?.namedBindings?.elements ?? [];
      if (from.startsWith('./')) for (const one of names) module.imports.set(one.name.text, path.join(path.dirname(file), from.replace(/\.js$/, '.ts'))); // prettier-ignore
    } else if (
      isExported(statement) &&
      (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
    ) {
      module.types.set(statement.name.text, statement);
    } else if (isExported(statement) && ts.isFunctionDeclaration(statement)) {
      readFunction(module, statement);
    }
  }
  return module;
}

function readFunction(module, statement) {
  const name = statement.name.text;
  const last = module.operations.at(-1);
  // Signatures that stand before the function have its comment.
  const tags = last?.name === name && last.tags.length > 0 ? last.tags : tagsOf(statement);
  const comment =
    statement.jsDoc?.at(-1)?.getText() ?? (last?.name === name ? last.comment : undefined);
  if (last?.name === name) module.operations.pop();
  module.operations.push({
    name,
    tags,
    comment,
    parameters: statement.parameters,
    node: statement,
  });
}

/** The exported types that a declaration names, and those that they name. */
function typesOf(modules, module, node, found) {
  const visit = (inner) => {
    const name = ts.isTypeReferenceNode(inner)
      ? inner.typeName.getText()
      : ts.isExpressionWithTypeArguments(inner)
        ? inner.expression.getText()
        : undefined;
    const home =
      name === undefined
        ? undefined
        : module.types.has(name)
          ? module
          : modules.get(module.imports.get(name));
    const declaration = home?.types.get(name);
    if (declaration && !found.has(name)) {
      found.set(name, home.file);
      typesOf(modules, home, declaration, found);
    }
    ts.forEachChild(inner, visit);
  };
  if (ts.isFunctionDeclaration(node))
    for (const part of [...node.parameters, node.type]) part && visit(part);
  else ts.forEachChild(node, visit);
  return found;
}

/** Whether an argument is options among which there are tensors. */
function isOfTensors(module, { type }) {
  const options = module.types.get(type?.getText());
  return options !== undefined && /: Tensor(?:Like)?\b/.test(options.getText());
}

/**
 * All public operations, in the order of their names, and the types in their signatures, by the files that export them.
 *
 * @param {string} [sources] the folder of the operations; default `src/engine/ops/`
 * @throws Error, naming file and function, for a tag that cannot be read, and for one that is forgotten.
 */
export function readOperations(sources = folder) {
  const files = readdirSync(sources, { recursive: true }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('generated'),
  );
  const modules = new Map(files.sort().map((file) => [file, readModule(sources, file)]));
  const operations = [];
  const types = new Map();
  for (const module of modules.values()) {
    for (const one of module.operations) {
      const has = (tag) => one.tags.some(([name]) => name === tag);
      const fail = (what) => {
        throw new Error(`src/engine/ops/${module.file}: ${one.name}${what}`);
      };
      const isActivation = path.basename(module.file) === 'activations.ts';
      if (isActivation && one.comment === undefined)
        fail(
          ' has no doc comment. Say what it computes, then in a line each: "@keras nn.Elu alpha=1", the class of Keras and its ' +
            'arguments, or "@keras none"; "@activation"; "@stepwise", if it goes from element to element; "@method", if it is a ' +
            'method of tensors; "@example", a call and its value.',
        );
      if (isActivation && !has('activation'))
        fail(' has no @activation. What is none belongs into another file.');
      if (!has('keras')) {
        if (one.tags.length > 0)
          fail(
            ' has no @keras. Say which class of Keras stands for the operation, or: @keras none',
          );
        continue;
      }
      try {
        operations.push({
          ...factsOf(module.file, one.name, one),
          hasTensorOptions: one.parameters.some((parameter) => isOfTensors(module, parameter)),
        });
      } catch (error) {
        fail(`: ${error.message}`);
      }
      typesOf(modules, module, one.node, types);
    }
  }
  return { operations: operations.sort((a, b) => a.name.localeCompare(b.name, 'en')), types };
}
