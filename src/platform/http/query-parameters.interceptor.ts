import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import type { Contract } from '../openapi.js';
import { invalidParameter } from '../validation.js';
import { pathOf, queryOf } from './request-path.js';

/** Refuses query parameters that the contract does not know, and those given twice. */
export class QueryParametersInterceptor implements NestInterceptor {
  constructor(private readonly contract: Contract) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const operation = this.contract.find(pathOf(request))?.operations.get(method);
    if (operation && !operation.anyQuery) refuseUnknown(queryOf(request), operation.queryParameters);
    return next.handle();
  }
}

function refuseUnknown(query: string, known: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!known.has(name)) throw invalidParameter(name.slice(0, 100), 'This query parameter is not known here.');
    if (seen.has(name)) throw invalidParameter(name, 'This query parameter is given more than once.');
    if (value.includes('\0') || value.includes('\ufffd'))
      throw invalidParameter(name, 'This query parameter is no text.');
    seen.add(name);
  }
}
