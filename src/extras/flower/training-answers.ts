import { checkBoolean } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { trainedRecords } from './answers.js';
import type { Training } from './answers.js';
import { refusing } from './errors.js';
import { SECURE_AGGREGATION } from './message.js';
import type { FlowerMessage } from './message.js';
import type { ObjectWriter, OutgoingObject } from './object-writer.js';
import { disposeArrays } from './records.js';
import type { SecureAggregation } from './secure-aggregation/index.js';

/** Answers messages that ask for training: with weights or, if the server asks for secure aggregation, stage by stage. */
export class TrainingAnswers {
  #aggregation: SecureAggregation | undefined;
  readonly #mustBeSecure: boolean;

  /** @param owner whose option messages name @param mustBeSecure whether training without secure aggregation is refused */
  constructor(
    private readonly owner: string,
    mustBeSecure = false,
  ) {
    this.#mustBeSecure = checkBoolean(owner, 'requireSecureAggregation', mustBeSecure);
  }

  /**
   * @param train trains as the message asks
   * @throws ValueError for a message without secure aggregation where it must be; what the stage throws.
   */
  async answer(
    message: FlowerMessage,
    writer: ObjectWriter,
    train: Training,
  ): Promise<OutgoingObject> {
    try {
      if (message.records.has(SECURE_AGGREGATION)) {
        const { SecureAggregation } = await import('./secure-aggregation/index.js');
        this.#aggregation ??= new SecureAggregation();
        return await this.#aggregation.answer(message, writer, train);
      }
      refusing(() => this.#requireNone());
      return await train(async (result) =>
        writer.records(this.owner, await trainedRecords(message, writer, result)),
      );
    } finally {
      // No stage keeps what came with it.
      disposeArrays(message.records);
    }
  }

  #requireNone(): void {
    if (!this.#mustBeSecure) return;
    throw new ValueError(
      `${this.owner}: this node trains by secure aggregation alone (requireSecureAggregation), and the message does not ask ` +
        `for it. Its server needs a SecAggPlusWorkflow.`,
    );
  }
}
