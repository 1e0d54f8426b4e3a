import type { Answer, TestClient } from './world.js';

/** What the messages about the periods of a sync say, oldest first. */
export async function periodMessages({ api }: TestClient, syncId: string): Promise<readonly Answer['body'][]> {
  const { body } = await api('GET', `/v1/webhook-messages?syncId=${syncId}`);
  const details = await Promise.all(
    (body.data as { readonly id: string; readonly type: string }[])
      .filter(({ type }) => type.startsWith('sync.period.'))
      .toReversed()
      .map(({ id }) => api('GET', `/v1/webhook-messages/${id}`)),
  );
  return details.map((detail) => detail.body.payload.data);
}
