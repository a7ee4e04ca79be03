import { describeValue, printable } from '../../../config/describe-value.js';
import { isUint8Array } from '../../../config/index.js';
import { FormatError } from '../../../errors.js';
import { elementBytes, elementKind, fileBytes, readElement, readElements, tensorBytes } from '../elements.js'; // prettier-ignore
import type { ElementKind } from '../elements.js';
import { toRowMajor } from '../npy.js';
import { BYTES, PickledArray, PickledCallable, PickledDType } from './values.js';
import type { CallableName, Memory, PickleValue } from './values.js';

// The callables that pickles of NumPy's arrays name. None of Python's is there to be run: each stands for a few lines below that
// make an array, a number or bytes of what lies in the file.

/** The modules of each callable: NumPy has moved its own, Python 2 called some otherwise. */
const MODULES: Readonly<Record<CallableName, readonly string[]>> = {
  ndarray: ['numpy'],
  dtype: ['numpy'],
  _reconstruct: ['numpy.core.multiarray', 'numpy._core.multiarray'],
  scalar: ['numpy.core.multiarray', 'numpy._core.multiarray'],
  _frombuffer: ['numpy.core.numeric', 'numpy._core.numeric'],
  encode: ['_codecs'],
  bytes: ['builtins', '__builtin__'],
};

/** The known callable of that name. @throws FormatError for any other, naming it. */
export function knownCallable(module: string, name: string, location: string): PickledCallable {
  const modules = Object.hasOwn(MODULES, name) ? MODULES[name as CallableName] : [];
  if (modules.includes(module)) return new PickledCallable(name as CallableName);
  throw new FormatError(
    `${location}: the pickle names the callable '${printable(module)}.${printable(name)}'. A pickle is a program, and none ` +
      `is run: lists, tuples, dicts, numbers, texts, bytes and NumPy's arrays are read, nothing else. If you trust the ` +
      `file, load it in Python and save what is needed with numpy.savez.`,
  );
}

/** Makes what callables and states of NumPy stand for. */
export class NumpyObjects {
  /** @param memory what arrays are charged against, with the bytes that they take as tensors */
  constructor(private readonly memory: Memory) {}

  /** What a callable makes of its arguments. @throws FormatError for arguments that NumPy does not write. */
  call({ name }: PickledCallable, args: readonly PickleValue[], location: string): PickleValue {
    const wrong = (): FormatError =>
      new FormatError(
        `${location}: the pickle calls ${name} with ${describeValue(args)}, as NumPy does not.`,
      );
    const [first, second, third, fourth] = args;
    switch (name) {
      case '_reconstruct':
        // An empty array, which gets its shape and elements as a state.
        if (first instanceof PickledCallable && first.name === 'ndarray') return new PickledArray();
        throw wrong();
      case 'dtype':
        return dtypeOf(asText(first) ?? '', location);
      case '_frombuffer': {
        if (!isBytes(first) || !(second instanceof PickledDType)) throw wrong();
        const array = new PickledArray();
        this.#fill(array, asShape(third), second, asText(fourth) === 'F', first, location);
        return array;
      }
      case 'scalar':
        if (!(first instanceof PickledDType) || first.kind === 'O' || !isBytes(second))
          throw wrong();
        return scalarOf(first.kind, first.littleEndian, second, location);
      case 'encode':
        // Python 3 writes bytes so for Python 2: each is the character of that number.
        if (typeof first !== 'string' || asText(second) !== 'latin1') throw wrong();
        this.memory.take(BYTES.view + first.length);
        return latin1Bytes(first, location);
      case 'bytes':
        if (args.length > 0) throw wrong();
        return new Uint8Array();
      case 'ndarray':
        throw wrong();
    }
  }

