import type { AttributeInput } from '../entry/attribute-input.ts';
import type { Schema } from './schema.ts';

/** Where the schema is published (RFC 4512 section 4.4). */
export const subschemaDn = 'cn=subschema';

/** The subschema entry's attributes (RFC 4512 section 4.2), made from the schema itself. */
export function subschemaAttributes(schema: Schema, startedAt: Date): AttributeInput {
  const rules = schema.matchingRules;
  const time = `${startedAt.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return {
    objectClass: ['top', 'subentry', 'subschema', 'extensibleObject'],
    cn: 'subschema',
    subtreeSpecification: '{}',
    ldapSyntaxes: schema.syntaxes.map(({ oid, description }) => `( ${oid} DESC '${description}' )`),
    matchingRules: rules.map(
      ({ oid, name, syntax }) => `( ${oid} NAME '${name}' SYNTAX ${syntax} )`,
    ),
    matchingRuleUse: rules.flatMap(({ oid, name, appliesTo }) => {
      const types = schema.attributeTypes.filter((type) => appliesTo.has(type.syntax.oid));
      const names = types.map((type) => type.name).join(' $ ');
      return types.length === 0 ? [] : [`( ${oid} NAME '${name}' APPLIES ( ${names} ) )`];
    }),
    attributeTypes: schema.attributeTypes.map(({ definition }) => definition),
    objectClasses: schema.objectClasses.map(({ definition }) => definition),
    createTimestamp: time,
    modifyTimestamp: time,
    subschemaSubentry: subschemaDn,
    structuralObjectClass: 'subentry',
    hasSubordinates: 'FALSE',
    entryDN: subschemaDn,
  };
}
