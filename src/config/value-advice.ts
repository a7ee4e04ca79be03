/** Characters of a text that are looked at. */
const LOOKED_AT = 200;

/** JavaScript's `+` makes texts of tensors. */
export function adviceOnText(text: string): string {
  return isTensorText(text.slice(0, LOOKED_AT))
    ? ' (the text of a tensor: for X + 1 write x.add(1))'
    : '';
}

/** Whether a text begins as that of a tensor, with numbers before it or after it. */
function isTensorText(start: string): boolean {
  const isNumbers = /^[-+.\s\d[\]TrueFalsnif]+$/.test(start);
  return isNumbers
    ? /\[\s*(?:-?[\d.]|nan|-?inf|True|False)/.test(start)
    : start.includes('SymbolicTensor(');
}

/** How pixels are read of what shows or holds a picture in a page. */
export function adviceOnObjectOf(className: string): string {
  switch (className) {
    case 'ImageData':
      return ' (its pixels: utils.fromPixels(image), or with { channels: 4 })';
    case 'Blob':
    case 'File':
      return ' (the pixels of a picture: utils.imgToArray(await utils.loadImg(file)); bytes: await file.arrayBuffer())';
    case 'HTMLCanvasElement':
    case 'HTMLImageElement':
    case 'HTMLVideoElement':
    case 'ImageBitmap':
    case 'OffscreenCanvas':
    case 'VideoFrame':
      return ' (its pixels: utils.fromPixels(element))';
    default:
      return '';
  }
}
