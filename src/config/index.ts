export { didYouMean } from './advice.js';
export * from './checks.js';
export * from './configurable.js';
export * from './custom-objects.js';
export {
  brandOf,
  COPY,
  indent,
  isArrayBuffer,
  isBlob,
  isError,
  isPlainObject,
  isPromise,
  isRegExp,
  isUint8Array,
  isUrl,
  madeElsewhere,
  messageOf,
  showAs,
  VERSION,
} from './describe-value.js';
export * from './float32.js';
export * from './format-bytes.js';
export * from './limits.js';
export { asMethod, isWritten } from './methods.js';
export * from './names.js';
export * from './nest.js';
export * from './option.js';
export * from './options.js';
export * from './dispose-on-error.js';
export * from './registry.js';
