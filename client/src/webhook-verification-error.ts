/** Why a webhook is not to be believed. */
export type WebhookVerificationCode = keyof typeof messages;

const messages = {
  missing_headers: 'webhook-id, webhook-timestamp or webhook-signature is missing.',
  invalid_headers: 'webhook-timestamp is no number of seconds, or a header came twice.',
  timestamp_too_old: 'The message was sent too long ago: it may have been recorded and sent again.',
  timestamp_too_new: 'The message comes from the future: a clock is wrong.',
  signature_mismatch: 'No signature fits the secret, the id, the timestamp and the body.',
} as const;

export class WebhookVerificationError extends Error {
  constructor(readonly code: WebhookVerificationCode) {
    super(messages[code]);
    this.name = 'WebhookVerificationError';
  }
}
