import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const self = ["'self'"];
const nothing = ["'none'"];

/** The hosted console: one page and its assets, under a policy that lets nothing else run. */
export function consolePages(assetsDirectory: string): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: nothing,
        scriptSrc: self,
        styleSrc: self,
        imgSrc: ["'self'", 'data:'],
        fontSrc: self,
        connectSrc: self,
        formAction: self,
        baseUri: nothing,
        frameAncestors: nothing,
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ['lit-html'],
      },
      referrerPolicy: 'no-referrer',
      crossOriginOpenerPolicy: 'same-origin',
    }),
  );
  app.use(
    '/assets/*',
    serveStatic({
      root: assetsDirectory,
      onFound: (path, c) => {
        // Chunks carry their hash in their name.
        const immutable = /-[A-Z0-9]{8}\.\w+(\.map)?$/.test(path);
        c.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
        // Any product may load the elements; what they show needs a token of its own.
        c.header('access-control-allow-origin', '*');
        c.header('cross-origin-resource-policy', 'cross-origin');
      },
    }),
  );
  app.get(
    '/',
    serveStatic({
      root: assetsDirectory,
      path: 'index.html',
      onFound: (_path, c) => c.header('cache-control', 'no-cache'),
    }),
  );
  return app;
}
