import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Cursors } from '../platform/cursors.js';
import { IfMatch } from '../platform/etag.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { Companies } from './companies.js';
import { CompanyQuery, CreateCompany, UpdateCompany } from './company.body.js';
import { companyView } from './company.view.js';
import { tagged } from './tagged.js';

@Controller('v1/companies')
export class CompaniesController {
  constructor(
    private readonly companies: Companies,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  async create(
    @ClientId() clientId: string,
    @Body() body: CreateCompany,
    @Res({ passthrough: true }) response: Response,
  ) {
    const company = await this.companies.create(clientId, body);
    response.location(`/v1/companies/${company.id}`);
    return companyView(tagged(response, company));
  }

  @Get()
  async list(@ClientId() clientId: string, @Query() query: CompanyQuery) {
    const filter = { reference: query.reference };
    const list = `companies ${JSON.stringify(filter)}`;
    const page = await this.companies.list(clientId, filter, this.cursors.request(clientId, list, query));
    return this.cursors.answer(clientId, list, page, companyView);
  }

  @Get(':companyId')
  async get(
    @ClientId() clientId: string,
    @IdParameter('companyId', 'com') companyId: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    return companyView(tagged(response, await this.companies.get(clientId, companyId)));
  }

  @Patch(':companyId')
  async update(
    @ClientId() clientId: string,
    @IdParameter('companyId', 'com') companyId: string,
    @Body() body: UpdateCompany,
    @IfMatch() expected: number | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    return companyView(tagged(response, await this.companies.update({ clientId, companyId, expected }, body)));
  }

  @Delete(':companyId')
  @HttpCode(204)
  async delete(@ClientId() clientId: string, @IdParameter('companyId', 'com') companyId: string) {
    await this.companies.delete(clientId, companyId);
  }
}
