import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { notFound } from '../domain/problem.js';
import { Public } from '../platform/principal.js';
import { isKnown } from './content-tag.js';
import type { EmbedFile } from './embed-build.js';
import { EmbedFiles, type Lasting } from './embed-files.js';

const CACHING: Readonly<Record<Lasting, string>> = {
  forever: 'public, max-age=31536000, immutable',
  awhile: 'public, max-age=300',
  never: 'no-cache',
};

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
    const found = this.files.find(version, [path].flat().join('/'));
    if (!found) throw notFound();
    response.setHeader('cache-control', CACHING[found.lasting]);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    send(found.file, request, response);
  }
}

function send({ type, tag, plain, gzip, brotli }: EmbedFile, request: Request, response: Response): void {
  response.vary('Accept-Encoding');
  // Weak: packed or not, it says the same.
  response.setHeader('etag', `W/${tag}`);
  if (isKnown(request.headers['if-none-match'], tag)) return void response.status(304).end();
  const encoding = request.acceptsEncodings('br', 'gzip', 'identity');
  response.setHeader('content-type', type);
  if (encoding === 'br' || encoding === 'gzip') response.setHeader('content-encoding', encoding);
  response.end(encoding === 'br' ? brotli : encoding === 'gzip' ? gzip : plain);
}
