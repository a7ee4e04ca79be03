import type { Tensor } from '../../../engine/tensor/index.js';

/** Sound that was decoded: what the browser's `AudioBuffer` and packages such as `audio-decode` have. */
export interface AudioBufferLike {
  /** Frames a second. */
  readonly sampleRate: number;
  /** The number of channels. */
  readonly numberOfChannels: number;
  /** The number of frames. */
  readonly length: number;
  /**
   * The samples of a channel, nominally from −1 to 1.
   *
   * @param channel the number of the channel, counted from 0
   */
  getChannelData(channel: number): Float32Array;
}

/** Decodes the bytes of a sound file of any format. */
export type AudioDecoder = (
  bytes: Uint8Array<ArrayBuffer>,
) => AudioBufferLike | Promise<AudioBufferLike>;

/** What `loadAudio` gives. */
export interface LoadedAudio {
  /** The samples, float32 [frames, channels], nominally from −1 to 1. */
  readonly audio: Tensor;
  /** Frames a second. */
  readonly samplingRate: number;
}
