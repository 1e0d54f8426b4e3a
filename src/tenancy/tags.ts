import { applyDecorators } from '@nestjs/common';
import { IsObject } from 'class-validator';
import { isCleanText } from '../platform/characters.js';
import { entriesRule, Rule } from '../platform/rules.js';

const MOST_TAGS = 10;
const isTagName = (name: string) => name.length > 0 && name.length <= 27 && !name.includes(':');
const isLong = (value: unknown) => typeof value === 'string' && value.length > 100;
const isUnclean = (text: unknown) => typeof text === 'string' && !isCleanText(text);

/** Up to ten labels: names of 1 to 27 characters without a colon, values of up to 100. */
export const Tags = (): PropertyDecorator =>
  applyDecorators(
    IsObject(),
    Rule({
      code: 'invalid_type',
      message: '$property must hold strings only.',
      holds: entriesRule((entries) => entries.every(([, value]) => typeof value === 'string')),
    }),
    Rule({
      code: 'too_many_items',
      message: `$property may hold ${MOST_TAGS} labels at most.`,
      holds: entriesRule((entries) => entries.length <= MOST_TAGS),
    }),
    Rule({
      code: 'invalid_format',
      message: 'The names in $property must be 1 to 27 characters without a colon.',
      holds: entriesRule((entries) => entries.every(([name]) => isTagName(name))),
    }),
    Rule({
      code: 'too_long',
      message: 'The values in $property may be 100 characters at most.',
      holds: entriesRule((entries) => !entries.some(([, value]) => isLong(value))),
    }),
    Rule({
      code: 'invalid_characters',
      message: '$property holds control characters, or characters that cannot be shown as written.',
      holds: entriesRule((entries) => !entries.flat().some((text) => isUnclean(text))),
    }),
  );