  /** Gives an array or a dtype the state that NumPy wrote. @throws FormatError for any other state. */
  build(target: PickleValue, state: PickleValue, location: string): void {
    const fields = Array.isArray(state) ? state : [];
    const order = asText(fields[1]);
    if (target instanceof PickledDType && order !== undefined && /^[<>|=]$/.test(order)) {
      if (fields[3] !== null || fields[2] !== null) {
        throw new FormatError(
          `${location}: the array has named fields (a structured type), which a tensor cannot hold.`,
        );
      }
      target.littleEndian = order !== '>';
      return;
    }
    const [version, shape, dtype, isTurned, elements] = fields;
    const isState = version === 1 && dtype instanceof PickledDType;
    if (target instanceof PickledArray && isState && elements !== undefined) {
      this.#fill(
        target,
        asShape(shape),
        dtype,
        isTurned === true || isTurned === 1,
        elements,
        location,
      );
      return;
    }
    throw new FormatError(
      `${location}: the pickle gives ${describeValue(target)} the state ${describeValue(state)}, as NumPy does not.`,
    );
  }

  #fill(
    array: PickledArray,
    shape: readonly number[] | undefined,
    { kind, littleEndian }: PickledDType,
    isTurned: boolean,
    elements: PickleValue,
    location: string,
  ): void {
    if (shape === undefined) throw new FormatError(`${location}: an array has no shape.`);
    array.shape = shape;
    if (kind === 'O') {
      // The elements of any order are listed row by row.
      const count = fileBytes(shape, 'u1', location);
      if (!Array.isArray(elements) || elements.length !== count) {
        throw new FormatError(
          `${location}: an array of ${count} objects has ${describeValue(elements)} for elements.`,
        );
      }
      array.elements = elements;
      return;
    }
    const expected = fileBytes(shape, kind, location);
    if (!isBytes(elements) || elements.length !== expected) {
      throw new FormatError(
        `${location}: an array of shape (${shape.join(', ')}) and type '${kind}' needs ${expected} bytes, got ` +
          `${isBytes(elements) ? elements.length : describeValue(elements)}.`,
      );
    }
    // The same bytes of a file can be made into many arrays.
    this.memory.take(BYTES.view + tensorBytes(shape, kind));
    const view = new DataView(elements.buffer, elements.byteOffset, elements.length);
    const { dtype, data } = readElements(view, kind, littleEndian, location);
    array.elements = { dtype, data: isTurned && shape.length > 1 ? toRowMajor(data, shape) : data };
  }
}

const isBytes = (value: PickleValue | undefined): value is Uint8Array<ArrayBuffer> =>
  isUint8Array(value);

/** NumPy's arrays have no more. */
const MAX_AXES = 64;

/** Names, orders and types are short, and texts or bytes by the version of Python. */
function asText(value: PickleValue | undefined): string | undefined {
  if (isBytes(value) && value.length <= 16) return String.fromCharCode(...value);
  return typeof value === 'string' ? value : undefined;
}

function asShape(value: PickleValue | undefined): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_AXES) return undefined;
  return value.every((length) => typeof length === 'number') ? value : undefined;
}

function dtypeOf(type: string, location: string): PickledDType {
  if (/^O[48]?$/.test(type)) return new PickledDType('O');
  const kind = elementKind(type);
  if (kind !== undefined && kind !== 'bf2') return new PickledDType(kind);
  throw new FormatError(
    `${location}: element type ${describeValue(type)} cannot be read. Readable are bool, integers of 8 to 64 bits, float16, ` +
      `float32, float64 and objects.`,
  );
}

function scalarOf(
  kind: ElementKind,
  littleEndian: boolean,
  bytes: Uint8Array<ArrayBuffer>,
  location: string,
): number | boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === elementBytes(kind)) {
    const number = readElement(view, kind, littleEndian);
    return kind === 'b1' ? number !== 0 : number;
  }
  throw new FormatError(
    `${location}: a number of type '${kind}' takes ${elementBytes(kind)} bytes, got ${bytes.length}.`,
  );
}

function latin1Bytes(text: string, location: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) {
      throw new FormatError(`${location}: character ${i} of bytes is beyond latin1.`);
    }
    bytes[i] = code;
  }
  return bytes;
}
