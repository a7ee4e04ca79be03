// Names of Keras and NumPy that lanegrad lacks, with a reason for each group of them.

/** Names that share one reason. A name that ends with `*` stands for all names with that beginning. */
export interface Reason {
  readonly reason: string;
  readonly names: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const within = (module: string, text: string): readonly string[] => words(text).map((name) => `${module}.${name}`); // prettier-ignore

const SERIALIZATION = 'deserialize_keras_object serialize_keras_object'; // prettier-ignore

/** Names without `keras.`. */
export const KERAS: readonly Reason[] = [
  {
    reason: 'There is one backend, whose arithmetic is float32, with channels last unless a layer says otherwise; the only global settings are the seed and the threads (`random.setSeed`, `configure`).',
    names: ['backend.*', 'config.*', 'utils.standardize_dtype', 'utils.is_keras_tensor', 'utils.disable_interactive_logging', 'utils.enable_interactive_logging', 'utils.is_interactive_logging_enabled', 'utils.clear_session', 'device', 'version', 'name_scope'],
  },
  {
    reason: 'lanegrad computes in float32, so it has no mixed precision and no dtype policies. `model.quantize` makes weights smaller.',
    names: ['DTypePolicy', 'FloatDTypePolicy', 'dtype_policies.*', 'mixed_precision.*', 'Quantizer', 'quantizers.*'],
  },
  {
    reason: 'Functions are not traced, so state needs no scope, and nothing is recomputed to save memory.',
    names: words('Function Operation RematScope StatelessScope SymbolicScope remat'),
  },
  {
    reason: 'These belong to other frameworks: their models, layers, logs and formats.',
    names: ['callbacks.OrbaxCheckpoint', 'export.*', 'layers.FlaxLayer', 'layers.JaxLayer', 'layers.TFSMLayer', 'layers.TorchModuleWrapper', 'wrappers.*'],
  },
  { reason: 'One process on one machine trains a model. For federated training, see `lanegrad/flower`.', names: ['distribution.*'] },
  { reason: 'lanegrad has no class for distillation. Override `computeLoss` or `trainStep` of a model instead.', names: ['distillation.*'] },
  { reason: 'lanegrad has no complex numbers.', names: ['ops.eig', 'ops.polar', 'ops.view_as_complex', 'ops.view_as_real'] },
  {
    reason: 'Write a JavaScript loop or branch: operations run immediately, and gradients follow the path that ran.',
    names: ['ops.jvp', 'ops.vectorize'],
  },
  {
    reason: 'Each namespace has its own functions that make objects from configs: `layers.deserialize`, `losses.get`, `layers.registerLayer`.',
    names: [...within('saving', SERIALIZATION), ...within('utils', SERIALIZATION), 'legacy.*', 'utils.legacy.*'],
  },
  { reason: '`models.inspectFile` shows what a file holds, and `lanegrad/io/keras` rewrites files.', names: ['saving.KerasFileEditor'] },
  { reason: 'Use JavaScript lists and objects of tensors.', names: ['tree.*', 'utils.pack_x_y_sample_weight', 'utils.unpack_x_y_sample_weight', 'utils.Config', 'utils.get_source_inputs'] },
]; // prettier-ignore

const TYPES = 'bool8 byte bytes_ cdouble character clongdouble complex128 complex256 complex64 complexfloating csingle datetime64 double flexible float128 float16 float64 floating generic half inexact int16 int64 int8 int_ intc integer intp long longdouble longlong number object_ short signedinteger str_ timedelta64 uint uint16 uint32 uint64 uintc uintp ulong ulonglong unsignedinteger ushort void'; // prettier-ignore

export const NUMPY: readonly Reason[] = [
  { reason: 'The element types are float32, int32, uint8 and bool; lanegrad has no others.', names: words(TYPES) },
  { reason: 'To query a type, read `x.dtype`, which is a string.', names: words('ScalarType can_cast common_type finfo iinfo isdtype isrealobj iscomplexobj isscalar issubdtype iterable min_scalar_type mintypecode promote_types result_type sctypeDict typecodes typename') },
  { reason: 'lanegrad has no complex numbers.', names: words('iscomplex real_if_close sort_complex') },
  { reason: 'For dates, use JavaScript’s `Date`.', names: words('busday_count busday_offset busdaycalendar datetime_as_string datetime_data is_busday isnat') },
  { reason: 'Tensors are immutable, so nothing is written in place: `ops.scatterUpdate`, `ops.sliceUpdate` and `ops.where` return new tensors.', names: words('copyto fill_diagonal place put put_along_axis putmask') },
  { reason: 'Memory layout is internal: tensors are contiguous and row-major, and need no iterator.', names: words('asfortranarray base_repr binary_repr broadcast flatiter from_dlpack getbufsize setbufsize isfortran may_share_memory memmap ndenumerate ndindex nditer nested_iters ndarray_iter require shares_memory little_endian lib ctypeslib') },
  { reason: 'These are constants and indexing shorthands. JavaScript has `true`, `Math.PI`, `Math.E`, `Infinity` and `NaN`, and ranges are strings, as in `x.slice(\'1:3\')`.', names: words('True_ False_ c_ e euler_gamma index_exp inf ix_ mgrid nan ogrid pi r_ s_') },
  { reason: 'These wrap Python functions. In JavaScript, call `map` or write a loop.', names: words('apply_along_axis apply_over_axes frompyfunc fromfunction piecewise ufunc vectorize') },
  { reason: 'These are settings, versions and tests of NumPy itself.', names: words('core dtypes emath errstate exceptions f2py format_float_positional format_float_scientific get_include get_printoptions geterr geterrcall info printoptions set_printoptions seterr seterrcall show_config show_runtime test testing typing') },
  { reason: 'lanegrad has no records, masked arrays, character arrays, matrix classes or polynomials.', names: words('asmatrix bmat char ma matrix poly poly1d polyadd polyder polydiv polyfit polyint polymul polynomial polysub polyval roots rec recarray record strings') },
  { reason: 'For text files and raw bytes, use `data.readCsv` and JavaScript’s typed arrays.', names: words('fromfile fromregex fromstring savetxt') },
  { reason: 'Write these in a few operations or a few lines of JavaScript: `reshape`, `gather`, `concat`, `sort`, `slice`, `where`, `unique`, `isIn`.', names: words('array_equal array_equiv argwhere atleast_1d atleast_2d atleast_3d bitwise_count block broadcast_arrays broadcast_shapes choose compress convolve delete diag_indices diag_indices_from divmod ediff1d einsum_path extract flatnonzero frexp gradient histogram2d histogram_bin_edges histogramdd indices insert interp intersect1d lexsort mask_indices modf packbits partition ravel_multi_index resize setdiff1d setxor1d spacing tril_indices tril_indices_from trim_zeros triu_indices triu_indices_from union1d unpackbits unwrap') },
]; // prettier-ignore
