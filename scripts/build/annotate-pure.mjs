// Marks calls that modules make for their constants and base classes as free of side effects, so that bundlers leave out what is not
// used: `class Dense extends configurable(…)`, `const add = operation(…)`. This holds for all modules except those that package.json
// lists because of their effects, such as the module of a worker. In all others, code with an effect is a separate statement.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const MARK = '/* @__PURE__ */ ';

/** @param {string} text a module in TypeScript or JavaScript @returns {string} the same with marks */
export function annotatePure(text) {
  if (!/\bextends \w+\(|\bconst \w/.test(text)) return text;
  const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true);
  const starts = [];
  const visit = (node) => {
    // What is inside runs when it is called.
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) starts.push(node.getStart(source));
    ts.forEachChild(node, visit);
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      const { flags, declarations } = statement.declarationList;
      if ((flags & ts.NodeFlags.Const) === 0) continue;
      for (const { initializer } of declarations) if (initializer !== undefined) visit(initializer);
    } else if (ts.isClassDeclaration(statement)) {
      for (const clause of statement.heritageClauses ?? []) visit(clause);
    }
  }
  let marked = text;
  for (const start of [...new Set(starts)].sort((a, b) => b - a)) {
    if (marked.slice(0, start).endsWith(MARK)) continue;
    marked = marked.slice(0, start) + MARK + marked.slice(start);
  }
  return marked;
}

/** Marks all modules in a folder, except for those that run for their effects. */
export function annotateFolder(folder) {
  const { sideEffects } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = path.join(folder, name);
    if (!name.endsWith('.js') || sideEffects.includes(`./${file}`)) continue;
    writeFileSync(file, annotatePure(readFileSync(file, 'utf8')));
  }
}
