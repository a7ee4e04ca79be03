// Writes the second derivatives of the functions of one element as compositions of operations, which have the higher
// derivatives. A class of assembly/ops/functions/ declares f″ next to its value and gradient:
//
//   @second s = sigmoid(x); s * (1 - s) * (1 - 2 * s)
//
// An expression of JavaScript in the argument x, the value y and the parameters a, b and c, after any number of `name =
// expression;`. It knows + - * /, conditions (x > 0 ? 0 : y) with < and >, operations by name, and Math on numbers.
import ts from 'typescript';
import { readFunctions } from './write-functions.mjs';

/** The module of each operation of a formula, apart from the arithmetic. */
const MODULES = {
  activations: ['sigmoid', 'softplus'],
  arithmetic: ['add', 'div', 'mul', 'neg', 'sub'],
  compare: ['greater', 'less'],
  'piecewise-linear': ['abs', 'clip', 'sign'],
  unary: ['exp', 'sqrt', 'tanh'],
  where: ['where'],
};
const OPERATIONS = new Set(Object.values(MODULES).flat());

/** What a formula reads: is it a tensor? */
const OPERANDS = { x: true, y: true, a: false, b: false, c: false };

const OPERATORS = new Map([
  [ts.SyntaxKind.PlusToken, 'add'],
  [ts.SyntaxKind.MinusToken, 'sub'],
  [ts.SyntaxKind.AsteriskToken, 'mul'],
  [ts.SyntaxKind.SlashToken, 'div'],
  [ts.SyntaxKind.GreaterThanToken, 'greater'],
  [ts.SyntaxKind.LessThanToken, 'less'],
]);

/** A formula in terms of operations. */
class Formula {
  #operands = new Set();
  #isTensor = new Map(Object.entries(OPERANDS));

  constructor(text, where) {
    this.where = where;
    const { statements } = ts.createSourceFile('formula.ts', text, ts.ScriptTarget.Latest, true);
    this.lines = statements.map((statement, i) => {
      const { expression } = statement;
      if (expression === undefined) this.#refuse(statement);
      return i < statements.length - 1 ? this.#constant(expression) : this.#result(expression);
    });
  }

  /** A function of TypeScript that says this. */
  get code() {
    const head = `({ ${[...this.#operands].sort().join(', ')} }) =>`;
    return `${head} {\n    ${this.lines.join('\n    ')}\n  }`;
  }

  #constant({ left, operatorToken, right }) {
    if (operatorToken?.kind !== ts.SyntaxKind.EqualsToken) this.#refuse(left ?? right);
    const name = left.getText();
    const { code, isTensor } = this.#read(right);
    this.#isTensor.set(name, isTensor);
    return `const ${name} = ${code};`;
  }

  #result(node) {
    const { code, isTensor } = this.#read(node);
    if (isTensor) return `return ${code};`;
    this.#operands.add('x');
    return `return full(x.shape, ${code});`;
  }

  #refuse(node) {
    throw new Error(
      `${this.where}: @second does not understand '${node.getText()}'. A formula is an expression of the argument x, the value y ` +
        `and the parameters a, b and c. It may contain numbers, + - * /, conditions such as x > 0 ? 0 : y, the operations ` +
        `${[...OPERATIONS].sort().join(', ')}, and Math on numbers alone, such as Math.sqrt(2 / Math.PI). Before it may stand ` +
        `constants: name = expression; What else a formula needs goes into MODULES of scripts/generate/second-derivatives.mjs.`,
    );
  }

  /** The code of an expression, and whether that is a tensor or a number of JavaScript. */
  #read(node) {
    const name = node.getText();
    if (ts.isParenthesizedExpression(node)) return this.#read(node.expression);
    if (ts.isNumericLiteral(node) || name === 'Math.PI') return { code: name, isTensor: false };
    if (ts.isBinaryExpression(node)) {
      return this.#apply(OPERATORS.get(node.operatorToken.kind), [node.left, node.right], node);
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken)
      return this.#apply('neg', [node.operand], node);
    if (ts.isConditionalExpression(node)) {
      return this.#apply('where', [node.condition, node.whenTrue, node.whenFalse], node);
    }
    if (ts.isCallExpression(node)) {
      return this.#apply(node.expression.getText(), node.arguments, node);
    }
    const isTensor = this.#isTensor.get(name);
    if (isTensor === undefined) this.#refuse(node);
    if (name in OPERANDS) this.#operands.add(name);
    return { code: name, isTensor };
  }

  #apply(name, operands, node) {
    const read = operands.map((operand) => this.#read(operand));
    if (!read.some(({ isTensor }) => isTensor))
      return { code: `(${node.getText()})`, isTensor: false };
    if (!OPERATIONS.has(name)) this.#refuse(node);
    return { code: `${name}(${read.map(({ code }) => code).join(', ')})`, isTensor: true };
  }
}

/** The module of all second derivatives. @param {object[]} [files] of `readFunctions` */
export function secondDerivativeModules(files = readFunctions()) {
  const lines = files.flatMap(({ file, functions }) =>
    functions.map(({ name, second }) => {
      const where = `assembly/ops/functions/${file}.ts, ${name}`;
      if (!second) {
        throw new Error(
          `${where}: the second derivative is missing. Write it into the doc comment of the class: "@second" and an expression of x, y, a, b and c, as scripts/generate/second-derivatives.mjs explains.`,
        );
      }
      return `  [UnaryOp.${name}]: ${new Formula(second, where).code},\n`;
    }),
  );
  const body = lines.join('');
  const imports = Object.entries(MODULES).flatMap(([module, names]) => {
    const taken = names.filter((name) => body.includes(`${name}(`));
    const from = `from '../elementwise/${module}.js';\n`;
    return taken.length === 0 ? [] : [`import { ${taken.join(', ')} } ${from}`];
  });
  const text = `// Generated by scripts/generate/second-derivatives.mjs from the classes of assembly/ops/functions/.
import { UnaryOp } from '../../../../assembly/generated/unary-op.js';
import { full } from '../../tensor/index.js';
${imports.join('')}import type { SecondDerivative } from '../elementwise/unary.js';

/** f″ of every function of one element that kernels know. */
export const secondDerivatives: Readonly<Record<UnaryOp, SecondDerivative>> = {
${body}};
`;
  return [['engine/ops/generated/second-derivatives.ts', text]];
}
