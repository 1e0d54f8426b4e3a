import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let acme: TestClient;
beforeAll(async () => {
  world = await startWorld();
  acme = await world.newClient();
});
afterAll(() => world.close());

const save = (branding: unknown) => acme.api('PATCH', '/v1/client', { branding });
const saved = async () => (await acme.api('GET', '/v1/client')).body.branding;

describe('a branding', () => {
  it('that can be read is saved, with what is the client’s own', async () => {
    const branding = { theme: { accent: '#0a6b4f', radius: '8px' }, logoUrl: 'https://acme.example/a.svg', own: [1] };
    expect((await save(branding)).status).toBe(200);
    expect(await saved()).toEqual(branding);
    expect((await save({ logoUrl: null, theme: 'none' })).status).toBe(200);
  });

  it('that cannot is refused whole, colour by colour, with one that can', async () => {
    const before = await saved();
    const answer = await save({ theme: { accent: '#0b6', muted: '#999', ok: '#0a6b4f' }, targetName: 'Xero' });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        errors: [
          { pointer: '/branding/theme/accent', code: 'insufficient_contrast' },
          { pointer: '/branding/theme/muted', code: 'insufficient_contrast' },
        ],
      },
    });
    const [{ message }] = answer.body.errors;
    const [nearest] = /#[0-9a-f]{6}(?=\.$)/.exec(message) ?? [];
    expect(await saved()).toEqual(before);
    expect((await save({ theme: { accent: nearest } })).status).toBe(200);
  });

  it.each([
    ['http://acme.example/a.svg', 'url_not_allowed'],
    ['javascript:alert(1)', 'invalid_url'],
    ['https://user@acme.example/a.svg', 'invalid_url'],
    ['/a.svg', 'invalid_url'],
    ['https://a;frame-ancestors/a.svg', 'url_not_allowed'],
    ["https://a'b/a.svg", 'url_not_allowed'],
    ['https://a,b/a.svg', 'url_not_allowed'],
    ['https://*/a.svg', 'url_not_allowed'],
    [7, 'invalid_url'],
  ])('takes its logo from an https address: not %s', async (logoUrl, code) => {
    expect(await save({ logoUrl })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/branding/logoUrl', code }] },
    });
  });
});
