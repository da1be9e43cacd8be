import { createHash } from 'node:crypto';
import { refused, S3Requests, type Signer } from './s3-requests.ts';

const EMPTY_DIGEST = createHash('sha256').digest('hex');

/**
 * The keys of all objects of a bucket that begin so, in their order.
 *
 * @param bucket Its address, without the last slash.
 * @throws {ObjectStoreError} when it cannot be listed.
 */
export async function* objectKeys(signer: Signer, bucket: string, prefix: string): AsyncGenerator<string> {
  const requests = new S3Requests(signer);
  let token: string | undefined;
  do {
    const address = new URL(bucket);
    // Keys come as in a URL, so that no character of theirs is one of the XML around them.
    for (const [name, value] of Object.entries({ 'list-type': '2', 'encoding-type': 'url', prefix })) address.searchParams.set(name, value);
    if (token !== undefined) address.searchParams.set('continuation-token', token);
    const answer = await requests.send('GET', address.href, EMPTY_DIGEST);
    if (answer.status !== 200) throw refused('GET', bucket, answer);
    const text = answer.body.toString('utf8');
    for (const [, key = ''] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) yield decodeURIComponent(key.replaceAll('+', ' '));
    token = /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(text)?.[1];
  } while (token !== undefined);
}
