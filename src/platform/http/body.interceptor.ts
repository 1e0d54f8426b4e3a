import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { DomainError } from '../../domain/problem.js';
import type { Contract } from '../openapi.js';
import type { HttpLimits } from './limits.js';
import { parseJson } from './parse-json.js';
import { pathOf } from './request-path.js';
import { readBytes } from './read-bytes.js';

const JSON_TYPE = /^application\/json[\t ]*(;[\t ]*charset="?utf-8"?[\t ]*)?$/i;
const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** Reads bodies after the caller is known: nobody without a key makes us read one. */
export class BodyInterceptor implements NestInterceptor {
  constructor(
    private readonly contract: Contract,
    private readonly limits: HttpLimits,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    if (!withoutBody.has(request.method)) request.body = await this.read(request);
    return next.handle();
  }

  private async read(request: Request): Promise<unknown> {
    const isRequired = this.contract.find(pathOf(request))?.operations.get(request.method)?.body?.required ?? false;
    if (!isRequired && !hasBody(request)) return undefined;
    if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
      const message = 'Send the body as application/json, in UTF-8.';
      throw new DomainError({ code: 'unsupported_media_type', status: 'unsupported_media_type', message });
    }
    return parseJson(await readBytes(request, this.limits), this.limits.bodyDepth);
  }
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
