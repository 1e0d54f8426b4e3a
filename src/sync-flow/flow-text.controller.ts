import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { validationFailed } from '../domain/problem.js';
import { ClientId } from '../platform/principal.js';
import { Database } from '../ports/database.js';
import { textsFrom } from './flow-locale.js';
import { FlowLocaleQuery, languageIn } from './flow.body.js';
import { FlowTextCatalogue } from './flow-text-catalogue.js';
import { readTexts } from './flow-text.body.js';

/** The language of texts for which none is named. */
const USUAL = 'en';

/** The client's own words on the set-up page. */
@Controller('v1/flow-text')
export class FlowTextController {
  constructor(
    private readonly database: Database,
    private readonly catalogue: FlowTextCatalogue,
  ) {}

  @Get()
  async get(@ClientId() clientId: string, @Query() query: FlowLocaleQuery) {
    const locale = languageIn(query) ?? USUAL;
    return this.database.asClient(clientId, async ({ flowTexts }) => this.view(locale, await flowTexts.list([locale])));
  }

  @Patch()
  async change(@ClientId() clientId: string, @Query() query: FlowLocaleQuery, @Body() body: unknown) {
    const locale = languageIn(query) ?? USUAL;
    const texts = readTexts(body, this.catalogue);
    if (!texts.ok) throw validationFailed(texts.problems);
    return this.database.asClient(clientId, async ({ flowTexts }) => {
      await flowTexts.change(locale, texts.value);
      return this.view(locale, await flowTexts.list([locale]));
    });
  }

  private view(locale: string, texts: Parameters<typeof textsFrom>[0]) {
    return { locale, text: textsFrom(texts), usual: this.catalogue.texts };
  }
}
