import { describeValue } from '../../config/describe-value.js';
import { bytesOf } from '../../config/dtype.js';
import { checkLength, checkOptions, oneOf, VERSION } from '../../config/index.js';
import { backendInfo } from '../../engine/runtime/index.js';
import { coreBinary, sideModuleBinary } from '../../engine/wasm/binary.js';
import { sizeOf, tidy } from '../../engine/tensor/index.js';
import { hexOf } from '../../files/formats/bytes.js';
import { isModule } from '../../engine/wasm/lone-module.js';
import { LanegradError, ValueError } from '../../errors.js';
import { layersWithin } from '../../nn/layers/core/inner-layers.js';
import type { AnyLayer } from '../../nn/layers/core/layer.js';
import { Model } from '../../nn/models/model.js';
import type { AnyModel } from '../../nn/models/model.js';
import { cloneModel } from '../../nn/saving/load-model.js';
import { linkKernels } from './link/linker.js';
import type { Linked } from './link/linker.js';
import { writeModule } from './link/module.js';
import type { ModuleParts } from './link/module.js';
import { readObject } from './link/object.js';
import { Branches } from './recording/branches.js';
import type { ProgramStep } from './recording/branches.js';
import { Predictions } from './recording/predictions.js';
import type { Port, Recording } from './recording/predictions.js';
import type { Problem, World } from './recording/world.js';
import { DESCRIPTION_VERSION, SECTION } from './writing/description.js';
import type { CompiledDescription, CompiledPort } from './writing/description.js';
import { inputSpecs } from './input-specs.js';
import { divide } from './writing/once.js';
import { planMemory, requireMemory } from './writing/plan.js';
import type { Plan } from './writing/plan.js';
import { kernelsOf, PREDICT_TYPE, PredictWriter, START_TYPE } from './writing/predict-function.js';
import type { Failure } from './writing/predict-function.js';

/** Options of `compileModel` and `compileToModule`. */
export interface CompileOptions {
  /** The number of samples that the compiled model takes at a time. Default 1. */
  readonly batchSize?: number;
  /**
   * The form of the large weights: `'int8'` and `'float16'` compile a copy of the model that `quantize` has quantized. Default: the
   * form that the model has.
   */
  readonly weights?: 'float32' | 'float16' | 'int8';
  /**
   * Whether kernels use relaxed SIMD, which is faster and needs a newer engine. It must be what the library runs on here, as
   * `configure` has set it. Default: what the library runs on, `'strict'` unless you have configured it.
   */
  readonly simd?: 'strict' | 'relaxed';
  /** The names of the classes, one for each number along the last axis of the only output. Default: none. */
  readonly classNames?: readonly string[];
  /**
   * The shape of a sample for inputs some of whose lengths are unknown: a shape, or shapes by the names of inputs. Default: the
   * shapes of the model.
   */
  readonly inputShapes?: readonly number[] | Readonly<Record<string, readonly number[]>>;
}

const OPTIONS = ['batchSize', 'weights', 'simd', 'classNames', 'inputShapes'] as const;

/** The forms of large weights. */
export const FORMS = ['float32', 'float16', 'int8'] as const;

/** The name of a model in messages. */
const labelOf = ({ name }: AnyModel): string => `model '${name}'`;

/** The form of the weights of a model. */
function formOf(model: AnyModel): CompiledDescription['weights'] {
  const modes = (model as Model).weights.map(({ quantized }) => quantized?.mode);
  return FORMS.find((form) => modes.includes(form)) ?? 'float32';
}

/**
 * Compiles a model: gives the bytes of a WebAssembly module that predicts, with the same bits as `predictOnBatch`, in any host and
 * without the library. It holds the weights and, of the library's kernels, those that the model needs.
 *
 * The module imports nothing. It exports `memory`, the function `predict`, and for each input and output the address of its
 * elements: `input_0`, `output_0` … Write the inputs, call `predict`, read the outputs. `predict` gives 0, or a number
 * that the module's JSON explains, as where an index is out of range. The JSON is the custom section `lanegrad`
 * (`CompiledDescription`): names, shapes, element types, addresses.
 *
 * @param model a model that is built; it stays as it is
 * @throws ValueError for a model that is not built or cannot be compiled (all reasons with their layers), for names of classes that
 * do not fit the output, and for weights that are too large for a module.
 * @example
 * const bytes = await compileModel(model, { batchSize: 8 });
 */
