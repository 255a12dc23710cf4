import { badRequest, ScimError, shown } from '../error.ts';

/**
 * Parses JSON that nests no deeper than `depth`. Names such as `__proto__` come out as properties like
 * any other; nothing reads them unless a schema declares them.
 *
 * @throws ScimError 400 `invalidSyntax`.
 */
export function parseJson(text: string, depth: number): unknown {
  if (nestsDeeper(text, depth)) {
    throw badRequest('invalidSyntax', `The body nests deeper than ${depth} levels`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The message of the parser quotes the body, which may hold a password.
    const at =
      error instanceof SyntaxError ? / at position \d+/.exec(error.message)?.[0] : undefined;
    throw badRequest(
      'invalidSyntax',
      `The body is not JSON${at === undefined ? '' : `: see${at}`}`,
    );
  }
}

function nestsDeeper(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at += 1;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      depth += 1;
      if (depth > most) return true;
    } else if (character === 0x7d || character === 0x5d) depth -= 1;
  }
  return false;
}

const acceptedTypes = new Set(['application/scim+json', 'application/json']);

/**
 * Reads the body of a request as JSON in UTF-8 (RFC 7644 section 3.8).
 *
 * @param most largest body in bytes.
 * @throws ScimError 415, 413 or 400 `invalidSyntax`.
 */
export async function readBody(request: Request, most: number, depth: number): Promise<unknown> {
  const contentType = request.headers.get('content-type') ?? '';
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!acceptedTypes.has(mediaType)) {
    const sent = contentType === '' ? 'no Content-Type' : shown(contentType);
    throw new ScimError(415, `The body must be application/scim+json; the request has ${sent}`);
  }
  const bytes = await readBytes(request, most);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('invalidSyntax', 'The body is not UTF-8');
  }
  return parseJson(text, depth);
}

async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  if (declared !== null && Number(declared) > most) throw tooLarge(most);
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > most) throw tooLarge(most);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
}

function tooLarge(most: number): ScimError {
  return new ScimError(413, `The body is larger than the limit of ${most} bytes`);
}
