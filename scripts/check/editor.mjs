// Finds what an editor has no text for. Every function, class, option, property, parameter and method that the package exports needs a
// line that a hover shows. They are counted in the declarations in build/types, which are made unless those of the same sources are
// there. Prints a line for each one without a text, and fails if there is any. Also fails if a hover shows computed types, and if what
// an editor shows at some twenty calls differs from scripts/check/editor-picture.md, which `--write` writes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { comparePicture } from './editor-picture.mjs';
import { freshDeclarations } from '../build/declarations.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = path.join(root, 'build/types');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Types with which the library computes others, and literals to which TypeScript's own types are applied. */
const INTERNAL =
  /\b(?:Configured|Declaring|Given|OnSymbolic|OptionsOf|Over|Properties|Stored|SymbolicForm|WithSymbolic)<|\b(?:Omit|Partial|Pick)<\{/;

/** Members that no program calls: private ones, and those that `configurable` adds to classes. */
const HIDDEN = /^(?:#|__@|(?:prototype|declared|facts)$)/;

/** Walks through the exports of an entry point, and counts what has a text and what has none. */
class Walk {
  /** By kind: how many there are. */
  counts = Object.create(null);
  /** What has no text: its place in the declarations, with one path that leads there. */
  missing = new Map();
  /** What shows computed types, by the path that leads there. */
  computed = new Map();
  #seen = new Set();

  constructor(declarations) {
    this.declarations = declarations;
    this.checker = declarations.checker;
  }

  entry(name, file) {
    const module = this.checker.getSymbolAtLocation(this.declarations.file(file));
    for (const symbol of this.checker.getExportsOfModule(module)) {
      this.#symbol(symbol, `${name} ${symbol.name}`);
    }
  }

  #isOurs(node) {
    return node !== undefined && this.declarations.has(node);
  }

  #textOf(symbol) {
    return ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).trim();
  }

  #count(kind, way, name, node, text) {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    if (text !== '') return;
    const sourceFile = node.getSourceFile();
    const { line } = sourceFile.getLineAndCharacterOfPosition(node.getStart());
    const place = `${path.relative(folder, sourceFile.fileName)}:${line + 1} ${kind} ${name}`;
    if (!this.missing.has(place)) this.missing.set(place, way);
  }

  /** Notes a type or signature that an editor would show as computed from others, which tells a reader nothing. */
  #show(way, text) {
    const [internal] = INTERNAL.exec(text) ?? [];
    if (internal !== undefined) this.computed.set(way, `${internal} in ${text}`);
  }

  #symbol(given, way) {
    const isAlias = (given.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? this.checker.getAliasedSymbol(given) : given;
    const [node] = symbol.declarations ?? [];
    if (this.#seen.has(symbol) || !this.#isOurs(node)) return;
    this.#seen.add(symbol);
    const has = (flags) => (symbol.flags & flags) !== 0;
    if (has(ts.SymbolFlags.Module) && !has(ts.SymbolFlags.Class | ts.SymbolFlags.Function)) {
      for (const inner of this.checker.getExportsOfModule(symbol)) {
        this.#symbol(inner, `${way}.${inner.name}`);
      }
      return;
    }
    const kind = has(ts.SymbolFlags.Class) ? 'class' : has(ts.SymbolFlags.Value) ? 'value' : 'type';
    this.#count(kind, way, symbol.name, node, this.#textOf(symbol));
    if (has(ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) {
      const type = this.checker.getDeclaredTypeOfSymbol(symbol);
      if ((type.flags & ts.TypeFlags.Object) !== 0) this.#members(type, way);
    }
    if (!has(ts.SymbolFlags.Value)) return;
    const type = this.checker.getTypeOfSymbolAtLocation(symbol, node);
    const [calls, constructs] = [type.getCallSignatures(), type.getConstructSignatures()];
    for (const signature of calls) this.#signature(signature, 'function', way);
    for (const signature of constructs) this.#signature(signature, 'constructor', `new ${way}`);
    if (calls.length === 0) this.#members(type, way);
  }

  #signature(signature, kind, way) {
    const { declaration } = signature;
    if (!this.#isOurs(declaration)) return;
    this.#count(kind, way, '', declaration, this.#textOf(signature));
    this.#show(
      way,
      this.checker.signatureToString(signature, undefined, ts.TypeFormatFlags.NoTruncation),
    );
    for (const parameter of signature.parameters) {
      const node = parameter.valueDeclaration;
      if (!this.#isOurs(node) || parameter.name === 'this') continue;
      this.#count('parameter', way, parameter.name, node, this.#textOf(parameter));
      const type = this.checker.getTypeOfSymbolAtLocation(parameter, node);
      this.#options(type, `${way}(${parameter.name})`);
    }
  }

  /** The properties of an object that a function takes. */
  #options(given, way) {
    for (const type of given.isUnion() ? given.types : [given]) {
      const isObject = (type.flags & ts.TypeFlags.Object) !== 0;
      const isClass = ((type.symbol?.flags ?? 0) & ts.SymbolFlags.Class) !== 0;
      if (!isObject || isClass || this.#seen.has(type) || this.checker.isArrayLikeType(type))
        continue;
      this.#seen.add(type);
      if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) continue;
      for (const property of this.checker.getPropertiesOfType(type)) {
        const node = property.declarations?.find((declared) => this.#isOurs(declared));
        if (node !== undefined) this.#count('option', way, property.name, node, this.#textOf(property)); // prettier-ignore
      }
    }
  }

  #members(type, way) {
    for (const property of this.checker.getPropertiesOfType(type)) {
      const node = property.declarations?.find((declared) => this.#isOurs(declared));
      if (node === undefined || HIDDEN.test(property.name)) continue;
      if ((ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0) continue;
      const inner = `${way}.${property.name}`;
      if ((property.flags & ts.SymbolFlags.Method) === 0) {
        this.#count('property', inner, property.name, node, this.#textOf(property));
        const type = this.checker.getTypeOfSymbolAtLocation(property, node);
        this.#show(
          inner,
          this.checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation),
        );
        continue;
      }
      const { declarations } = property;
      const signatures = this.checker.getTypeOfSymbolAtLocation(property, node).getCallSignatures();
      for (const signature of signatures) {
        if (!declarations.includes(signature.declaration)) continue;
        if (this.#seen.has(signature.declaration)) continue;
        this.#seen.add(signature.declaration);
        this.#signature(signature, 'method', inner);
      }
    }
  }
}

process.chdir(root);
const walk = new Walk(freshDeclarations(root));
for (const [name, { types }] of Object.entries(manifest.exports)) {
  if (types === undefined) continue;
  walk.entry(name.replace(/^\./, 'lanegrad'), types.replace('./dist/types/', ''));
}
for (const [place, way] of [...walk.missing].sort()) console.log(`${place}   (${way})`);
for (const [way, text] of walk.computed) console.log(`${way} shows ${text}`);
const counted = Object.entries(walk.counts).map(([kind, n]) => `${n} × ${kind}`);
console.log(`An editor has a text for all but ${walk.missing.size} of ${counted.join(', ')}.`);
const isAsPictured = comparePicture(folder, process.argv.includes('--write'));
process.exitCode = walk.missing.size + walk.computed.size === 0 && isAsPictured ? 0 : 1;