export async function compileModel(
  model: AnyModel,
  options: CompileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkModel(model);
  checkOptions('compileModel', options, OPTIONS);
  const { batchSize = 1, classNames } = options;
  checkLength('compileModel', 'batchSize', batchSize);
  checkSimd(options.simd);
  const weights = checkForm(model, options.weights);
  checkLayers(model);
  const inputs = inputSpecs(model, batchSize, options.inputShapes);
  const own = weights === formOf(model) ? undefined : await quantizedCopy(model, weights);
  try {
    const predictions = new Predictions((own ?? model) as Model, inputs);
    const compiled = compile(model, predictions, classNames);
    const names = [inputs.map(({ name }) => name), outputNames(model, compiled.outputs)] as const;
    return await described(compiled, {
      version: DESCRIPTION_VERSION,
      lanegrad: VERSION,
      name: model.name,
      batchSize,
      weights,
      simd: simdOfRuntime(),
      inputs: portsOf(compiled.inputs, names[0], compiled.plan),
      outputs: portsOf(compiled.outputs, names[1], compiled.plan),
      errors: compiled.failures.map((failure, i) => ({ code: i + 1, ...failure })),
      ...(classNames && { classNames }),
    });
  } finally {
    own?.dispose();
  }
}

function checkModel(model: unknown): asserts model is AnyModel {
  if (!(model instanceof Model)) {
    throw new ValueError(`compileModel: expected a model, got ${describeValue(model)}.`);
  }
  if (!model.built) {
    throw new ValueError(
      `compileModel: ${labelOf(model)} is not built, so it has no weights. Give its first layer an inputShape, or call build(inputShape).`,
    );
  }
}

const simdOfRuntime = (): 'strict' | 'relaxed' =>
  backendInfo().relaxedSimd ? 'relaxed' : 'strict';

function checkSimd(wanted: unknown): void {
  if (wanted === undefined) return;
  const simd = oneOf('compileModel', 'simd', wanted, ['strict', 'relaxed']);
  if (simd === simdOfRuntime()) return;
  throw new ValueError(
    `compileModel: simd is '${simd}', but the library runs on ${simdOfRuntime()} SIMD, so weights would be prepared with other ` +
      `bits. Await configure({ relaxedSimd: ${String(simd === 'relaxed')} }) before the first tensor.`,
  );
}

function checkForm(model: AnyModel, wanted: unknown): CompiledDescription['weights'] {
  const form = formOf(model);
  if (wanted === undefined) return form;
  const weights = oneOf('compileModel', 'weights', wanted, FORMS);
  if (weights === form || form === 'float32') return weights;
  throw new ValueError(
    `compileModel: ${labelOf(model)} is quantized to ${form}, so its weights cannot be ${weights}. Leave the option weights out.`,
  );
}

/** What is known to be impossible before anything runs, for all layers at once. */
function checkLayers(model: AnyModel): void {
  const problems: Problem[] = [];
  for (const layer of layersWithin<AnyLayer>(model as AnyLayer)) {
    if ((layer as { readonly stateful?: unknown }).stateful === true)
      problems.push({ layer: layer.name, reason: 'keeps states between predictions' });
  }
  if (model.hasOwnStep('predictStep'))
    problems.push({ layer: '', reason: 'computes in a predictStep of its own' });
  const isText = model.inputs.some(({ dtype }) => dtype === 'string');
  if (isText) problems.push({ layer: '', reason: 'takes strings' });
  refuse(model, problems);
}

function refuse(model: AnyModel, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const all = problems.map(({ layer, reason }) =>
    layer === '' ? `it ${reason}` : `layer '${layer}' ${reason}`,
  );
  throw new ValueError(`compileModel: ${labelOf(model)} cannot be compiled: ${all.join('; ')}.`);
}

async function quantizedCopy(model: AnyModel, form: 'float32' | 'float16' | 'int8') {
  const copy = cloneModel(model);
  try {
    tidy(() => {
      copy.setWeights((model as Model).getWeights());
    });
    if (form !== 'float32') await copy.quantize(form);
    return copy;
  } catch (error) {
    copy.dispose();
    throw error;
  }
}

/** A compiled model, before it is described. */
interface Compiled {
  readonly parts: ModuleParts;
  readonly plan: Plan;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly failures: readonly Failure[];
}

function compile(
  model: AnyModel,
  predictions: Predictions,
  classNames: readonly string[] | undefined,
): Compiled {
  const { world } = predictions;
  const recording = predictions.first();
  refuse(model, predictions.problems);
  const outputs = recording.outputs ?? [];
  checkClassNames(classNames, outputs);
  const branches = new Branches(predictions);
  const program = branches.program(recording);
  refuse(model, predictions.problems);
  world.readConstants();
  const { once, each, kept } = divide(program, branches);
  const linked = linkProgram([...once, ...each], world);
  const plan = planMemory(
    [...once, ...each],
    branches,
    [...blocksOf(recording), ...kept],
    linked.end,
  );
  requireMemory(labelOf(model), plan.memoryBytes);
  const writer = new PredictWriter(linked, plan.addressOf);
  const bodies = { predict: writer.body(each), start: once.length > 0 && writer.startBody(once) };
  const parts = partsOf(linked, plan, bodies, recording);
  const { failures } = writer;
  return { parts, plan, inputs: recording.inputs, outputs, failures };
}

