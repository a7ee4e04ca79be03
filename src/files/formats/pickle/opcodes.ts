import type { Machine } from './machine.js';
import { parseDecimal, parseInteger } from './text.js';

// The opcodes of protocols 0 to 5.

/** An index in text. */
function indexOf(machine: Machine): number {
  const index = parseInteger(machine.line(), machine.location);
  return typeof index === 'number' ? index : NaN;
}

/** What each opcode does. */
const OPCODES: Readonly<Record<string, (machine: Machine) => void>> = {
  // Numbers, truth values, None.
  I: (m) => m.push(parseInteger(m.line(), m.location)),
  L: (m) => m.push(parseInteger(m.line(), m.location)),
  F: (m) => m.push(parseDecimal(m.line(), m.location)),
  J: (m) => m.push(m.signed()),
  K: (m) => m.push(m.unsigned(1)),
  M: (m) => m.push(m.unsigned(2)),
  G: (m) => m.push(m.double()),
  N: (m) => m.push(null),
  '\x88': (m) => m.push(true),
  '\x89': (m) => m.push(false),
  '\x8a': (m) => m.push(m.long(m.unsigned(1))),
  '\x8b': (m) => m.push(m.long(m.unsigned(4))),
  // Texts and bytes; those of Python 2 are both.
  S: (m) => m.push(m.quoted()),
  T: (m) => m.push(m.view(m.unsigned(4))),
  U: (m) => m.push(m.view(m.unsigned(1))),
  V: (m) => m.push(m.escaped()),
  X: (m) => m.push(m.text(m.unsigned(4))),
  '\x8c': (m) => m.push(m.text(m.unsigned(1))),
  '\x8d': (m) => m.push(m.text(m.unsigned(8))),
  B: (m) => m.push(m.view(m.unsigned(4))),
  C: (m) => m.push(m.view(m.unsigned(1))),
  '\x8e': (m) => m.push(m.view(m.unsigned(8))),
  '\x96': (m) => m.push(m.view(m.unsigned(8))),
  // Containers.
  ']': (m) => m.pushList([]),
  l: (m) => m.pushList(m.popMark()),
  a: (m) => {
    const item = m.pop();
    m.extend([item]);
  },
  e: (m) => {
    const items = m.popMark();
    m.extend(items);
  },
  ')': (m) => m.pushList([]),
  t: (m) => m.pushList(m.popMark()),
  '\x85': (m) => m.pushList(m.popped(1)),
  '\x86': (m) => m.pushList(m.popped(2)),
  '\x87': (m) => m.pushList(m.popped(3)),
  '}': (m) => m.pushDict([]),
  d: (m) => m.pushDict(m.popMark()),
  s: (m) => {
    const item = m.popped(2);
    m.setItems(item);
  },
  u: (m) => {
    const items = m.popMark();
    m.setItems(items);
  },
  // The stack and what is kept.
  '(': (m) => m.mark(),
  '0': (m) => void m.pop(),
  '1': (m) => void m.popMark(),
  '2': (m) => m.push(m.top()),
  g: (m) => m.recall(indexOf(m)),
  h: (m) => m.recall(m.unsigned(1)),
  j: (m) => m.recall(m.unsigned(4)),
  p: (m) => m.keep(indexOf(m)),
  q: (m) => m.keep(m.unsigned(1)),
  r: (m) => m.keep(m.unsigned(4)),
  '\x94': (m) => m.memoize(),
  // Callables.
  c: (m) => {
    const module = m.line();
    m.find(module, m.line());
  },
  '\x93': (m) => {
    const [module = null, name = null] = m.popped(2);
    m.find(module, name);
  },
  R: (m) => m.reduce(),
  b: (m) => m.build(),
  i: (m) => {
    const module = m.line();
    m.find(module, m.line());
    m.refuse('INST, which makes an object');
  },
  o: (m) => m.refuse('OBJ, which makes an object'),
  '\x81': (m) => m.refuse('NEWOBJ, which makes an object'),
  '\x92': (m) => m.refuse('NEWOBJ_EX, which makes an object'),
  '\x82': (m) => m.refuse('EXT1, a callable by its number'),
  '\x83': (m) => m.refuse('EXT2, a callable by its number'),
  '\x84': (m) => m.refuse('EXT4, a callable by its number'),
  P: (m) => m.refuse('PERSID, an object outside of the file'),
  Q: (m) => m.refuse('BINPERSID, an object outside of the file'),
  '\x97': (m) => m.refuse('NEXT_BUFFER, bytes outside of the file'),
  '\x98': (m) => m.refuse('READONLY_BUFFER, bytes outside of the file'),
  '\x8f': (m) => m.refuse('a set'),
  '\x90': (m) => m.refuse('a set'),
  '\x91': (m) => m.refuse('a frozenset'),
  // The frame of the program.
  '\x80': (m) => m.protocol(m.unsigned(1)),
  '\x95': (m) => void m.unsigned(8),
  '.': (m) => m.stop(),
};

/** The same by the numbers of opcodes; undefined for a byte that is none. */
export const STEPS = Array.from({ length: 256 }, (_, code) => OPCODES[String.fromCharCode(code)]);
