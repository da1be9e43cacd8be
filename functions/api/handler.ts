import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import { createApiPorts } from '../ports.ts';
import { type ApiOptions, createApi } from './app.ts';
import { type ApiPipeline, readApiEnvironment } from './environment.ts';
import type { Page } from './page.ts';
import { ServedPipeline, type ServedPorts } from './served-pipeline.ts';

/** The pipelines that a function answers for, and how. */
export type ApiDeployment = ApiOptions & { readonly pipelines: readonly ServedPipeline[] };

/**
 * The function behind the HTTP API.
 *
 * @param definitions Of the pipelines, in the order in which the environment tells of them.
 * @param page The dashboard.
 * @param deployment What it works on. Default: as the environment says.
 */
export function createApiHandler(
  definitions: readonly Pipeline<never>[],
  page: Page | undefined,
  deployment: ApiDeployment = deployed(definitions),
) {
  const { pipelines, ...options } = deployment;
  // All of it is text; what is not known as that is sent in base64.
  const respond = handle(createApi(pipelines, { page, ...options }), { isContentTypeBinary: () => false });
  return middy<LambdaEvent>().handler((event, context) => respond(event, context as never));
}

function deployed(definitions: readonly Pipeline<never>[]): ApiDeployment {
  const log = new Logger({ serviceName: 'mullion-api' });
  const environment = readApiEnvironment(process.env, definitions.length);
  const { clock, served } = createApiPorts(environment);
  return {
    pipelines: definitions.map((definition, index) => {
      const { name = definition.name } = environment[index] as ApiPipeline;
      return new ServedPipeline(underName(definition, name), served[index] as ServedPorts);
    }),
    clock,
    // An open connection would cost by the second, and API Gateway ends it after thirty.
    events: { everyMs: 2_000, staysOpen: false },
    onError: (error) => log.error('a request failed', error as Error),
  };
}
