// The camera.
import { find } from '../page.js';
import { KEPT_SIDE, squareOf } from './pictures.js';

const video = find<HTMLVideoElement>('video');

/** What a browser says about cameras, in words for visitors. */
function reasonOf(error: unknown): string {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return 'Your browser does not let this page use the camera. Allow it in the address bar, or add pictures.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'There is no camera. Add pictures instead.';
    case 'NotReadableError':
    case 'AbortError':
      return 'Another program is using the camera. Close it, or add pictures.';
    default:
      return `The camera does not start: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export const isOn = (): boolean => video.srcObject !== null;

/** Shows the camera's pictures. @throws Error with what to do, if there are none. */
export async function start(): Promise<void> {
  if (!('mediaDevices' in navigator)) {
    throw new Error('Browsers allow cameras only on pages with https addresses. Add pictures instead.'); // prettier-ignore
  }
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } },
    });
    await video.play();
  } catch (error) {
    stop();
    throw new Error(reasonOf(error), { cause: error });
  }
}

export function stop(): void {
  if (video.srcObject instanceof MediaStream) {
    for (const track of video.srcObject.getTracks()) track.stop();
  }
  video.srcObject = null;
}

/** The picture of now. @throws Error if the camera is off or has none yet. */
export function look(): HTMLCanvasElement {
  if (!isOn()) throw new Error('The camera is off. Start it, or add pictures.');
  if (video.videoWidth === 0) throw new Error('The camera has no picture yet.');
  return squareOf(video, [video.videoWidth, video.videoHeight], KEPT_SIDE);
}

/** Calls `see` with the newest picture again and again while the camera is on. */
export async function watch(see: (picture: HTMLCanvasElement) => void): Promise<void> {
  while (isOn()) {
    await nextFrame();
    if (isOn() && video.videoWidth > 0) see(look());
  }
}

/** Until the camera has another picture; browsers that do not tell are asked when the screen is drawn. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    // A camera that is stopped has no next picture.
    const late = setTimeout(resolve, 500);
    const come = (): void => {
      clearTimeout(late);
      resolve();
    };
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(come);
    else requestAnimationFrame(come);
  });
}
