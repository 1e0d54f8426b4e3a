import { Param, type PipeTransform } from '@nestjs/common';
import { isId, type IdPrefix } from '../domain/id.js';
import { notFound } from '../domain/problem.js';

/** `@IdParameter('companyId', 'com') companyId: string`: malformed is 404 as unknown is, and asks no database. */
export const IdParameter = (name: string, prefix: IdPrefix): ParameterDecorator => Param(name, new KnownId(prefix));

class KnownId implements PipeTransform<string, string> {
  constructor(private readonly prefix: IdPrefix) {}

  transform(value: string): string {
    if (isId(this.prefix, value)) return value;
    throw notFound();
  }
}
