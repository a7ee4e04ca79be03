// Types that the sources compute, written out: the options of a class as an interface with a line for each, a class that
// `configurable` makes as a class with its properties, names as a union of texts, operations as functions, and the methods of
// tensors as methods.
import ts from 'typescript';
import { commentOf, commentOfSymbol, optionsOf, Sources } from './sources.mjs';

/** Whether one of the declarations of a property is that of an option. */
const isOption = ({ declarations = [] }) =>
  declarations.some(({ parent }) => !ts.isClassLike(parent));

const isAbstract = ({ valueDeclaration }) =>
  valueDeclaration !== undefined &&
  (ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.Abstract) !== 0;

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const indented = (comment) =>
  comment === '' ? '' : `    ${comment.replace(/\n\s*\*/g, '\n     *')}\n`;

const NAME = /^[A-Za-z_$][\w$]*$/;
const keyOf = (name) => (NAME.test(name) ? name : `'${name}'`);

/** Whether the text of a node computes options from what a class declares. */
const computesOptions = (node) => /\b(?:OptionsOf|OptionsOfFunction|Given)</.test(node.getText());

class ReadableTypes {
  constructor(declarations, sources) {
    this.declarations = declarations;
    this.checker = declarations.checker;
    this.sources = sources;
  }

  run() {
    this.#readOperations();
    for (const sourceFile of this.declarations.sourceFiles) {
      for (const node of sourceFile.statements) this.#statement(sourceFile, node);
    }
  }

