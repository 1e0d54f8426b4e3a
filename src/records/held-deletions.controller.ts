import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Cursors } from '../platform/cursors.js';
import { IdParameter } from '../platform/id-parameter.js';
import { ClientId } from '../platform/principal.js';
import { PageQuery } from '../platform/validation.js';
import { ApproveHeldDeletion } from './held-deletion.body.js';
import { heldDeletionView } from './held-deletion.view.js';
import { HeldDeletions } from './held-deletions.js';
import { ModelParameter } from './model-parameter.js';

@Controller('v1/connections/:connectionId/held-deletions')
export class HeldDeletionsController {
  constructor(
    private readonly heldDeletions: HeldDeletions,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  async list(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @Query() query: PageQuery,
  ) {
    const list = `held deletions of ${connectionId}`;
    const page = await this.heldDeletions.list(clientId, connectionId, this.cursors.request(clientId, list, query));
    return this.cursors.answer(clientId, list, page, heldDeletionView);
  }

  @Post(':modelName/approve')
  @HttpCode(200)
  async approve(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @ModelParameter() model: string,
    @Body() { runId }: ApproveHeldDeletion,
  ) {
    return { deleted: await this.heldDeletions.approve({ clientId, connectionId, model }, runId) };
  }

  @Delete(':modelName')
  @HttpCode(204)
  async decline(
    @ClientId() clientId: string,
    @IdParameter('connectionId', 'con') connectionId: string,
    @ModelParameter() model: string,
  ) {
    await this.heldDeletions.decline({ clientId, connectionId, model });
  }
}