const blocksOf = ({ inputs, outputs = [] }: Recording) =>
  [...inputs, ...outputs].map(({ place }) => place.block);

/** The kernels of a program, out of the binaries that have run them. */
function linkProgram(program: readonly ProgramStep[], { modules }: World): Linked {
  const isRelaxed = simdOfRuntime() === 'relaxed';
  const binaries = [
    coreBinary(isRelaxed ? 'relaxed' : 'strict'),
    // The relaxed core was built of all modules.
    ...(isRelaxed ? [] : [...modules].map((module) => sideModuleBinary(module, false))),
  ];
  return linkKernels(binaries.map(readObject), kernelsOf(program));
}

function partsOf(
  linked: Linked,
  { constants, addressOf, memoryBytes }: Plan,
  { predict, start }: { readonly predict: Uint8Array; readonly start: Uint8Array | false },
  { inputs, outputs = [] }: Recording,
): ModuleParts {
  const addressesOf = (kind: string, ports: readonly Port[]) =>
    ports.map(({ place }, i) => [`${kind}_${i}`, addressOf(place.block) + place.offset] as const);
  const data = constants.map((block) => ({
    address: addressOf(block),
    bytes: withoutZeros(block.data ?? new Uint8Array(0)),
  }));
  const own = [
    { type: linked.types.length, body: predict },
    ...(start === false ? [] : [{ type: linked.types.length + 1, body: start }]),
  ];
  return {
    types: [...linked.types, PREDICT_TYPE, ...(start === false ? [] : [START_TYPE])],
    functions: [...linked.functions, ...own],
    start: start === false ? undefined : linked.functions.length + 1,
    table: linked.table,
    data: [...linked.data, ...data.filter(({ bytes }) => bytes.length > 0)],
    memoryBytes,
    exports: new Map([['predict', linked.functions.length]]),
    constants: new Map([...addressesOf('input', inputs), ...addressesOf('output', outputs)]),
    sections: new Map(),
  };
}

/** Memory is zero before data are put there. */
function withoutZeros(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

function checkClassNames(names: unknown, outputs: readonly Port[]): void {
  if (names === undefined) return;
  const [output, ...others] = outputs;
  const count = output?.shape.at(-1) ?? 0;
  const isList = Array.isArray(names) && names.every((name) => typeof name === 'string');
  if (isList && others.length === 0 && names.length === count) return;
  const wanted = others.length > 0 ? 'only for models with one output' : `a list of ${count} names`;
  throw new ValueError(`compileModel: classNames must be ${wanted}, got ${describeValue(names)}.`);
}

function outputNames(model: AnyModel, outputs: readonly Port[]): string[] {
  const names = model.outputPorts?.names ?? [];
  return outputs.map((_, i) =>
    names.length === outputs.length ? (names[i] ?? '') : `output_${i}`,
  );
}

function portsOf(
  ports: readonly Port[],
  names: readonly string[],
  { addressOf }: Plan,
): CompiledPort[] {
  return ports.map(({ place, shape, dtype }, i) => ({
    name: names[i] ?? '',
    shape: [...shape],
    dtype,
    address: addressOf(place.block) + place.offset,
    bytes: sizeOf(shape) * bytesOf(dtype),
  }));
}

/** The module with its description, which holds the hash of what comes before. */
async function described(
  { parts }: Compiled,
  description: CompiledDescription,
): Promise<Uint8Array<ArrayBuffer>> {
  const sha256 = await hashOf(writeModule(parts));
  const text = JSON.stringify({ ...description, ...(sha256 && { sha256 }) });
  const bytes = writeModule({ ...parts, sections: new Map([[SECTION, text]]) });
  if (!isModule(bytes)) {
    throw new LanegradError(
      'compileModel: the module is not valid: a fault of lanegrad, please report it.',
    );
  }
  return bytes;
}

/** Undefined where the host has no WebCrypto, as in pages without HTTPS. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const { subtle } = (globalThis.crypto ?? {}) as Partial<Crypto>;
  if (subtle === undefined) return undefined;
  return hexOf(new Uint8Array(await subtle.digest('SHA-256', bytes)));
}
