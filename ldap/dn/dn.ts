/** One attribute type and value of an RDN. */
export interface Ava {
  /** As written: a name in any case, or an OID. */
  readonly type: string;
  readonly value: string;
}

/** A set of at least one AVA. */
export type Rdn = readonly Ava[];

/** The RDNs from the entry up to the root; empty for the root itself. */
export type Dn = readonly Rdn[];

/** Writes a DN as RFC 4514 section 2 says. */
export function formatDn(dn: Dn): string {
  return dn.map(formatRdn).join(',');
}

export function formatRdn(rdn: Rdn): string {
  return rdn.map(({ type, value }) => `${type}=${escapeDnValue(value)}`).join('+');
}

/** Escapes what RFC 4514 section 2.4 reserves: `, + " \ < > ;`, NUL, a leading space or `#`, a trailing space. */
export function escapeDnValue(value: string): string {
  if (/^[A-Za-z0-9._@-]*$/.test(value)) return value;
  return value
    .replace(/[,+"\\<>;=]/g, '\\$&')
    .replace(/\0/g, '\\00')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, (space, at: number, whole: string) =>
      at === 1 && whole.startsWith('\\') ? space : '\\ ',
    );
}
