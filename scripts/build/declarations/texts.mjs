// Copies each text to the places where an editor looks for it. The sources state a fact once: the class says what it does, the option
// what it means, the first class with a method what the method takes, and the type of an operand what it may be.
import ts from 'typescript';
import { capital } from './readable-types.mjs';
import { commentOf } from './sources.mjs';
import { ANYWHERE, PARAMETERS } from './parameters.mjs';

/** A doc comment as its description and its tags. */
export class Comment {
  constructor(text) {
    const lines = text
      .replace(/^\/\*\*\s?|\s*\*\/$/g, '')
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, ''));
    const parts = [[]];
    for (const line of lines) {
      if (/^@\w/.test(line)) parts.push([]);
      parts.at(-1).push(line);
    }
    const [description, ...tags] = parts.map((part) => part.join('\n').trim());
    this.description = description;
    this.tags = tags;
  }

  /** The text of `@param name`. */
  parameter(name) {
    const tag = this.tags.find((text) =>
      new RegExp(`^@param ${escaped(name)}(?:\\s|$)`).test(text),
    );
    return tag?.replace(/^@param \S+\s*(?:- )?/, '') ?? '';
  }

  with(tag) {
    return this.tags.filter((text) => text.startsWith(`@${tag}`));
  }

  /** The comment as it is written before a declaration. */
  print(indent) {
    const lines = [this.description, this.tags.join('\n')].filter((text) => text !== '');
    const text = lines.join('\n\n');
    if (!text.includes('\n') && text.length < 100) return `/** ${text} */\n${indent}`;
    return `/**\n${text.replace(/^.*$/gm, (line) => `${indent} * ${line}`.trimEnd())}\n${indent} */\n${indent}`;
  }
}

const escaped = (text) => text.replace(/[$]/g, String.raw`\$&`);

/** A text of sentences as the fragment of one: `Length of the axis.` → `length of the axis`. */
const fragment = (text) =>
  (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text).replace(
    /\.$/,
    '',
  );

/** Where a sentence ends. */
const firstSentence = (text) => /^[^]*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;

class Texts {
  constructor(declarations) {
    this.declarations = declarations;
    this.checker = declarations.checker;
  }

  run() {
    for (const sourceFile of this.declarations.sourceFiles) {
      this.sourceFile = sourceFile;
      for (const node of sourceFile.statements) this.#statement(node);
    }
  }

  #statement(node) {
    if (ts.isModuleDeclaration(node))
      node.body?.statements.forEach((inner) => this.#statement(inner));
    if (ts.isClassDeclaration(node)) this.#class(node);
    if (ts.isInterfaceDeclaration(node)) this.#members(node);
    if (ts.isFunctionDeclaration(node)) this.#call(node, this.#overloadsOf(node, node.parent));
  }

