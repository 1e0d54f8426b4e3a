import { fc, it as prop } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { contrast, nearestPassing, readableOn, type Colour } from '../../../src/ui/sync-flow/theme/contrast.js';

const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)) as fc.Arbitrary<Colour>;

describe('the contrast guard', () => {
  it('counts as WCAG does', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 2);
  });

  it('puts black on a mid-tone that a threshold of brightness would put white on', () => {
    expect(readableOn([255, 90, 0])).toEqual([0, 0, 0]);
  });

  it('leaves a colour that can be read as it is', () => {
    const accent: Colour = [10, 107, 79];
    expect(nearestPassing(accent, [[255, 255, 255]], 4.5)).toEqual(accent);
  });

  prop.prop([colour, colour])('what stands on any colour can be read', (background) => {
    expect(contrast(readableOn(background), background)).toBeGreaterThanOrEqual(4.5);
  });

  prop.prop([colour, colour])('any text on any background is moved to where it can be read', (text, background) => {
    expect(contrast(nearestPassing(text, [background], 4.5), background)).toBeGreaterThanOrEqual(4.5);
  });
});
