/**
 * - `invalid_url`, `url_not_allowed`: refused before anything was sent
 * - `blocked_address`: the name leads to an address that is not public
 * - `blocked_redirect`: the answer leads to a URL that is not allowed; `too_many_redirects`: to too many
 * - `timeout`: the deadline passed; `aborted`: the caller gave up
 * - `too_large`: headers or body are larger than was asked for
 * - `dns`, `tls`, `network`: no connection, or it broke; `protocol`: the answer is no HTTP, or badly compressed
 */
export type OutboundErrorCode =
  | 'invalid_url'
  | 'url_not_allowed'
  | 'blocked_address'
  | 'blocked_redirect'
  | 'too_many_redirects'
  | 'timeout'
  | 'aborted'
  | 'too_large'
  | 'dns'
  | 'tls'
  | 'network'
  | 'protocol';

/** Why a request has no answer. The message is fit for the client's eyes: it names no address behind a name. */
export class OutboundError extends Error {
  constructor(
    readonly code: OutboundErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OutboundError';
  }
}

const messages: Readonly<Record<'dns' | 'tls' | 'network' | 'protocol' | 'too_large' | 'timeout', string>> = {
  dns: 'The host name cannot be resolved.',
  tls: 'No trusted TLS connection can be made.',
  network: 'The connection failed.',
  protocol: 'The answer is not valid HTTP.',
  too_large: 'The answer is too large.',
  timeout: 'The answer took too long.',
};

const kinds: readonly (readonly [RegExp, keyof typeof messages])[] = [
  [/^(ENOTFOUND|EAI_)/, 'dns'],
  [/^(UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT)$/, 'timeout'],
  [/^(UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_EXCEEDED_MAX_SIZE)$/, 'too_large'],
  [/^(HPE_|HTTPParserError|Z_|ERR__ERROR_FORMAT|ERR_PADDING|ERR_BROTLI|ERR__ERROR)/, 'protocol'],
  [/^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/, 'tls'],
];

/** Whatever undici, Node or zlib threw, as an OutboundError. */
export function classify(error: unknown): OutboundError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof OutboundError) return cause;
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
    const kind = kinds.find(([pattern]) => pattern.test(code))?.[1];
    if (kind) return new OutboundError(kind, messages[kind], { cause: error });
  }
  return new OutboundError('network', messages.network, { cause: error });
}
