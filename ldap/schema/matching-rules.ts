import { normalizeDnText } from '../dn/normalize-dn.ts';
import { parseGeneralizedTime } from './generalized-time.ts';
import type { MatchingRule, PiecePosition, SchemaNames } from './matching-rule.ts';
import { preparePiece, prepareText } from './string-preparation.ts';
import { Syntax } from './syntaxes.ts';

type KeyOf = (value: string, names: SchemaNames) => string | undefined;

interface RuleFamily {
  readonly appliesTo: readonly string[];
  readonly syntax: string;
  readonly key: KeyOf;
  readonly octets?: boolean;
}

const byText = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

function equality(
  oid: string,
  name: string,
  { appliesTo, syntax, key, octets = false }: RuleFamily,
  assertionKey?: KeyOf,
): MatchingRule {
  const rule = { oid, name, kind: 'equality' as const, syntax, octets, key };
  return assertionKey === undefined
    ? { ...rule, appliesTo: new Set(appliesTo) }
    : { ...rule, appliesTo: new Set(appliesTo), assertionKey };
}

function ordering(
  oid: string,
  name: string,
  family: RuleFamily,
  compare: (left: string, right: string) => number = byText,
): MatchingRule {
  return { ...equality(oid, name, family), kind: 'ordering', compare };
}

function substrings(
  oid: string,
  name: string,
  family: RuleFamily,
  piece: (value: string, position: PiecePosition) => string | undefined,
): MatchingRule {
  return {
    ...equality(oid, name, family),
    kind: 'substrings',
    syntax: Syntax.substringAssertion,
    piece,
  };
}

