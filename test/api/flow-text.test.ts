import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let acme: TestClient;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  acme = await world.newClient();
});

const read = async (locale = '') => (await acme.api('GET', `/v1/flow-text${locale}`)).body;
const change = (text: unknown, locale = '') => acme.api('PATCH', `/v1/flow-text${locale}`, { text });

describe('the client’s own texts', () => {
  it('are none at first, beside every one that can be replaced', async () => {
    const { locale, text, usual } = await read();
    expect({ locale, text }).toEqual({ locale: 'en', text: {} });
    expect(usual['flow.what.heading']).toBe('Choose what to sync');
  });

  it('replace, show nothing, and go back, each by itself', async () => {
    await change({ 'flow.what.heading': 'Records', 'flow.common.back': '' });
    expect((await read()).text).toEqual({ 'flow.what.heading': 'Records', 'flow.common.back': '' });
    const { body } = await change({ 'flow.what.heading': null, 'flow.common.continue': 'Next' });
    expect(body.text).toEqual({ 'flow.common.back': '', 'flow.common.continue': 'Next' });
    await change({ 'flow.what.heading': null });
    expect((await read()).text).toEqual(body.text);
  });

  it('are of one language, however its tag is written', async () => {
    await change({ 'flow.what.heading': 'Dados' }, '?locale=PT-br');
    expect(await read('?locale=pt-BR')).toMatchObject({ locale: 'pt-BR', text: { 'flow.what.heading': 'Dados' } });
    expect((await read('?locale=pt')).text).toEqual({});
    expect(await acme.api('GET', '/v1/flow-text?locale=not_a_tag!')).toMatchObject({
      status: 400,
      body: { code: 'invalid_parameter', parameter: 'locale' },
    });
  });

  it('have the plurals of their own language', async () => {
    expect((await change({ 'flow.common.days.few': '{n} أيام' }, '?locale=ar')).status).toBe(200);
  });

  it('are markup to nobody', async () => {
    const text = '<img src=x onerror=alert(1)> & "{app}"';
    expect((await change({ 'flow.what.intro': text })).body.text['flow.what.intro']).toBe(text);
  });

  it.each([
    [{ 'flow.no.such': 'x' }, '/text/flow.no.such', 'unknown_field'],
    [{ 'flow.no.such': null }, '/text/flow.no.such', 'unknown_field'],
    [{ toString: 'x' }, '/text/toString', 'unknown_field'],
    [{ 'flow.what.heading': 7 }, '/text/flow.what.heading', 'invalid_type'],
    [{ 'flow.what.heading': 'x'.repeat(301) }, '/text/flow.what.heading', 'too_long'],
    [{ 'flow.what.heading': 'a\u0000b' }, '/text/flow.what.heading', 'invalid_characters'],
    [{ 'flow.what.heading': 'a\u202eb' }, '/text/flow.what.heading', 'invalid_characters'],
    [{ 'flow.what.heading': 'For {nobody}' }, '/text/flow.what.heading', 'unknown_reference'],
    ['text', '/text', 'invalid_type'],
  ])('are refused: %j', async (text, pointer, code) => {
    expect(await change(text)).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
    expect((await read()).text).toEqual({});
  });

  it('are changed all or none', async () => {
    const both = { 'flow.what.heading': 'Records', 'flow.common.back': 7 };
    expect((await change(both)).status).toBe(422);
    expect((await read()).text).toEqual({});
  });

  it('may leave a placeholder out', async () => {
    expect((await change({ 'flow.what.intro': 'From {source}.' })).status).toBe(200);
  });
});
