/** A wheel in a stream. */
export const SAAS_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">
<rect width="28" height="28" rx="8" fill="#0e6b5c"/>
<g fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round">
<circle cx="14" cy="11.5" r="4.5"/>
<path d="M6 20c2 0 2-1.5 4-1.5s2 1.5 4 1.5 2-1.5 4-1.5 2 1.5 4 1.5"/>
</g>
</svg>
`;
