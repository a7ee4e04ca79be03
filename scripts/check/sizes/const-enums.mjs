// Numbers in place of `const enum`s, as TypeScript puts them into the modules of the package. Vite, which sees one
// module at a time, would turn each enum into an object.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The values of all exported `const enum`s in these folders: `UnaryOp.Negate` → 0. */
function readConstEnums(folders) {
  const values = new Map();
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true })) {
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(path.join(folder, name), 'utf8');
      if (!text.includes('export const enum')) continue;
      const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
      for (const { name: owner, members } of source.statements.filter(ts.isEnumDeclaration)) {
        let next = 0;
        for (const member of members) {
          const value = member.initializer === undefined ? next : Number(member.initializer.text);
          if (Number.isNaN(value)) {
            throw new Error(`${name}: write the value of ${owner.text}.${member.name.text} as a number`); // prettier-ignore
          }
          values.set(`${owner.text}.${member.name.text}`, value);
          next = value + 1;
        }
      }
    }
  }
  return values;
}

/** @param {string[]} folders where enums are @returns what puts numbers into the text of a module */
export function constEnumInliner(folders) {
  const values = readConstEnums(folders);
  return (text) =>
    text
      // Imports name it still.
      .replace(/^export const enum (\w+) \{[^}]*\}/gm, 'export const $1 = {};')
      .replace(/\b[A-Z]\w*\.[A-Za-z]\w*/g, (name) => String(values.get(name) ?? name));
}
