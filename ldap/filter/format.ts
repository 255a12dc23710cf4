import { decodeUtf8 } from '../ber/utf8.ts';
import type { Filter } from './filter.ts';

const operators = { equality: '=', greaterOrEqual: '>=', lessOrEqual: '<=', approx: '~=' } as const;

/** Writes a filter as text (RFC 4515). */
export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
      return `(&${filter.filters.map(formatFilter).join('')})`;
    case 'or':
      return `(|${filter.filters.map(formatFilter).join('')})`;
    case 'not':
      return `(!${formatFilter(filter.filter)})`;
    case 'present':
      return `(${filter.attribute}=*)`;
    case 'substrings': {
      const pieces = [
        formatValue(filter.initial),
        ...filter.any.map(formatValue),
        formatValue(filter.final),
      ];
      return `(${filter.attribute}=${pieces.join('*')})`;
    }
    case 'extensible': {
      const dn = filter.dnAttributes ? ':dn' : '';
      const rule = filter.rule === undefined ? '' : `:${filter.rule}`;
      return `(${filter.attribute ?? ''}${dn}${rule}:=${formatValue(filter.value)})`;
    }
    default:
      return `(${filter.attribute}${operators[filter.kind]}${formatValue(filter.value)})`;
  }
}

/** An assertion value with what RFC 4515 section 3 reserves escaped; other octets than UTF-8 too. */
export function formatValue(value: Uint8Array | undefined): string {
  if (value === undefined) return '';
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
  const text = decodeUtf8(bytes, 0, bytes.length);
  if (text !== undefined) {
    return text.replace(/[()*\\]/g, (c) => escapeOctet(c.charCodeAt(0))).replaceAll('\0', '\\00');
  }
  return [...bytes]
    .map((octet) => (isPlain(octet) ? String.fromCharCode(octet) : escapeOctet(octet)))
    .join('');
}

function isPlain(octet: number): boolean {
  return octet > 0x1f && octet < 0x7f && !'()*\\'.includes(String.fromCharCode(octet));
}

function escapeOctet(octet: number): string {
  return `\\${octet.toString(16).padStart(2, '0')}`;
}
