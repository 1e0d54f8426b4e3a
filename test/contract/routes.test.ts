import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Contract } from '../../src/platform/openapi.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const outside = /^\/(inbox|docs|openapi\.json|embed)/;

describe('the routes of the running application', () => {
  it('are those of the contract, no more and no less', () => {
    const promised = new Contract()
      .templates()
      .flatMap(({ template, operations }) => [...operations.keys()].map((method) => `${method} ${bare(template)}`));
    expect(routesOf(world).toSorted()).toEqual(promised.toSorted());
  });
});

/** Names of parameters do not matter: `/v1/runs/{}`. */
const bare = (path: string): string => path.replaceAll(/\{\w+\}|:\w+/g, '{}');

function routesOf({ app }: World): readonly string[] {
  const discovery = new DiscoveryService(app.get(ModulesContainer));
  const scanner = new MetadataScanner();
  return discovery.getControllers().flatMap(({ instance, metatype }) => {
    const prototype: object = Object.getPrototypeOf(instance);
    const bases = listed(Reflect.getMetadata(PATH_METADATA, metatype as object));
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = (prototype as Record<string, object>)[name];
      const method: unknown = handler && Reflect.getMetadata(METHOD_METADATA, handler);
      if (!handler || typeof method !== 'number') return [];
      const paths = listed(Reflect.getMetadata(PATH_METADATA, handler));
      return bases
        .flatMap((base) => paths.map((path) => joined(base, path)))
        .filter((path) => !outside.test(path))
        .map((path) => `${RequestMethod[method]} ${bare(path)}`);
    });
  });
}

const listed = (path: unknown): readonly string[] => [path].flat().map((one) => (typeof one === 'string' ? one : ''));
const joined = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
