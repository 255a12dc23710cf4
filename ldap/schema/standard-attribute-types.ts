const text =
  'EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15';
const orderedText = `EQUALITY caseIgnoreMatch ORDERING caseIgnoreOrderingMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15`;
const ia5 =
  'EQUALITY caseIgnoreIA5Match SUBSTR caseIgnoreIA5SubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.26';
const exactIa5 = 'EQUALITY caseExactIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26';
const telephone =
  'EQUALITY telephoneNumberMatch SUBSTR telephoneNumberSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.50';
const postal =
  'EQUALITY caseIgnoreListMatch SUBSTR caseIgnoreListSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.41';
const dn = 'EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12';
const integer =
  'EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27';
const time =
  'EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24';
const oid = 'EQUALITY objectIdentifierMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.38';
const octets = 'EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40';
const certificate = 'SYNTAX 1.3.6.1.4.1.1466.115.121.1.8';
const operational = 'NO-USER-MODIFICATION USAGE directoryOperation';
const rootOperational = 'USAGE dSAOperation';

function described(syntax: string): string {
  return `EQUALITY objectIdentifierFirstComponentMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.${syntax} USAGE directoryOperation`;
}

/** RFC 4512, 4519, 4524, 2798, 4530, 5020, 3672, 2307bis; a superior stands before its subtypes. */
export const standardAttributeTypes: readonly string[] = [
  // RFC 4512: what every entry has, and what the server keeps
  `( 2.5.4.0 NAME 'objectClass' ${oid} )`,
  `( 2.5.4.1 NAME ( 'aliasedObjectName' 'aliasedEntryName' ) ${dn} SINGLE-VALUE )`,
  `( 2.5.18.1 NAME 'createTimestamp' ${time} SINGLE-VALUE ${operational} )`,
  `( 2.5.18.2 NAME 'modifyTimestamp' ${time} SINGLE-VALUE ${operational} )`,
  `( 2.5.18.3 NAME 'creatorsName' ${dn} SINGLE-VALUE ${operational} )`,
  `( 2.5.18.4 NAME 'modifiersName' ${dn} SINGLE-VALUE ${operational} )`,
  `( 2.5.18.9 NAME 'hasSubordinates' EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE ${operational} )`,
  `( 1.3.6.1.4.1.453.16.2.103 NAME 'numSubordinates' ${integer} SINGLE-VALUE ${operational} )`,
  `( 2.5.18.10 NAME 'subschemaSubentry' ${dn} SINGLE-VALUE ${operational} )`,
  `( 2.5.21.9 NAME 'structuralObjectClass' ${oid} SINGLE-VALUE ${operational} )`,
  `( 1.3.6.1.1.16.4 NAME 'entryUUID' EQUALITY UUIDMatch ORDERING UUIDOrderingMatch SYNTAX 1.3.6.1.1.16.1 SINGLE-VALUE ${operational} )`,
  `( 1.3.6.1.1.20 NAME 'entryDN' ${dn} SINGLE-VALUE ${operational} )`,
  `( 1.2.840.113556.1.2.102 NAME 'memberOf' ${dn} ${operational} )`,
  `( 2.5.18.6 NAME 'subtreeSpecification' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE USAGE directoryOperation )`,
  `( 2.5.21.1 NAME 'dITStructureRules' ${text} USAGE directoryOperation )`,
  `( 2.5.21.2 NAME 'dITContentRules' ${text} USAGE directoryOperation )`,
  `( 2.5.21.7 NAME 'nameForms' ${text} USAGE directoryOperation )`,
  `( 2.5.21.4 NAME 'matchingRules' ${described('30')} )`,
  `( 2.5.21.5 NAME 'attributeTypes' ${described('3')} )`,
  `( 2.5.21.6 NAME 'objectClasses' ${described('37')} )`,
  `( 2.5.21.8 NAME 'matchingRuleUse' ${described('31')} )`,
  `( 1.3.6.1.4.1.1466.101.120.16 NAME 'ldapSyntaxes' ${described('54')} )`,
  `( 1.3.6.1.4.1.1466.101.120.5 NAME 'namingContexts' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 ${rootOperational} )`,
  `( 1.3.6.1.4.1.1466.101.120.6 NAME 'altServer' SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 ${rootOperational} )`,
  `( 1.3.6.1.4.1.1466.101.120.7 NAME 'supportedExtension' ${oid} ${rootOperational} )`,
  `( 1.3.6.1.4.1.1466.101.120.13 NAME 'supportedControl' ${oid} ${rootOperational} )`,
  `( 1.3.6.1.4.1.1466.101.120.14 NAME 'supportedSASLMechanisms' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 ${rootOperational} )`,
  `( 1.3.6.1.4.1.1466.101.120.15 NAME 'supportedLDAPVersion' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 ${rootOperational} )`,
  `( 1.3.6.1.4.1.4203.1.3.5 NAME 'supportedFeatures' ${oid} ${rootOperational} )`,
  `( 1.2.840.113556.1.2.464 NAME 'defaultNamingContext' ${dn} SINGLE-VALUE ${rootOperational} )`,
  `( 1.3.6.1.1.4 NAME 'vendorName' EQUALITY caseExactMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE NO-USER-MODIFICATION ${rootOperational} )`,
  `( 1.3.6.1.1.5 NAME 'vendorVersion' EQUALITY caseExactMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE NO-USER-MODIFICATION ${rootOperational} )`,
  // RFC 4519
  `( 2.5.4.41 NAME 'name' ${orderedText} )`,
  `( 2.5.4.49 NAME 'distinguishedName' ${dn} )`,
  "( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )",
  "( 2.5.4.4 NAME ( 'sn' 'surname' ) SUP name )",
  "( 2.5.4.6 NAME ( 'c' 'countryName' ) SUP name SYNTAX 1.3.6.1.4.1.1466.115.121.1.11 SINGLE-VALUE )",
  "( 2.5.4.7 NAME ( 'l' 'localityName' ) SUP name )",
  "( 2.5.4.8 NAME ( 'st' 'stateOrProvinceName' ) SUP name )",
  "( 2.5.4.10 NAME ( 'o' 'organizationName' ) SUP name )",
  "( 2.5.4.11 NAME ( 'ou' 'organizationalUnitName' ) SUP name )",
  "( 2.5.4.12 NAME 'title' SUP name )",
  "( 2.5.4.42 NAME ( 'givenName' 'gn' ) SUP name )",
  "( 2.5.4.43 NAME 'initials' SUP name )",
  "( 2.5.4.44 NAME 'generationQualifier' SUP name )",
  "( 2.5.4.31 NAME 'member' SUP distinguishedName )",
  "( 2.5.4.32 NAME 'owner' SUP distinguishedName )",
  "( 2.5.4.33 NAME 'roleOccupant' SUP distinguishedName )",
  "( 2.5.4.34 NAME 'seeAlso' SUP distinguishedName )",
  `( 2.5.4.50 NAME 'uniqueMember' ${dn} )`,
  `( 2.5.4.5 NAME 'serialNumber' ${text} )`,
  `( 2.5.4.9 NAME ( 'street' 'streetAddress' ) ${text} )`,
  `( 2.5.4.13 NAME 'description' ${text} )`,
  "( 2.5.4.14 NAME 'searchGuide' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
  `( 2.5.4.15 NAME 'businessCategory' ${text} )`,
  `( 2.5.4.16 NAME 'postalAddress' ${postal} )`,
  `( 2.5.4.17 NAME 'postalCode' ${text} )`,
  `( 2.5.4.18 NAME 'postOfficeBox' ${text} )`,
  `( 2.5.4.19 NAME 'physicalDeliveryOfficeName' ${text} )`,
  `( 2.5.4.20 NAME 'telephoneNumber' ${telephone} )`,
  "( 2.5.4.23 NAME ( 'facsimileTelephoneNumber' 'fax' ) SYNTAX 1.3.6.1.4.1.1466.115.121.1.22 )",
  `( 2.5.4.35 NAME 'userPassword' ${octets} )`,
  `( 2.5.4.36 NAME 'userCertificate' ${certificate} )`,
  "( 2.5.4.45 NAME 'x500UniqueIdentifier' EQUALITY bitStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.6 )",
  `( 0.9.2342.19200300.100.1.25 NAME ( 'dc' 'domainComponent' ) ${ia5} SINGLE-VALUE )`,
  `( 0.9.2342.19200300.100.1.1 NAME ( 'uid' 'userid' ) ${text} )`,
  // RFC 4524, RFC 2798 and RFC 2079
  `( 0.9.2342.19200300.100.1.3 NAME ( 'mail' 'rfc822Mailbox' ) ${ia5} )`,
  `( 0.9.2342.19200300.100.1.6 NAME 'roomNumber' ${text} )`,
  "( 0.9.2342.19200300.100.1.7 NAME 'photo' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
  `( 0.9.2342.19200300.100.1.9 NAME 'host' ${text} )`,
  `( 0.9.2342.19200300.100.1.10 NAME 'manager' ${dn} )`,
  `( 0.9.2342.19200300.100.1.20 NAME ( 'homePhone' 'homeTelephoneNumber' ) ${telephone} )`,
  `( 0.9.2342.19200300.100.1.21 NAME 'secretary' ${dn} )`,
  `( 0.9.2342.19200300.100.1.39 NAME 'homePostalAddress' ${postal} )`,
  `( 0.9.2342.19200300.100.1.41 NAME ( 'mobile' 'mobileTelephoneNumber' ) ${telephone} )`,
  `( 0.9.2342.19200300.100.1.42 NAME ( 'pager' 'pagerTelephoneNumber' ) ${telephone} )`,
  "( 0.9.2342.19200300.100.1.55 NAME 'audio' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
  "( 0.9.2342.19200300.100.1.60 NAME 'jpegPhoto' SYNTAX 1.3.6.1.4.1.1466.115.121.1.28 )",
  `( 2.16.840.1.113730.3.1.1 NAME 'carLicense' ${text} )`,
  `( 2.16.840.1.113730.3.1.2 NAME 'departmentNumber' ${text} )`,
  `( 2.16.840.1.113730.3.1.3 NAME 'employeeNumber' ${text} SINGLE-VALUE )`,
  `( 2.16.840.1.113730.3.1.4 NAME 'employeeType' ${text} )`,
  `( 2.16.840.1.113730.3.1.39 NAME 'preferredLanguage' ${text} SINGLE-VALUE )`,
  `( 2.16.840.1.113730.3.1.241 NAME 'displayName' ${text} SINGLE-VALUE )`,
  "( 2.16.840.1.113730.3.1.40 NAME 'userSMIMECertificate' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
  "( 2.16.840.1.113730.3.1.216 NAME 'userPKCS12' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
  "( 1.3.6.1.4.1.250.1.57 NAME 'labeledURI' EQUALITY caseExactMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
  // RFC 2307bis and OpenSSH
  `( 1.3.6.1.1.1.1.0 NAME 'uidNumber' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.1 NAME 'gidNumber' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.2 NAME 'gecos' ${ia5} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.3 NAME 'homeDirectory' ${exactIa5} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.4 NAME 'loginShell' ${exactIa5} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.5 NAME 'shadowLastChange' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.6 NAME 'shadowMin' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.7 NAME 'shadowMax' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.8 NAME 'shadowWarning' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.9 NAME 'shadowInactive' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.10 NAME 'shadowExpire' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.11 NAME 'shadowFlag' ${integer} SINGLE-VALUE )`,
  `( 1.3.6.1.1.1.1.12 NAME 'memberUid' ${exactIa5} )`,
  `( 1.3.6.1.4.1.24552.500.1.1.1.13 NAME 'sshPublicKey' ${octets} )`,
];
