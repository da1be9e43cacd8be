import { readFile } from 'node:fs/promises';
import { serveLocally } from '../../functions/api/api-server.ts';
import { RequestSigner } from '../../shared/adapters/execute-api/request-signer.ts';
import { lambdaClient } from '../../shared/adapters/lambda/lambda-client.ts';
import { CommandError, UsageError } from '../command-error.ts';
import { apiProxy, type Authorize } from './api-proxy.ts';

export interface DashboardCommandOptions {
  /** Of the API. */
  readonly url: string;
  /** Absent where IAM says who may ask. */
  readonly tokenFile?: string;
  readonly port: number;
  readonly json?: boolean;
}

/**
 * `mullion dashboard`: serves the dashboard of a deployed API on this machine, until it is stopped.
 *
 * @throws {CommandError} when the URL is none, the token cannot be read, or the port is taken.
 */
export async function dashboardCommand({ url, tokenFile, port, json }: DashboardCommandOptions): Promise<void> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--url ${url}: needed: the URL of the API, as the stack's output has it: https://….execute-api.….amazonaws.com`);
  const authorize = tokenFile === undefined ? bySignature() : byToken(tokenFile);
  if (tokenFile !== undefined) await readToken(tokenFile);
  const { address } = await served(apiProxy(new URL(url), authorize), port);
  const dashboard = `${address}/dashboard`;
  if (json !== true) process.stderr.write(`the dashboard of ${url}, until Ctrl-C:\n`);
  process.stdout.write(`${json === true ? JSON.stringify({ dashboard }) : dashboard}\n`);
}

async function served(proxy: Parameters<typeof serveLocally>[0], port: number): ReturnType<typeof serveLocally> {
  try {
    return await serveLocally(proxy, { port });
  } catch (error) {
    throw new CommandError(`--port ${port}: ${(error as Error).message}; leave it out for one that is free`, { cause: error });
  }
}

/** By region and credentials as the AWS SDK finds them. */
function bySignature(): Authorize {
  const signer = new RequestSigner(lambdaClient().config);
  return (request) => signer.headers(request);
}

/** The file is read for every request: whoever renews the token writes it there. */
function byToken(file: string): Authorize {
  return async () => ({ authorization: `Bearer ${await readToken(file)}` });
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new CommandError(`--token-file ${file}: it cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
