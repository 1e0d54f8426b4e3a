import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { notFound } from '../domain/problem.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { invalidParameter } from '../platform/validation.js';
import { ConnectionVariables } from './connection-variables.js';
import { PutVariable } from './variable.body.js';
import { variableView } from './variable.view.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const isName = (text: string): boolean => NAME.test(text);

@Controller('v1/connections/:connectionId/variables')
export class VariablesController {
  constructor(private readonly variables: ConnectionVariables) {}

  @Get()
  async list(@ClientId() clientId: string, @IdParameter('connectionId', 'con') connectionId: string) {
    const all = await this.variables.list(clientId, connectionId);
    return { data: all.map(variableView), nextCursor: null };
  }

  @Get(':variableName')
  async get(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Param('variableName') name: string,
  ) {
    if (!isName(name)) throw notFound();
    return variableView(await this.variables.get({ clientId, connectionId, name }));
  }

  @Put(':variableName')
  async put(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Param('variableName') name: string,
    @Body() { value }: PutVariable,
  ) {
    if (!isName(name)) {
      const rule = 'A variable is named by a letter or _, then letters, digits and _, 64 characters at most.';
      throw invalidParameter('variableName', rule);
    }
    return variableView(await this.variables.put({ clientId, connectionId, name }, value));
  }

  @Delete(':variableName')
  @HttpCode(204)
  async delete(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Param('variableName') name: string,
  ) {
    if (!isName(name)) throw notFound();
    await this.variables.delete({ clientId, connectionId, name });
  }
}
