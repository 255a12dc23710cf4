import { isUtf8 } from 'node:buffer';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** Refuses JSON that is not UTF-8 (RFC 8259 section 8.1): decoding would put other characters in its place. */
export const refuseBrokenText: MiddlewareHandler = async (c, next) => {
  const isJson = /json/i.test(c.req.header('content-type') ?? '');
  if (isJson && !isUtf8(await c.req.arrayBuffer())) {
    throw new HTTPException(400, { message: 'The body is not UTF-8.' });
  }
  return next();
};
