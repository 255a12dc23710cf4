import { textLimits } from '../limits.ts';
import { type Leniency, tolerates } from '../profiles.ts';
import type { Attribute } from './attribute.ts';
import type { Scalar } from './value.ts';

const dateTime =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?$/;

/** True for an xsd:dateTime that names a moment, on a day of the calendar (RFC 7643 section 2.3.5). */
export function isDateTime(text: string): boolean {
  const day = dateTime.exec(text)?.[1];
  if (day === undefined) return false;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

/** Milliseconds since 1970 of an xsd:dateTime; without an offset it is taken for UTC. */
export function moment(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** What is wrong with a value of a simple type, in words that follow "The attribute x". */
export class WrongValue extends Error {}

/**
 * Reads a JSON value as one value of a simple attribute (RFC 7643 section 2.3).
 *
 * @throws WrongValue
 */
export function readScalar(attribute: Attribute, json: unknown, leniency: Leniency): Scalar {
  switch (attribute.type) {
    case 'boolean':
      return readBoolean(json, leniency);
    case 'integer':
      if (Number.isSafeInteger(json)) return json as number;
      throw new WrongValue('must be an integer');
    case 'decimal':
      if (typeof json === 'number' && Number.isFinite(json)) return json;
      throw new WrongValue('must be a number');
    case 'dateTime': {
      const text = readText(attribute, json, textLimits.dateTime);
      if (isDateTime(text)) return text;
      throw new WrongValue('must be a date and time such as 2026-01-31T12:00:00Z');
    }
    case 'binary': {
      const text = readText(attribute, json, textLimits.binary);
      if (base64.test(text) && text.replace(/=+$/, '').length % 4 !== 1) return text;
      throw new WrongValue('must be base64');
    }
    case 'reference':
      return readText(attribute, json, textLimits.reference);
    default:
      return readText(attribute, json, textLimits.string);
  }
}

function readBoolean(json: unknown, leniency: Leniency): boolean {
  if (typeof json === 'boolean') return json;
  if (typeof json === 'string' && /^(true|false)$/i.test(json)) {
    if (tolerates(leniency, 'booleanStrings')) return json.toLowerCase() === 'true';
  }
  throw new WrongValue('must be true or false');
}

function readText(attribute: Attribute, json: unknown, usual: number): string {
  if (typeof json !== 'string') throw new WrongValue('must be a string');
  const most = attribute.maxLength ?? usual;
  if (json.length > most) throw new WrongValue(`must not be longer than ${most} characters`);
  if (json.includes('\0')) throw new WrongValue('must not contain the character NUL');
  if (!json.isWellFormed()) throw new WrongValue('must not contain half of a surrogate pair');
  return json;
}
