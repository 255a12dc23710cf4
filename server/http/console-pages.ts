import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const self = ["'self'"];
const nothing = ["'none'"];
// The console, and what the links in invitations and resets lead to.
const pages = ['/', '/join', '/reset'];

/**
 * The hosted pages: one document and its assets, under a policy that lets nothing else run.
 *
 * @param secure served over https, which browsers are then told to keep to
 */
export function consolePages(assetsDirectory: string, { secure }: { secure: boolean }): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      strictTransportSecurity: secure ? 'max-age=31536000' : false,
      xFrameOptions: 'DENY',
      // The assets say their own.
      crossOriginResourcePolicy: false,
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
  app.use('/assets/*', async (c, next) => {
    await next();
    if (!c.res.ok) return;
    // Chunks carry their hash in their name.
    const immutable = /-[A-Z0-9]{8}\.\w+(\.map)?$/.test(c.req.path);
    c.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    // Any product may load the elements; what they show needs a token of its own.
    c.header('access-control-allow-origin', '*');
    c.header('cross-origin-resource-policy', 'cross-origin');
  });
  app.get('/assets/*', serveStatic({ root: assetsDirectory, precompressed: true }));
  for (const path of pages) {
    app.get(path, async (c, next) => {
      await next();
      c.header('cache-control', 'no-cache');
    });
    app.get(path, serveStatic({ root: assetsDirectory, path: 'index.html' }));
  }
  return app;
}
