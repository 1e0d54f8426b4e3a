/** Tables of the installation: what belongs to no client, or is the client; small, and the same wherever it is looked at. */
export const OF_NO_CLIENT: readonly string[] = [
  'client',
  'load_minute',
  'load_summed',
  'migration',
  'planned_pool',
  'pool_minute',
  'process',
  'rate_limit',
];
/** Unique over all clients, as it is looked for before the client is known: 256 bits that nobody can probe for. */
export const FOUND_BY_SECRET: readonly string[] = ['one_key_per_hash', 'one_session_per_token'];
