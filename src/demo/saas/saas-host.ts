/** Names that lead to one's own machine, whoever asks. */
const OWN_MACHINE = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Why a request that came by another name is answered nothing. */
export const WRONG_HOST =
  'The demo answers on the machine that it runs on alone: open it under localhost. Elsewhere it needs PUBLIC_URL, ' +
  'the address under which browsers find it, and DEMO=false turns it off.\n';

/**
 * Whether the demo answers to a name, the `Host` of a request: anybody may have a name lead to this machine, and a page
 * of that name could open sessions here. `publicUrl` is our own origin where it is set.
 */
export const answersTo = (host: string | undefined, publicUrl: string | undefined): boolean =>
  host !== undefined && (OWN_MACHINE.test(host) || (publicUrl !== undefined && host === new URL(publicUrl).host));
