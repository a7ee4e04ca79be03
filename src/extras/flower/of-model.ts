import { checkNumber } from '../../config/index.js';
import type { FitOptions, ValidationData } from '../../nn/training/types.js';
import { measuredRecords, parametersRecords } from './answers.js';
import type { MetricNames } from './metric-names.js';
import { ModelWork } from './model-work.js';
import type { Handler, FlowerProgress } from './progress.js';
import type { LocalDp } from './privacy.js';
import { disposeArrays } from './records.js';
import { countSamples } from './samples.js';
import type { FederatedModel } from './trained.js';
import { TrainingAnswers } from './training-answers.js';

/** What a node trains, and with what. */
export interface ModelOptions extends Omit<
  FitOptions,
  'validationData' | 'sampleWeight' | 'initialEpoch' | 'signal'
> {
  /** A compiled model. Its weights are those of the last round that it took part in. */
  readonly model: FederatedModel;
  /** The samples of this node, as `fit` takes them: `[x, y]`, `[x, y, sampleWeight]`, or an iterable of batches. */
  readonly data?: ValidationData;
  /** The samples that messages of type `'evaluate'` measure with. Default: the node does not evaluate. */
  readonly validationData?: ValidationData;
  /** The `num-examples` of an answer. Default: counted, of an iterable in a pass of its own. */
  readonly numExamples?: number;
  /** The most epochs that a server may ask for in one round. Default 100. */
  readonly maxEpochs?: number;
  /**
   * What the server calls metrics, by their names here: `{ accuracy: 'train-acc' }`; null leaves one out. All nodes of a
   * federation have to use the same names. Default: the names of the model, and `num-examples`.
   */
  readonly metricNames?: MetricNames;
  /** Whether each round begins with the optimizer as it is now, without what it has learned since. Default false. */
  readonly resetOptimizer?: boolean;
  /** Whether the model trains only if the server asks for secure aggregation (SecAgg+), and refuses all else. Default false. */
  readonly requireSecureAggregation?: boolean;
}

/** Names of the options of `ModelOptions` that are not those of `fit`. */
export const MODEL_OPTIONS = [
  'model',
  'data',
  'validationData',
  'numExamples',
  'maxEpochs',
  'metricNames',
  'resetOptimizer',
  'requireSecureAggregation',
] as const;

/** The options of `fit` that a node passes on. */
export type PassedOptions = Pick<FitOptions, Exclude<keyof FitOptions, 'validationData'>>;

/** Whose options messages name. */
const OWNER = 'flower.join';

/** Handlers of a model, by types of messages. */
interface ModelHandlers {
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Frees the memory that they take in addition to the model. */
  readonly dispose: () => void;
}

/**
 * Handlers that train and measure a model.
 *
 * @param fitOptions what is passed on to `fit`
 * @param localDp what is done to each update before it is sent
 * @throws ValueError for a model or options that cannot be.
 * @internal
 */
export async function handlersOf(
  given: ModelOptions,
  fitOptions: PassedOptions,
  localDp: LocalDp | undefined,
  tell: (progress: FlowerProgress) => void,
): Promise<ModelHandlers> {
  const { data, validationData } = given;
  const work = new ModelWork(given, fitOptions, localDp, tell);
  const answers = new TrainingAnswers(OWNER, given.requireSecureAggregation);
  const handlers = new Map<string, Handler>();
  const { stepsPerEpoch, validationSplit, validationSteps } = fitOptions;
  if (data !== undefined) {
    const count =
      given.numExamples === undefined
        ? await countSamples(`${OWNER}: data`, work.model, data, {
            steps: stepsPerEpoch,
            validationSplit,
          })
        : checkNumber(OWNER, 'numExamples', given.numExamples, { min: 1, integer: true });
    handlers.set('train', (message, writer) =>
      answers.answer(message, writer, (use) => work.train(message, data, count, use)),
    );
  }
  if (validationData !== undefined) {
    const count = await countSamples(`${OWNER}: validationData`, work.model, validationData, {
      steps: validationSteps,
    });
    handlers.set('evaluate', async (message, writer) => {
      const measured = await work.evaluate(message, validationData, count);
      return writer.records(OWNER, measuredRecords(message, measured));
    });
  }
  handlers.set('get_parameters', async (message, writer) => {
    // Nothing is taken from a message that asks for weights.
    disposeArrays(message.records);
    return writer.records(OWNER, await parametersRecords(message, writer, work.parameters()));
  });
  return { handlers, dispose: () => work.dispose() };
}
