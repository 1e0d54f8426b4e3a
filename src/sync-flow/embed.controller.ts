import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { notFound } from '../domain/problem.js';
import { Public } from '../platform/principal.js';
import { EmbedFiles, type EmbedFile } from './embed-files.js';

/** A version never changes. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** `/embed/1/…` moves on with each release. */
const A_WHILE = 'public, max-age=300';

/** The element's files for pages of any origin: `/embed/1.4.2/…`, and `/embed/1/…` for whoever follows a major. */
@Public()
@Controller('embed')
export class EmbedController {
  constructor(private readonly files: EmbedFiles) {}

  @Get(':version/*file')
  file(
    @Param('version') version: string,
    @Param('file') path: string | readonly string[],
    @Req() request: Request,
    @Res() response: Response,
  ): void {
    const file = this.files.find([path].flat().join('/'));
    const known = this.files.version;
    if (!file || known === undefined || (version !== known && version !== majorOf(known))) throw notFound();
    response.setHeader('cache-control', version === known ? FOR_EVER : A_WHILE);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    send(file, request, response);
  }
}

const majorOf = (version: string): string => version.split('.', 1)[0] ?? '';

function send({ type, plain, gzip, brotli }: EmbedFile, request: Request, response: Response): void {
  const encoding = request.acceptsEncodings('br', 'gzip', 'identity');
  response.setHeader('content-type', type);
  response.vary('Accept-Encoding');
  if (encoding === 'br' || encoding === 'gzip') response.setHeader('content-encoding', encoding);
  response.end(encoding === 'br' ? brotli : encoding === 'gzip' ? gzip : plain);
}
