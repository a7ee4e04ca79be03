import { checkNumber } from '../../config/index.js';
import { measuredRecords, parametersRecords } from './answers.js';
import type { ModelOptions, PassedOptions } from './model-options.js';
import { ModelWork } from './model-work.js';
import type { Handler, FlowerProgress } from './progress.js';
import type { LocalDp } from './privacy.js';
import { disposeArrays } from './records.js';
import { countSamples } from './samples.js';
import { TrainingAnswers } from './training-answers.js';

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
  const answers = new TrainingAnswers(OWNER, given.requireSecureAggregation);
  const work = new ModelWork(given, fitOptions, localDp, tell);
  try {
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
  } catch (error) {
    work.dispose();
    throw error;
  }
}
