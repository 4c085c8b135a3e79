import { type NextRequest, NextResponse } from 'next/server';
import { browserApiUrl } from '@/lib/api-address';
import { contentSecurityPolicy } from '@/lib/content-security-policy';

/** Gives every page its own nonce; Next reads it from the request's policy and puts it on its scripts and styles. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('base64');
  const policy = contentSecurityPolicy({
    nonce,
    apiUrl: browserApiUrl(),
    development: process.env.NODE_ENV === 'development',
  });
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

export const config = { matcher: ['/((?!_next/static|_next/image|icon.svg).*)'] };
