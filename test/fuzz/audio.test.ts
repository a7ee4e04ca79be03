import { utils } from '../../src/index.js';
import { encodeWav, WAV_FORMATS } from '../../src/files/formats/wav.js';
import { fuzz } from './fuzz.js';

const samples = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));

fuzz('utils.loadAudio', {
  files: new Map(
    WAV_FORMATS.map((format, i) => [
      format,
      encodeWav({ samplingRate: 8000, channels: 1 + (i % 3), samples }, format),
    ]),
  ),
  // Whatever does not begin as a WAV file needs a decoder.
  read: async (bytes) => {
    const decoder = () => ({
      sampleRate: 1,
      numberOfChannels: 1,
      length: 0,
      getChannelData: () => new Float32Array(),
    });
    (await utils.loadAudio(bytes, { decoder })).audio.dispose();
  },
});
