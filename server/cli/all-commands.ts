import type { Command } from './command.ts';
import { apiKeyCommands, scimTokenCommands, serviceAccountCommands } from './credentials.ts';
import { departmentCommands } from './departments.ts';
import { importCommands } from './import/import.ts';
import { invitationCommands, memberCommands } from './members.ts';
import { mailCommands, operatorCommands, organizationCommands } from './organization.ts';
import { roleCommands } from './roles.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  ...organizationCommands,
  ...memberCommands,
  ...invitationCommands,
  ...importCommands,
  ...departmentCommands,
  ...roleCommands,
  ...scimTokenCommands,
  ...apiKeyCommands,
  ...serviceAccountCommands,
  ...mailCommands,
  ...operatorCommands,
];
