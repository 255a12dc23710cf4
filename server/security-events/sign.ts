import { importJWK, SignJWT } from 'jose';
import { type Directory, publicSigningKeys, signingKey } from '../directory/index.ts';

const algorithm = 'ES256';

/** Signs claims as security event tokens (RFC 8417). */
export type Sign = (claims: string) => Promise<string>;

/** Something that signs with the key of this moment. */
export async function openSigner(
  directory: Pick<Directory, 'entityManager' | 'secrets' | 'now'>,
): Promise<Sign> {
  const { id, privateKey } = await signingKey(directory);
  const key = await importJWK(privateKey, algorithm);
  return (claims) =>
    new SignJWT(JSON.parse(claims))
      .setProtectedHeader({ alg: algorithm, kid: id, typ: 'secevent+jwt' })
      .sign(key);
}

/** The JSON Web Key Set (RFC 7517 section 5) that receivers verify with. */
export async function publishedKeys({ entityManager }: Pick<Directory, 'entityManager'>) {
  const keys = await publicSigningKeys(entityManager());
  return {
    keys: keys.map(({ id, publicKey: { kty, crv, x, y } }) => ({
      kid: id,
      use: 'sig',
      alg: algorithm,
      kty,
      crv,
      x,
      y,
    })),
  };
}