  /** The other signatures of a function or method, and itself. */
  #overloadsOf(node, parent) {
    const all = parent.statements ?? parent.members;
    return all.filter(
      (other) => other.kind === node.kind && other.name?.getText() === node.name?.getText(),
    );
  }

  #class(node) {
    this.options = this.#optionsOf(node);
    this.#members(node);
    this.options = new Map();
  }

  options = new Map();

  /** The texts of the options of a class, and of the arguments of its constructor before them. */
  #optionsOf(node) {
    const texts = new Map();
    for (const constructor of node.members.filter(ts.isConstructorDeclaration)) {
      const comment = new Comment(commentOf(constructor));
      for (const parameter of constructor.parameters) {
        const text = comment.parameter(parameter.name.getText());
        if (text !== '') texts.set(parameter.name.getText(), text);
        if (parameter.type === undefined) continue;
        const type = this.checker.getNonNullableType(
          this.checker.getTypeFromTypeNode(parameter.type),
        );
        for (const property of parameter.name.getText() === 'options'
          ? this.checker.getPropertiesOfType(type)
          : []) {
          const said = this.#textOf(property);
          if (said !== '') texts.set(property.name, said);
        }
      }
    }
    return texts;
  }

  #textOf(symbol) {
    return ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).trim();
  }

  #members(node) {
    for (const member of node.members) {
      if (isCall(member)) this.#call(member, this.#overloadsOf(member, node), node);
      else if (member.name !== undefined) this.#property(member, node);
    }
  }

  /** A property gets the text of the option of the same name, or else that of the property above. */
  #property(member, owner) {
    const symbol = this.checker.getSymbolAtLocation(member.name);
    if (symbol === undefined || this.#textOf(symbol) !== '') return;
    const above = this.#above(member, owner).map(
      (node) => new Comment(commentOf(node)).description,
    );
    const text = this.options.get(member.name.getText()) ?? above.find((said) => said !== '');
    if (text !== undefined)
      this.#set(member, Object.assign(new Comment(''), { description: capital(text) }));
  }

  /** A function, method or constructor. */
  #call(node, overloads, owner) {
    const comment = new Comment(commentOf(node));
    const documented = overloads.map((other) => new Comment(commentOf(other)));
    const above =
      owner === undefined || ts.isConstructorDeclaration(node)
        ? []
        : this.#methodsAbove(node, owner);
    if (comment.description === '') {
      const others = [...documented, ...above.map((other) => other.comment)];
      this.#describe(node, comment, others, owner);
    }
    const taken = new Set(node.parameters.map((parameter) => parameter.name.getText()));
    const parameters = node.parameters.map((parameter, i) => {
      const name = this.#nameParameter(parameter, i, above, comment, taken);
      // A method may call a parameter by another name than the method above.
      const ofOthers = above.map((other) => other.comment.parameter(nameAt(other.node, i) ?? name));
      const said = [
        ...[comment, ...documented].map((text) => text.parameter(name)),
        ...above.map((other) => other.comment.parameter(name)),
        ...ofOthers,
      ].find((text) => text !== '');
      return {
        name,
        text: said ?? this.#textOfParameter(parameter, name, this.#made(node, owner)),
      };
    });
    const rest = comment.tags.filter((text) => !text.startsWith('@param'));
    comment.tags = [
      ...parameters
        .filter(({ text }) => text !== '')
        .map(({ name, text }) => `@param ${name} ${text}`),
      ...rest,
    ];
    if (comment.description !== '' || comment.tags.length > 0) this.#set(node, comment);
  }

  /** A constructor gets the text of its class, a signature that of the other signatures, a method that of the method above. */
  #describe(node, comment, others, owner) {
    const source = ts.isConstructorDeclaration(node)
      ? new Comment(commentOf(owner))
      : others.find(({ description }) => description !== '');
    if (source === undefined) return;
    comment.description = source.description;
    for (const tag of ['throws', 'example', 'returns']) {
      if (comment.with(tag).length === 0) comment.tags.push(...source.with(tag));
    }
  }

  /** The methods of this name in classes and interfaces above, with their comments, the nearest first. */
  #methodsAbove(node, owner) {
    return this.#above(node, owner)
      .filter(isCall)
      .map((above) => ({ node: above, comment: new Comment(commentOf(above)) }));
  }

  /** What declares a member in classes and interfaces above, the nearest first. A base may be a value that is not a class. */
  #above(node, owner, found = []) {
    const name = node.name?.getText();
    if (name === undefined) return found;
    const isStatic = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
    for (const base of (owner.heritageClauses ?? []).flatMap(({ types }) => types)) {
      const type = this.checker.getTypeAtLocation(isStatic ? base.expression : base);
      const declared = this.checker.getPropertyOfType(type, name)?.declarations ?? [];
      found.push(...declared);
      for (const parent of new Set(declared.map((member) => member.parent)))
        this.#above(node, parent, found);
    }
    return found;
  }

  /** A parameter that a method does not read, or takes apart, has the name that the method has for it above. */
  #nameParameter(parameter, i, above, comment, taken) {
    const written = parameter.name.getText();
    if (/^[a-z]\w*$/i.test(written)) return written;
    const names = above.map(({ node }) => nameAt(node, i) ?? '');
    const inComment = /^@param (\S+)/.exec(comment.with('param')[i] ?? '')?.[1];
    taken.add(written);
    const candidates = [
      ...names,
      inComment ?? '',
      written.replace(/^_/, ''),
      ...(written.startsWith('{') ? ['options'] : []),
    ];
    const name = candidates.find((other) => /^[a-z]\w*$/i.test(other) && !taken.has(other));
    if (name === undefined) return written;
    taken.add(name);
    this.declarations.edit(
      this.sourceFile,
      parameter.name.getStart(),
      parameter.name.getEnd(),
      name,
    );
    return name;
  }

  /** The type of what a constructor makes, or a function that stands for a constructor. */
  #made(node, owner) {
    if (ts.isFunctionDeclaration(node))
      return node.type && this.checker.getTypeFromTypeNode(node.type);
    if (!ts.isConstructorDeclaration(node)) return undefined;
    return this.checker.getDeclaredTypeOfSymbol(this.checker.getSymbolAtLocation(owner.name));
  }

  /** What a parameter of this name is everywhere, what the object says that stores it, or what its type says. */
  #textOfParameter({ type }, name, made) {
    const file = this.sourceFile.fileName.slice(this.declarations.folder.length + '/src/'.length);
    const nearest = PARAMETERS.find(
      ([place, texts]) => file.startsWith(place) && Object.hasOwn(texts, name),
    );
    const property = made?.getProperty(name);
    const stored =
      property === undefined ? undefined : fragment(this.#textOf(property)) || undefined;
    return nearest?.[1][name] ?? stored ?? this.#textOfType(type) ?? ANYWHERE[name] ?? '';
  }

  /** The text of the type of a parameter. */
  #textOfType(type) {
    if (type === undefined) return undefined;
    const [named, more] = (ts.isUnionTypeNode(type) ? type.types : [type]).filter(
      (part) => part.kind !== ts.SyntaxKind.UndefinedKeyword,
    );
    if (more !== undefined || !ts.isTypeReferenceNode(named)) return undefined;
    const symbol = this.checker.getSymbolAtLocation(named.typeName);
    const isAlias = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const target = isAlias ? this.checker.getAliasedSymbol(symbol) : symbol;
    if (!target?.declarations?.some((node) => this.declarations.has(node))) return undefined;
    return firstSentence(this.#textOf(target)) || undefined;
  }

  #set(node, comment) {
    const last = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
    const start = (last ?? node).getStart();
    const end = last === undefined ? start : node.getStart();
    const indent = ts.isSourceFile(node.parent) ? '' : '    ';
    this.declarations.edit(this.sourceFile, start, end, comment.print(indent));
  }
}

/** The name of a parameter of a method, without the line before the name of one that it does not read. */
const nameAt = ({ parameters }, i) => parameters[i]?.name.getText().replace(/^_/, '');

const isCall = (node) =>
  ts.isMethodDeclaration(node) ||
  ts.isMethodSignature(node) ||
  ts.isConstructorDeclaration(node) ||
  ts.isCallSignatureDeclaration(node);

/** Takes the texts of all files to where editors look. */
export function spreadTexts(declarations) {
  new Texts(declarations).run();
  declarations.apply();
}
