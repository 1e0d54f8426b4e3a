import { Param, type PipeTransform } from '@nestjs/common';
import { notFound } from '../domain/problem.js';
import { isCleanText } from '../platform/characters.js';

/** Longer than the name of any model. */
const LONGEST = 100;

/** `@ModelParameter() model: string`: what cannot be the name of a model is 404, as an unknown one is. */
export const ModelParameter = (): ParameterDecorator => Param('modelName', new PossibleModel());

class PossibleModel implements PipeTransform<string, string> {
  transform(value: string): string {
    if (value.length <= LONGEST && isCleanText(value)) return value;
    throw notFound();
  }
}
