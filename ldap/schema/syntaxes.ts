import { parseDn } from '../dn/parse-dn.ts';
import { parseGeneralizedTime } from './generalized-time.ts';

/** Syntax OIDs (RFC 4517 section 3.3) and RFC 4530's UUID. */
export const Syntax = {
  attributeTypeDescription: '1.3.6.1.4.1.1466.115.121.1.3',
  bitString: '1.3.6.1.4.1.1466.115.121.1.6',
  boolean: '1.3.6.1.4.1.1466.115.121.1.7',
  certificate: '1.3.6.1.4.1.1466.115.121.1.8',
  countryString: '1.3.6.1.4.1.1466.115.121.1.11',
  dn: '1.3.6.1.4.1.1466.115.121.1.12',
  directoryString: '1.3.6.1.4.1.1466.115.121.1.15',
  facsimileTelephoneNumber: '1.3.6.1.4.1.1466.115.121.1.22',
  generalizedTime: '1.3.6.1.4.1.1466.115.121.1.24',
  ia5String: '1.3.6.1.4.1.1466.115.121.1.26',
  integer: '1.3.6.1.4.1.1466.115.121.1.27',
  jpeg: '1.3.6.1.4.1.1466.115.121.1.28',
  matchingRuleDescription: '1.3.6.1.4.1.1466.115.121.1.30',
  matchingRuleUseDescription: '1.3.6.1.4.1.1466.115.121.1.31',
  numericString: '1.3.6.1.4.1.1466.115.121.1.36',
  objectClassDescription: '1.3.6.1.4.1.1466.115.121.1.37',
  oid: '1.3.6.1.4.1.1466.115.121.1.38',
  octetString: '1.3.6.1.4.1.1466.115.121.1.40',
  postalAddress: '1.3.6.1.4.1.1466.115.121.1.41',
  printableString: '1.3.6.1.4.1.1466.115.121.1.44',
  telephoneNumber: '1.3.6.1.4.1.1466.115.121.1.50',
  ldapSyntaxDescription: '1.3.6.1.4.1.1466.115.121.1.54',
  substringAssertion: '1.3.6.1.4.1.1466.115.121.1.58',
  uuid: '1.3.6.1.1.16.1',
} as const;

export interface SyntaxDefinition {
  readonly oid: string;
  readonly description: string;
  /** Octets that need not be UTF-8. */
  readonly octets: boolean;
  accepts(value: string): boolean;
}

const anyText = (value: string) => value.length > 0;
const ascii = (value: string) => [...value].every((character) => character <= '\x7f');

/** Every syntax that attributes of the schema have, with what it takes. */
export const syntaxes: readonly SyntaxDefinition[] = [
  text(Syntax.attributeTypeDescription, 'Attribute Type Description', anyText),
  text(Syntax.bitString, 'Bit String', (value) => /^'[01]*'B$/.test(value)),
  text(Syntax.boolean, 'Boolean', (value) => value === 'TRUE' || value === 'FALSE'),
  { oid: Syntax.certificate, description: 'Certificate', octets: true, accepts: anyText },
  text(Syntax.countryString, 'Country String', (value) => /^[A-Za-z]{2}$/.test(value)),
  text(Syntax.dn, 'DN', (value) => parseDn(value) !== undefined),
  text(Syntax.directoryString, 'Directory String', anyText),
  text(Syntax.facsimileTelephoneNumber, 'Facsimile Telephone Number', anyText),
  text(
    Syntax.generalizedTime,
    'Generalized Time',
    (value) => parseGeneralizedTime(value) !== undefined,
  ),
  text(Syntax.ia5String, 'IA5 String', ascii),
  text(Syntax.integer, 'INTEGER', (value) => /^(?:0|-?[1-9]\d*)$/.test(value)),
  { oid: Syntax.jpeg, description: 'JPEG', octets: true, accepts: anyText },
  text(Syntax.matchingRuleDescription, 'Matching Rule Description', anyText),
  text(Syntax.matchingRuleUseDescription, 'Matching Rule Use Description', anyText),
  text(Syntax.numericString, 'Numeric String', (value) => /^[\d ]+$/.test(value)),
  text(Syntax.objectClassDescription, 'Object Class Description', anyText),
  text(Syntax.oid, 'OID', (value) => /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)$/.test(value)),
  { oid: Syntax.octetString, description: 'Octet String', octets: true, accepts: () => true },
  text(Syntax.postalAddress, 'Postal Address', anyText),
  text(Syntax.printableString, 'Printable String', (value) =>
    /^[A-Za-z0-9'()+,\-./:? =]+$/.test(value),
  ),
  text(Syntax.telephoneNumber, 'Telephone Number', anyText),
  text(Syntax.ldapSyntaxDescription, 'LDAP Syntax Description', anyText),
  text(Syntax.substringAssertion, 'Substring Assertion', anyText),
  text(Syntax.uuid, 'UUID', (value) =>
    /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(value),
  ),
];

function text(
  oid: string,
  description: string,
  accepts: (value: string) => boolean,
): SyntaxDefinition {
  return { oid, description, octets: false, accepts };
}