const caseIgnore: RuleFamily = {
  appliesTo: [
    Syntax.directoryString,
    Syntax.printableString,
    Syntax.countryString,
    Syntax.facsimileTelephoneNumber,
    Syntax.ia5String,
  ],
  syntax: Syntax.directoryString,
  key: (value) => prepareText(value, { foldCase: true }),
};
const caseExact: RuleFamily = {
  ...caseIgnore,
  key: (value) => prepareText(value, { foldCase: false }),
};
const ia5 = { appliesTo: [Syntax.ia5String], syntax: Syntax.ia5String };
const postal: RuleFamily = {
  appliesTo: [Syntax.postalAddress],
  syntax: Syntax.postalAddress,
  key: (value) => prepareText(value.replaceAll('$', ' $ '), { foldCase: true }),
};
const telephone: RuleFamily = {
  appliesTo: [Syntax.telephoneNumber],
  syntax: Syntax.telephoneNumber,
  key: telephoneKey,
};
const numeric: RuleFamily = {
  appliesTo: [Syntax.numericString],
  syntax: Syntax.numericString,
  key: numericKey,
};
const octets: RuleFamily = {
  appliesTo: [Syntax.octetString, Syntax.jpeg, Syntax.certificate],
  syntax: Syntax.octetString,
  key: (value) => value,
  octets: true,
};
const integer: RuleFamily = {
  appliesTo: [Syntax.integer],
  syntax: Syntax.integer,
  key: integerKey,
};
const time: RuleFamily = {
  appliesTo: [Syntax.generalizedTime],
  syntax: Syntax.generalizedTime,
  key: (value) => {
    const milliseconds = parseGeneralizedTime(value);
    return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
  },
};
const uuid: RuleFamily = {
  appliesTo: [Syntax.uuid],
  syntax: Syntax.uuid,
  key: (value) => {
    const key = value.toLowerCase();
    return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key) ? key : undefined;
  },
};
const oid: RuleFamily = {
  appliesTo: [Syntax.oid],
  syntax: Syntax.oid,
  key: (value, names) => names.elementKey(value.trim()) ?? value.trim().toLowerCase(),
};
const dn: RuleFamily = { appliesTo: [Syntax.dn], syntax: Syntax.dn, key: normalizeDnText };
const description: RuleFamily = {
  appliesTo: [
    Syntax.attributeTypeDescription,
    Syntax.objectClassDescription,
    Syntax.matchingRuleDescription,
    Syntax.matchingRuleUseDescription,
    Syntax.ldapSyntaxDescription,
  ],
  syntax: Syntax.oid,
  key: (value) => /^\( *([0-9.]+)/.exec(value)?.[1],
};

const ignoreCasePiece = (value: string, position: PiecePosition) =>
  preparePiece(value, { foldCase: true, position });
const exactPiece = (value: string, position: PiecePosition) =>
  preparePiece(value, { foldCase: false, position });

/** The rules of RFC 4517 section 4.2, RFC 4530 and Active Directory's bitwise and in-chain ones. */
export const matchingRules: readonly MatchingRule[] = [
  // An unknown class or attribute is Undefined, not False (RFC 4517 section 4.2.26).
  equality('2.5.13.0', 'objectIdentifierMatch', oid, (value, names) =>
    names.elementKey(value.trim()),
  ),
  equality('2.5.13.1', 'distinguishedNameMatch', dn),
  equality('2.5.13.2', 'caseIgnoreMatch', caseIgnore),
  ordering('2.5.13.3', 'caseIgnoreOrderingMatch', caseIgnore),
  substrings('2.5.13.4', 'caseIgnoreSubstringsMatch', caseIgnore, ignoreCasePiece),
  equality('2.5.13.5', 'caseExactMatch', caseExact),
  ordering('2.5.13.6', 'caseExactOrderingMatch', caseExact),
  substrings('2.5.13.7', 'caseExactSubstringsMatch', caseExact, exactPiece),
  equality('2.5.13.8', 'numericStringMatch', numeric),
  ordering('2.5.13.9', 'numericStringOrderingMatch', numeric),
  substrings('2.5.13.10', 'numericStringSubstringsMatch', numeric, numericKey),
  equality('2.5.13.11', 'caseIgnoreListMatch', postal),
  substrings('2.5.13.12', 'caseIgnoreListSubstringsMatch', postal, ignoreCasePiece),
  equality('2.5.13.13', 'booleanMatch', {
    appliesTo: [Syntax.boolean],
    syntax: Syntax.boolean,
    key: (value) => (/^(?:true|false)$/i.test(value) ? value.toUpperCase() : undefined),
  }),
  equality('2.5.13.14', 'integerMatch', integer),
  ordering('2.5.13.15', 'integerOrderingMatch', integer, compareIntegers),
  equality('2.5.13.16', 'bitStringMatch', {
    appliesTo: [Syntax.bitString],
    syntax: Syntax.bitString,
    key: (value) => (/^'[01]*'B$/.test(value) ? value : undefined),
  }),
  equality('2.5.13.17', 'octetStringMatch', octets),
  ordering('2.5.13.18', 'octetStringOrderingMatch', octets),
  equality('2.5.13.20', 'telephoneNumberMatch', telephone),
  substrings('2.5.13.21', 'telephoneNumberSubstringsMatch', telephone, telephoneKey),
  equality('2.5.13.27', 'generalizedTimeMatch', time),
  ordering('2.5.13.28', 'generalizedTimeOrderingMatch', time),
  equality('2.5.13.30', 'objectIdentifierFirstComponentMatch', description, oidOfElement),
  equality('1.3.6.1.4.1.1466.109.114.1', 'caseExactIA5Match', { ...ia5, key: caseExact.key }),
  equality('1.3.6.1.4.1.1466.109.114.2', 'caseIgnoreIA5Match', { ...ia5, key: caseIgnore.key }),
  substrings(
    '1.3.6.1.4.1.1466.109.114.3',
    'caseIgnoreIA5SubstringsMatch',
    { ...ia5, key: caseIgnore.key },
    ignoreCasePiece,
  ),
  equality('1.3.6.1.1.16.2', 'UUIDMatch', uuid),
  ordering('1.3.6.1.1.16.3', 'UUIDOrderingMatch', uuid),
  bitwise('1.2.840.113556.1.4.803', 'integerBitAndMatch', (value, mask) => (value & mask) === mask),
  bitwise('1.2.840.113556.1.4.804', 'integerBitOrMatch', (value, mask) => (value & mask) !== 0n),
  { ...equality('1.2.840.113556.1.4.1941', 'distinguishedNameInChainMatch', dn), kind: 'chain' },
];

function bitwise(
  oidText: string,
  name: string,
  test: (value: bigint, mask: bigint) => boolean,
): MatchingRule {
  return {
    ...equality(oidText, name, integer),
    kind: 'bitwise',
    bits: (value, assertion) => test(BigInt(value), BigInt(assertion)),
  };
}

function telephoneKey(value: string): string | undefined {
  return prepareText(value, { foldCase: true })?.replace(/[ \-\u2010-\u2015\u2212]/g, '');
}

function numericKey(value: string): string | undefined {
  const key = value.replaceAll(' ', '');
  return /^\d*$/.test(key) ? key : undefined;
}

/** Digits of an integer that a clause may carry; more is not a number anyone stores. */
const integerDigits = 64;

function integerKey(value: string): string | undefined {
  const match = /^ *(-?)0*(\d+) *$/.exec(value);
  if (match === null) return undefined;
  const [, sign, digits = '0'] = match;
  if (digits.length > integerDigits) return undefined;
  return digits === '0' ? '0' : `${sign}${digits}`;
}

function compareIntegers(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function oidOfElement(value: string, names: SchemaNames): string | undefined {
  const trimmed = value.trim();
  return /^\d+(?:\.\d+)+$/.test(trimmed) ? trimmed : names.elementKey(trimmed);
}
