import type { SecureContext } from 'node:tls';
import type { BerWriter } from '../ber/ber-writer.ts';
import type { LdapDirectory } from '../directory.ts';
import type { LdapLimits } from '../limits.ts';
import type { LdapObserver } from '../observer.ts';
import type { Schema } from '../schema/schema.ts';
import type { PageCookies } from './page-cookies.ts';
import type { Scheduler } from './scheduler.ts';
import type { ServerEntries } from './server-entries.ts';

/** What all connections of a listener share. */
export interface ServerContext<Identity> {
  readonly directory: LdapDirectory<Identity>;
  readonly schema: Schema;
  readonly limits: LdapLimits;
  readonly observer: LdapObserver;
  /** A simple bind in clear text is taken from other hosts too. */
  readonly allowClearTextBind: boolean;
  readonly scheduler: Scheduler;
  readonly pageCookies: PageCookies;
  readonly serverEntries: ServerEntries;
  /** Emptied within each turn of the event loop, so that one serves all connections. */
  readonly writer: BerWriter;
  /** The certificate in force; undefined where there is no TLS. */
  secureContext(): SecureContext | undefined;
}

/** Who a connection acts for; undefined for anonymous. */
export interface Session<Identity> {
  readonly identity: Identity;
  /** Authorization identity. */
  readonly dn: string;
}
