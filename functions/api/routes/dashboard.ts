import type { OpenAPIHono } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { secureHeaders } from 'hono/secure-headers';
import type { Page } from '../page.ts';

const HOME = '/dashboard';

/** Keys and values come from events that anybody may have written: the page runs what it brought along, and talks to whoever served it, and to nobody else. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
  trustedTypes: ["'none'"],
};

/** Serves the dashboard. */
export function serveDashboard(app: OpenAPIHono, { html, icon, script, style }: Page): void {
  const files = [
    [HOME, 'text/html; charset=utf-8', html],
    [`${HOME}/icon.svg`, 'image/svg+xml', icon],
    [`${HOME}/main.js`, 'text/javascript; charset=utf-8', script],
    [`${HOME}/style.css`, 'text/css; charset=utf-8', style],
  ] as const;
  const security = secureHeaders({ contentSecurityPolicy: POLICY, referrerPolicy: 'no-referrer', xFrameOptions: 'DENY' });
  for (const [path, contentType, body] of files) {
    // Asked for every time, and sent again when it is another.
    app.get(path, security, etag(), (context) => context.body(body, 200, { 'content-type': contentType, 'cache-control': 'no-cache' }));
  }
  app.get('/', (context) => context.redirect(HOME));
}
