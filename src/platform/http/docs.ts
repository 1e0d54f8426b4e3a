import type { RequestHandler } from 'express';
import swaggerUi from 'swagger-ui-express';
import type { Contract } from '../openapi.js';

const pageRules: RequestHandler = (_, response, next) => {
  response.setHeader(
    'content-security-policy',
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
      "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
  );
  next();
};

/** The contract as a page to read and try. */
export const docsPage = ({ document }: Contract): RequestHandler[] => [
  pageRules,
  ...swaggerUi.serve,
  swaggerUi.setup(document, { customSiteTitle: 'Meridian API', customCss: '.topbar { display: none }' }),
];

/** The contract as JSON. */
export const docsJson =
  ({ document }: Contract): RequestHandler =>
  (_, response) => {
    response.json(document);
  };
