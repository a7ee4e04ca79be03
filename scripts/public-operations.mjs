// src/ops/public-operations.ts: the operations as programs call them, which take symbolic tensors as well. An editor shows
// the doc comment of a constant, not of the function in it, so each has a copy of the operation's.
//   node scripts/public-operations.mjs         fails if the file is not what the operations say
//   node scripts/public-operations.mjs --fix   writes it
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const folder = fileURLToPath(new URL('../src/ops/', import.meta.url));
const target = path.join(folder, 'public-operations.ts');

/** Functions of functions, and what asks for a tensor's origin, are no operations. */
const OTHERS = ['grad', 'logitsOf', 'valueAndGrad'];

const parse = (name) =>
  ts.createSourceFile(
    name,
    readFileSync(path.join(folder, name), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );

const isExported = (statement) =>
  (ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export) !== 0;

/** The function declarations that a module exports, by name. */
function functionsOf(name) {
  const source = parse(name);
  const found = new Map();
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement) && isExported(statement)) {
      found.set(statement.name.text, statement);
    } else if (ts.isExportDeclaration(statement) && !statement.isTypeOnly) {
      const inside = functionsOf(statement.moduleSpecifier.text.slice(2).replace(/\.js$/, '.ts'));
      const names = statement.exportClause?.elements.map((element) => element.name.text);
      for (const own of names ?? inside.keys()) {
        if (!inside.has(own)) throw new Error(`${name} exports ${own}, which is no function.`);
        found.set(own, inside.get(own));
      }
    }
  }
  return found;
}

/** The doc comment of an operation. TypeDoc takes a constant for a function if the comment says so. */
function commentOf(operation) {
  const comment = operation.jsDoc?.at(-1)?.getText();
  if (comment === undefined) throw new Error(`${operation.name.text} has no doc comment.`);
  return comment.replace(/\s*\*\/$/, '\n * @function\n */');
}

const HEAD = `/**
 * Functions of tensors, with gradients, and of symbolic tensors, where they are nodes of a graph. Most are methods of
 * tensors, too: \`x.add(y)\` is \`ops.add(x, y)\`.
 *
 * @module
 */

/* eslint max-lines: off -- written by scripts/public-operations.mjs: do not edit */
import type { Operation } from './operation-shape.js';
import * as operations from './operations.js';
import { callOperation } from './symbolic-operand.js';
import type { OnSymbolic } from './symbolic-operand.js';

// Code of the library imports the operations from index.ts, which do not look for symbolic tensors.
export type * from './operations.js';
export { grad, valueAndGrad } from './grad.js';
export { logitsOf } from './logits.js';

function onSymbolic<F extends Operation>(name: string, operation: F): OnSymbolic<F> {
  // The key gives the function its name.
  const { [name]: called } = {
    [name]: (...args: unknown[]) => callOperation(operation, name, args),
  };
  return called as OnSymbolic<F>;
}
`;

const written = [...functionsOf('operations.ts')]
  .filter(([name]) => !OTHERS.includes(name))
  .sort(([a], [b]) => a.localeCompare(b, 'en'))
  .map(
    ([name, operation]) =>
      `\n${commentOf(operation)}\n` +
      `export const ${name}: OnSymbolic<typeof operations.${name}> = onSymbolic('${name}', operations.${name});\n`,
  );

const options = await resolveConfig(target);
const text = await format(HEAD + written.join(''), { ...options, parser: 'typescript' });
if (process.argv.includes('--fix')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.log('src/ops/public-operations.ts is not what the operations say.');
  console.log('`node scripts/public-operations.mjs --fix` writes it.');
  process.exitCode = 1;
}