  #statement(sourceFile, node) {
    if (ts.isClassDeclaration(node)) this.#class(sourceFile, node);
    else if (ts.isInterfaceDeclaration(node)) this.#interface(sourceFile, node);
    else if (ts.isTypeAliasDeclaration(node)) this.#alias(sourceFile, node);
    else if (ts.isVariableStatement(node)) this.#variable(sourceFile, node);
  }

  #variable(sourceFile, statement) {
    this.#operation(sourceFile, statement);
    const [{ name, type }] = statement.declarationList.declarations;
    if (type === undefined || !/\bConfigured</.test(type.getText())) return;
    const of = name.getText().replace(/_base$/, '');
    // What is the base of one class alone gives way to the class below it.
    const above = sourceFile.statements.find(
      (node) => ts.isClassDeclaration(node) && node.name.text === of,
    );
    const isLeft =
      this.#baseOf(sourceFile, of, above?.heritageClauses?.[0]?.types[0]) === undefined;
    if (isLeft) this.#base(sourceFile, of, type);
  }

  /** The properties of a base class that is a value, for which the compiler writes no texts. */
  #base(sourceFile, name, node) {
    if (ts.isPropertySignature(node) && commentOf(node) === '') {
      const comment = this.sources.commentOfValue(sourceFile, name, node.name.getText());
      const start = node.getStart();
      if (comment !== '')
        this.declarations.edit(sourceFile, start, start, `${indented(comment).trim()}\n    `);
    }
    ts.forEachChild(node, (inner) => this.#base(sourceFile, name, inner));
  }

  /** A class with a base that `configurable` makes extends the class below, and has the options that it adds as properties. */
  #class(sourceFile, node) {
    const heritage = node.heritageClauses?.[0]?.types[0];
    const below = this.#baseOf(sourceFile, node.name.text, heritage);
    if (below === undefined) return;
    const base = this.declarations.classFrom(sourceFile, below.file, below.name);
    const generic = below.typeArguments.length === 0 ? '' : `<${below.typeArguments.join(', ')}>`;
    const { edit } = this.#editor(sourceFile);
    const made = this.checker.getSymbolAtLocation(heritage.expression).valueDeclaration.parent
      .parent;
    edit(heritage.getStart(), heritage.getEnd(), base + generic);
    edit(node.members.pos, node.members.pos, this.#membersOf(sourceFile, node, made));
    edit(made.getFullStart(), made.getEnd(), '');
  }

  /** The class that `configurable` was given, or another function that calls `configurable`. */
  #baseOf(sourceFile, name, heritage) {
    const below = this.sources.configuredBase(sourceFile, name);
    if (below !== undefined || heritage === undefined) return below;
    const made = this.checker.getSymbolAtLocation(heritage.expression)?.valueDeclaration;
    const type = made?.getSourceFile() === sourceFile ? made.type : undefined;
    if (type === undefined || nameOfReference(type) !== 'Configured') return undefined;
    const [given] = type.typeArguments;
    if (!ts.isTypeQueryNode(given) && !(ts.isImportTypeNode(given) && given.isTypeOf))
      return undefined;
    const { symbol } = this.checker.getTypeFromTypeNode(given);
    return {
      name: symbol.name,
      file: symbol.valueDeclaration.getSourceFile().fileName,
      typeArguments: [],
    };
  }

  /** The texts of the operations that are methods. The first operand is the tensor itself. */
  #operations = new Map();

  #readOperations() {
    const sourceFile = this.declarations.file('src/engine/ops/generated/method-operations.d.ts');
    const module = this.checker.getSymbolAtLocation(sourceFile);
    for (const symbol of this.checker.getExportsOfModule(module)) {
      const operation = this.checker.getAliasedSymbol(symbol);
      const { parameters } = operation.valueDeclaration;
      const comment = commentOfSymbol(operation).replace(FACTS, '');
      this.#operations.set(symbol.name, {
        comment: withoutParameter(comment, parameters[0].name.getText()),
        rest: parameters.find(({ dotDotDotToken }) => dotDotDotToken)?.name.getText(),
      });
    }
  }

  #editor(sourceFile) {
    return { edit: (...args) => this.declarations.edit(sourceFile, ...args) };
  }

  #membersOf(sourceFile, node, made) {
    const { checker } = this;
    const symbol = checker.getSymbolAtLocation(node.name);
    const instance = checker.getDeclaredTypeOfSymbol(symbol);
    const [configured] = made.declarationList.declarations;
    const belowType = checker.getTypeFromTypeNode(configured.type.typeArguments[0]);
    const [signature] = checker.getSignaturesOfType(belowType, ts.SignatureKind.Construct);
    const inherited = signature.getReturnType();
    const own = new Set(node.members.map((member) => member.name?.getText()));
    const lines = checker.getPropertiesOfType(instance).flatMap((property) => {
      const before = checker.getPropertyOfType(inherited, property.name);
      const isNew = before === undefined || (isAbstract(before) && isOption(property));
      if (!isNew || own.has(property.name) || property.name === '#private') return [];
      const type = checker.getTypeOfSymbolAtLocation(property, node);
      return [
        `\n${indented(this.#commentOf(property, sourceFile, node))}    readonly ${keyOf(property.name)}: ${this.declarations.print(type, sourceFile)};`,
      ];
    });
    const hasConstructor = node.members.some(ts.isConstructorDeclaration);
    if (!hasConstructor) lines.push(this.#constructorOf(sourceFile, node));
    if (checker.getPropertyOfType(belowType, 'fromConfig') === undefined)
      lines.push(
        FROM_CONFIG.replace(
          'CONFIG',
          this.declarations.moduleFrom(sourceFile, 'src/config/options.js'),
        ),
      );
    return lines.join('');
  }

  #constructorOf(sourceFile, node) {
    const symbol = this.checker.getSymbolAtLocation(node.name);
    const type = this.checker.getTypeOfSymbolAtLocation(symbol, node);
    const [signature] = this.checker.getSignaturesOfType(type, ts.SignatureKind.Construct);
    const parameters = this.#parametersOf(
      signature,
      ts.SyntaxKind.Constructor,
      node.name.text,
      sourceFile,
    );
    return `\n    constructor(${parameters});`;
  }

  /** The parameters of a signature as code, with a name for options that are computed. */
  #parametersOf(signature, kind, owner, sourceFile) {
    const { parameters } = this.declarations.declare(signature, kind, sourceFile);
    const texts = parameters.map((parameter) => {
      const text = this.declarations.printNode(parameter, sourceFile);
      if (!/^options\?: (?:Partial<)?\{/.test(text)) return text;
      return `options?: ${this.#nameOptions(sourceFile, owner, optionsOf(signature, this.checker))}`;
    });
    return texts.join(', ');
  }

  /** The interface of the options that `owner` takes: its own, that of a class above where it adds none, else a new one. */
  #nameOptions(sourceFile, owner, type) {
    const found = this.#findOptions(sourceFile, owner, this.#namesOf(type));
    if (found !== undefined) {
      return this.declarations.nameFrom(
        sourceFile,
        found.getSourceFile().fileName,
        found.name.text,
      );
    }
    // As in the sources: a class has options, a function parameters.
    const name = `${capital(owner)}${/^[A-Z]/.test(owner) ? 'Options' : 'Parameters'}`;
    const { edit } = this.#editor(sourceFile);
    const lines = this.checker.getPropertiesOfType(type).map((property) => {
      const comment = commentOfSymbol(property) || this.sources.commentOfOption(sourceFile, owner, property.name); // prettier-ignore
      return this.#member(property, sourceFile, sourceFile, comment);
    });
    const text = `/** Options of \`${owner}\`. */\nexport interface ${name} {${lines.join('')}\n}\n`;
    edit(sourceFile.end, sourceFile.end, text);
    this.declarations.exportBeside(sourceFile, owner, name);
    return name;
  }

  #findOptions(sourceFile, owner, names) {
    const node = sourceFile.statements.find((other) => other.name?.text === owner);
    const found = [
      ...sourceFile.statements.filter((other) =>
        other.name?.text.toLowerCase().startsWith(owner.toLowerCase()),
      ),
      this.#optionsOfConstructor(node),
    ].find((other) => this.#isInterfaceOf(other, names));
    if (found !== undefined) return found;
    const below =
      this.#baseOf(sourceFile, owner, node?.heritageClauses?.[0]?.types[0]) ??
      this.sources.base(sourceFile, owner);
    if (below === undefined) return undefined;
    return this.#findOptions(
      this.declarations.program.getSourceFile(below.file),
      below.name,
      names,
    );
  }

  /** What declares the type of the options of a constructor, if the class has one. */
  #optionsOfConstructor(node) {
    const constructor = node?.members?.find(ts.isConstructorDeclaration);
    const given = constructor?.parameters.find(({ name }) => name.getText() === 'options');
    if (given?.type === undefined || !ts.isTypeReferenceNode(given.type)) return undefined;
    return this.checker.getTypeFromTypeNode(given.type).symbol?.declarations?.[0];
  }

  /** Whether a node is an interface with properties of these names. */
  #isInterfaceOf(node, names) {
    if (node === undefined || !ts.isInterfaceDeclaration(node) || node.typeParameters !== undefined)
      return false;
    return this.#namesOf(this.checker.getTypeAtLocation(node.name)) === names;
  }

  /** The names of the properties of a type. */
  #namesOf(type) {
    return this.checker
      .getPropertiesOfType(type)
      .map(({ name }) => name)
      .sort()
      .join(' ');
  }

  /** Options that are computed become an interface that has them, and methods of tensors methods. */
  #interface(sourceFile, node) {
    const heritage = node.heritageClauses?.[0];
    if (heritage === undefined) return;
    const hasMethods = heritage.types.some((base) => base.expression.getText() === 'Methods');
    if (!hasMethods && !heritage.types.some(computesOptions)) return;
    const { edit } = this.#editor(sourceFile);
    edit(heritage.getStart(), heritage.getEnd(), '');
    const type = this.checker.getDeclaredTypeOfSymbol(this.checker.getSymbolAtLocation(node.name));
    const own = new Set(node.members.map((member) => member.name?.getText()));
    const lines = this.checker
      .getPropertiesOfType(type)
      .filter(({ name }) => !own.has(name))
      .sort((a, b) => compare(placeOf(a, sourceFile), placeOf(b, sourceFile)))
      .map((property) => {
        // An option may have the name of an operation, such as `mean`.
        const operation = hasMethods ? this.#operations.get(property.name) : undefined;
        const comment = operation?.comment ?? this.#commentOf(property, sourceFile, node);
        return this.#member(property, node, sourceFile, comment, operation?.rest);
      });
    edit(node.members.pos, node.members.pos, lines.join(''));
  }

  /** What is said of a property of an interface or class: the declarations of the compiler lose some of it. */
  #commentOf(property, sourceFile, { name }) {
    return (
      commentOfSymbol(property) || this.sources.commentOf(sourceFile, name.text, property.name)
    );
  }

  /** @param rest the name of arguments that are taken all together, which types lose */
  #member(property, node, sourceFile, said, rest) {
    const type = this.checker.getTypeOfSymbolAtLocation(property, node);
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const comment = indented(said);
    const signatures = type.getCallSignatures();
    if (signatures.length > 0 && !isOptional) {
      return signatures
        .map((signature) => {
          const declared = this.declarations.declare(
            signature,
            ts.SyntaxKind.MethodSignature,
            sourceFile,
          );
          const printed = this.declarations.printNode(declared, sourceFile);
          const text = rest === undefined ? printed : printed.replace('...args:', `...${rest}:`);
          return `\n${comment}    ${keyOf(property.name)}${text.slice(text.search(/[(<]/))}`;
        })
        .join('');
    }
    const readonly = isOptional ? 'readonly ' : '';
    const text = this.declarations.print(type, sourceFile);
    return `\n${comment}    ${readonly}${keyOf(property.name)}${isOptional ? '?' : ''}: ${text};`;
  }

  /** Names that are computed become a union of texts. What a program can extend stays as it is. */
  #alias(sourceFile, node) {
    if (node.typeParameters !== undefined) return;
    const { edit } = this.#editor(sourceFile);
    for (const part of ts.isUnionTypeNode(node.type) ? node.type.types : [node.type]) {
      if (!/\b(?:NamesOf|ClassNames|EitherSpelling)</.test(part.getText())) continue;
      const type = this.checker.getTypeFromTypeNode(part);
      const names = type.isUnion() ? type.types : [type];
      const texts = names.map((name) => this.declarations.print(name, sourceFile));
      edit(part.getStart(), part.getEnd(), texts.join(' | '));
    }
  }

  /** A constant that is a function becomes one, with one signature or several: the second one of an operation takes symbolic tensors. */
  #operation(sourceFile, statement) {
    const [node] = statement.declarationList.declarations;
    const { type: written } = node ?? {};
    if (written === undefined) return;
    if (!ts.isFunctionTypeNode(written) && !FUNCTIONS.has(nameOfReference(written))) return;
    const type = this.checker.getTypeFromTypeNode(node.type);
    const comment = commentOf(statement).replace(/\n\s*\* @function\b/, '');
    const name = node.name.getText();
    const lines = type.getCallSignatures().map((signature, i) => {
      const declared = this.declarations.declare(
        signature,
        ts.SyntaxKind.MethodSignature,
        sourceFile,
      );
      const generic = (declared.typeParameters ?? []).map((parameter) => this.declarations.printNode(parameter, sourceFile)); // prettier-ignore
      const head = generic.length === 0 ? name : `${name}<${generic.join(', ')}>`;
      const owner = i === 0 ? name : `symbolic${capital(name)}`;
      const parameters = this.#parametersOf(
        signature,
        ts.SyntaxKind.MethodSignature,
        owner,
        sourceFile,
      );
      const result = this.declarations.printNode(declared.type, sourceFile);
      return `\n${comment}\nexport declare function ${head}(${parameters}): ${result};`;
    });
    const { edit } = this.#editor(sourceFile);
    edit(statement.getFullStart(), statement.getEnd(), lines.join(''));
  }
}

