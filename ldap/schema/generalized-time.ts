const form =
  /^(\d{4})(\d{2})(\d{2})(\d{2})(?:(\d{2})(?:(\d{2}|60))?)?(?:[.,](\d{1,9}))?(Z|[+-]\d{2}(?:\d{2})?)$/;

/**
 * Milliseconds since 1970 of a Generalized Time (RFC 4517 section 3.3.13), zones and fractions of
 * hours, minutes or seconds included; undefined for anything else.
 */
export function parseGeneralizedTime(text: string): number | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone = 'Z'] = match;
  const numbers = [year, month, day, hour, minute ?? 0, second ?? 0].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = numbers;
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  if (date.getUTCDate() !== d) return undefined;
  const unit = second !== undefined ? 1000 : minute !== undefined ? 60_000 : 3_600_000;
  const extra = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * unit);
  const time = date.setUTCHours(h, mi, s) + extra;
  if (zone === 'Z') return time;
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3) || 0);
  return time - (zone.startsWith('-') ? -1 : 1) * offset * 60_000;
}

/** A time of whole seconds in UTC, as servers write it: `20260131120000Z`. */
export function formatGeneralizedTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}
