import type { ScimConnection } from '../../scim/storage.ts';
import type { DirectorySession } from '../directory/index.ts';

/** A SCIM connection with the session that its token opens. */
export interface ProvisioningConnection extends ScimConnection {
  readonly session: DirectorySession;
  /** Id. */
  readonly token: string;
}
