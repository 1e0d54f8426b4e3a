import type { FlowBootstrap } from '../api/contract.js';

/** Whose page this is: their logo, and their name where there is none or it does not come. */
export function signOf({ name, branding: { logoUrl } }: FlowBootstrap['app']): HTMLElement {
  const sign = document.createElement('p');
  sign.slot = 'header';
  sign.className = 'sign';
  const write = (): void => sign.replaceChildren(name);
  if (logoUrl === null) write();
  else sign.append(logoOf(name, logoUrl, write));
  return sign;
}

function logoOf(name: string, logoUrl: string, onMissing: () => void): HTMLImageElement {
  const logo = new Image();
  logo.alt = name;
  logo.referrerPolicy = 'no-referrer';
  logo.addEventListener('error', onMissing);
  logo.src = logoUrl;
  return logo;
}
