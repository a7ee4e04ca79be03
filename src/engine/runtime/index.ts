export {
  backendInfo,
  configure,
  currentRuntime,
  isRuntimePlain,
  noteEffect,
  plainRuntime,
  runtimeOptions,
  withRuntime,
} from './current.js';
export type { BackendInfo, RuntimeOptions } from './current.js';
export type { CountQuestion, GuardQuestion, Question } from './question.js';
export type { WorkingRuntime } from './runtime.js';
export { UnfinishedError } from './unfinished-error.js';
export { countUnknownLengths, unknownLength, withoutElements } from './meta.js';
export { isOfOtherOrigin, startableUrl } from './startable-url.js';
