import { describe, expect, it } from 'vitest';
import { refusalOf, withRelease } from '../../src/ui/sync-flow/build/published.js';

const release = { version: '1.4.2', files: { 'sync-flow.js': 'sha384-a', 'hosted.js': 'sha384-b' } };
const published = withRelease(release, { '1.4.1': { 'sync-flow.js': 'sha384-x' } });

describe('a build of the set-up page', () => {
  it('may have a new version, or be the same as was released', () => {
    expect(refusalOf({ ...release, version: '1.4.3' }, published)).toBeUndefined();
    expect(refusalOf(release, published)).toBeUndefined();
    expect(refusalOf(release, {})).toBeUndefined();
  });

  it.each([
    ['changed', { ...release.files, 'hosted.js': 'sha384-c' }, 'hosted.js'],
    ['added', { ...release.files, 'new.js': 'sha384-c' }, 'new.js'],
    ['left out', { 'sync-flow.js': 'sha384-a' }, 'hosted.js'],
  ])('may not have a file %s under a released version', (_, files, name) => {
    const refusal = refusalOf({ version: '1.4.2', files }, published);
    expect(refusal).toContain(`1.4.2 was released with other files (${name})`);
    expect(refusal).toContain('another version');
  });

  it('that is released leaves the earlier ones as they are', () => {
    expect(published['1.4.1']).toEqual({ 'sync-flow.js': 'sha384-x' });
  });
});
