import type { Colour } from './contrast.js';

/** A computed colour. `rgb()` is read as it is; newer notations are painted, which turns them into sRGB. */
export function readColour(computed: string): Colour {
  const parts = /^rgba?\(([\d.]+),? ([\d.]+),? ([\d.]+)/.exec(computed);
  return parts === null ? painted(computed) : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

function painted(colour: string): Colour {
  const paper = new OffscreenCanvas(1, 1).getContext('2d');
  if (paper === null) return [0, 0, 0];
  paper.fillStyle = colour;
  paper.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = paper.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

export const cssColour = (colour: Colour): string => `rgb(${colour.join(' ')})`;
