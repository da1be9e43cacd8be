import { UsageError } from './command-error.ts';

/** Where calls go, and in whose name, where the AWS SDK is not to find that out by itself. */
export interface AwsTarget {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

// A local stack wants a signature and never checks it.
const LOCAL = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/**
 * What `--endpoint` says.
 *
 * @throws {CommandError} when it is no URL.
 */
export function targetOf(endpoint: string | undefined): AwsTarget {
  if (endpoint === undefined) return {};
  if (!URL.canParse(endpoint)) throw new UsageError(`--endpoint ${endpoint}: needed: a URL such as http://127.0.0.1:8000`);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);
  return isLocal ? { endpoint, ...LOCAL } : { endpoint };
}

/** Why a call failed, for a person. A connection that is refused on every address comes without a message of its own. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  // Below the first line the SDK tells programmers where to look.
  const [message] = error.message.split('\n');
  if (message === '' || message === undefined) return code ?? error.name;
  return error.name === 'Error' ? message : `${error.name}: ${message}`;
}
