import type { RequestHandler } from 'express';
import { CLIENT_ADDRESS_HEADER } from '../auth/auth.js';
import { addressOf, rememberAddress } from './client-address.js';
import type { AllowedOrigins } from './origins.js';
import { refuse } from './problem.js';

/** The first things that are asked of a request: is it for us, and does it come from a page that may use us. */
export function edge(origins: AllowedOrigins, trustProxy: boolean): RequestHandler {
  return (request, response, next) => {
    if (!origins.allowsHost(request.headers.host)) {
      refuse(
        response,
        421,
        'HOST_NOT_ALLOWED',
        'This server does not answer to the name it was addressed by.',
        'Use its own address, or add the name to STOCKPOT_ALLOWED_HOSTS.',
      );
      return;
    }
    if (!origins.allowsOrigin(request.headers.origin)) {
      refuse(
        response,
        403,
        'ORIGIN_NOT_ALLOWED',
        'Pages of this origin may not use the API.',
        'Add the origin to STOCKPOT_WEB_ORIGIN if it is the dashboard.',
      );
      return;
    }
    const address = addressOf(request, trustProxy);
    rememberAddress(request, address);
    // Overwrites what a client may have sent: better-auth counts tries by this header.
    request.headers[CLIENT_ADDRESS_HEADER] = address;
    next();
  };
}
