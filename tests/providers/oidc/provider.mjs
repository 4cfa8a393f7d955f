// An OpenID Connect provider (oidc-provider), for tests. Its own development pages ask for a name and any password.
//   node provider.mjs [ALGORITHM]     prints its address; reads from standard input where to people are sent back; ends when standard input does
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const algorithm = process.argv[2] ?? 'RS256';
let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  console.log(address);
  createInterface({ input: process.stdin }).once('line', (redirect) => {
    const { privateKey } = algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const provider = new Provider(address, {
      clients: [{
        client_id: 'levelkeeper', client_secret: 'a secret that only the two of them know', redirect_uris: [redirect], id_token_signed_response_alg: algorithm,
        token_endpoint_auth_method: 'client_secret_post',
      }],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: 'k1' }] },
      cookies: { keys: ['for these tests only'] },
      claims: { email: ['email', 'email_verified'] },
      pkce: { required: () => true },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: id !== 'eve' }) }),
    });
    answer = provider.callback();
    console.log('ready');
  });
});
process.stdin.on('end', () => process.exit(0));