/** Types of constants that are functions: operations, which take symbolic tensors too, losses, and data sets of folders. */
const FUNCTIONS = new Set(['OnSymbolic', 'KerasFunction', 'FolderDatasetFunction']);

const FROM_CONFIG = `
    /** The object that a config of Keras describes. @throws ValueError for a key or a value that is not known. */
    static fromConfig<T>(this: new (...args: never[]) => T, config: import("CONFIG").Config): T;`;

function nameOfReference(node) {
  if (node === undefined) return '';
  if (ts.isTypeReferenceNode(node)) return node.typeName.getText();
  if (ts.isImportTypeNode(node)) return node.qualifier?.getText() ?? '';
  return '';
}

/** What comments of operations say for the generated sources. */
const FACTS = /\n\s*\* @(?:activation|keras|method|stepwise)\b.*/g;

/** A comment without its text about a parameter, which may take several lines. */
const withoutParameter = (comment, name) =>
  comment.replace(new RegExp(String.raw`\n\s*\* @param ${name} [^]*?(?=\n\s*(?:\* @|\*/))`), '');

const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1);

/** Declarations of the file itself come first, in its order. */
function placeOf({ declarations: [node] = [] }, sourceFile) {
  return node?.getSourceFile() === sourceFile ? node.pos : Infinity;
}

/** Writes out the types of all files. */
export function readableTypes(declarations, program) {
  new ReadableTypes(declarations, new Sources(program, declarations.folder)).run();
  declarations.apply();
}
