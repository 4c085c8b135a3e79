import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { artifacts, newId } from '@stockpot/db';
import { labs } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credentials, type TestServer, testServer } from '../testing/server.js';
import { blobPath } from './blobs.js';

let server: TestServer;
let member: Credentials;
const bytes = Buffer.from('<script>alert(1)</script>'.repeat(100));
const hash = createHash('sha256').update(bytes).digest('hex');

async function store(labId: string, of: string): Promise<void> {
  await server.services.db.drizzle
    .insert(artifacts)
    .values({ labId, id: newId('art'), hash: of, bytes: bytes.length, mediaType: 'text/html' });
}

beforeAll(async () => {
  server = await testServer();
  const secret = await labs.create({ ctx: server.system, input: { slug: 'secret', name: 'Secret' } });
  const open = await labs.create({ ctx: server.system, input: { slug: 'open', name: 'Open', visibility: 'public' } });
  const { userId, credentials } = await server.signUp('ada');
  await labs.setMember({ ctx: server.system, input: { lab: 'secret', userId, role: 'viewer' } });
  member = credentials;
  await store(secret.id, hash);
  await store(open.id, 'f'.repeat(64));
  const path = join(server.blobs, blobPath(hash));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
});
afterAll(() => server.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}/blobs/${path}`, { headers });

describe('downloading a blob', () => {
  it('gives members the bytes, as an attachment that no browser runs', async () => {
    const response = await get(`${hash}?lab=secret`, member);
    expect(response.status).toBe(200);
    expect(
      createHash('sha256')
        .update(Buffer.from(await response.arrayBuffer()))
        .digest('hex'),
    ).toBe(hash);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${hash.slice(0, 16)}.bin"`);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(response.headers.get('etag')).toBe(`"${hash}"`);
  });

  it('gives a part, and nothing to who has it already', async () => {
    const part = await get(`${hash}?lab=secret`, { ...member, range: 'bytes=8-12' });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe('alert');
    // fetch adds Cache-Control: no-cache to conditional requests; a browser that revalidates does not.
    const status = await new Promise((resolve) => {
      const headers = { ...member, 'if-none-match': `"${hash}"` };
      request(`${server.url}/blobs/${hash}?lab=secret`, { headers }, (answer) =>
        resolve(answer.resume().statusCode),
      ).end();
    });
    expect(status).toBe(304);
  });

  it('answers others, and through another lab, as if it did not exist', async () => {
    expect((await get(`${hash}?lab=secret`)).status).toBe(404);
    expect((await get(`${hash}?lab=open`, member)).status).toBe(404);
    expect((await get(`${hash}?lab=nowhere`, member)).status).toBe(404);
  });

  it('says when the row is there and the bytes are not', async () => {
    const response = await get(`${'f'.repeat(64)}?lab=open`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('BLOB_MISSING');
  });

  it.each([
    '..',
    '%2e%2e',
    '%252e%252e',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    hash.toUpperCase(),
    `${hash}/..`,
    `${hash};x`,
    `${hash}%5c`,
    'file:',
    '/etc/passwd',
  ])('does not take %s for a name', async (name) => {
    const response = await get(`${name}?lab=secret`, member);
    expect([400, 404]).toContain(response.status);
    expect(await response.text()).not.toContain('root:');
  });

  it('needs one lab', async () => {
    expect((await get(hash, member)).status).toBe(400);
    expect((await get(`${hash}?lab=secret&lab=open`, member)).status).toBe(400);
  });
});
