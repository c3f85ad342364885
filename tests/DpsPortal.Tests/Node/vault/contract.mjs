// Walks the keys API with Azure's own client. Prints the name of each step that went well, and ends at the first that did not.
// Preparation, as any user has it: NODE_EXTRA_CA_CERTS names the vault's authority. Nothing of TLS is switched off.
import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, publicEncrypt, constants, randomBytes, verify } from "node:crypto";
import { ClientSecretCredential } from "@azure/identity";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";

const { VAULT_URL: vaultUrl, TENANT: tenant, CLIENT_ID: clientId, CLIENT_SECRET: secret } = process.env;
const authorityHost = new URL(vaultUrl).origin;
const credential = new ClientSecretCredential(tenant, clientId, secret, { authorityHost, disableInstanceDiscovery: true });

// The switch is for plain "localhost" alone: the challenge names https://vault.localhost.
const options = { disableChallengeResourceVerification: true };
const client = new KeyClient(vaultUrl, credential, options);
const cryptography = (key) => new CryptographyClient(key, credential, options);

/** The private part must be nowhere in what a client holds. */
function assertPublic(key) {
  for (const member of ["d", "p", "q", "dp", "dq", "qi", "k"]) {
    assert.equal(key.key?.[member], undefined, `${key.name} came with its private member ${member}`);
  }
  return key;
}

async function collect(pages) {
  const found = [];
  for await (const item of pages) {
    found.push(item);
  }
  return found;
}

async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  assert.fail("The call was not refused.");
}

const steps = {
  async create() {
    const rsa = assertPublic(await client.createRsaKey("js-rsa", { keySize: 2048, tags: { made: "by JavaScript" } }));
    assert.equal(rsa.keyType, "RSA");
    assert.deepEqual(rsa.keyOperations, ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"]);
    assert.equal(rsa.properties.tags.made, "by JavaScript");
    assert.match(rsa.properties.version, /^[0-9a-f]{32}$/);
    for (const curve of ["P-256", "P-384", "P-521", "P-256K"]) {
      const ec = assertPublic(await client.createEcKey(`js-ec-${curve}`, { curve }));
      assert.equal(ec.key.crv, curve);
      assert.deepEqual(ec.keyOperations, ["sign", "verify"]);
    }
    const oct = assertPublic(await client.createOctKey("js-oct", { hsm: true, keySize: 256 }));
    assert.equal(oct.keyType, "oct-HSM");
  },

  async import() {
    const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
    const bytes = Object.fromEntries(["n", "e", "d", "p", "q", "dp", "dq", "qi"].map((member) => [member, Buffer.from(jwk[member], "base64url")]));
    const key = assertPublic(await client.importKey("js-imported", { kty: "RSA", keyOps: ["encrypt", "decrypt"], ...bytes }));
    assert.deepEqual(Buffer.from(key.key.n), bytes.n);
    const ciphertext = publicEncrypt(
      { key: createPublicKey({ key: jwk, format: "jwk" }), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, Buffer.from("imported"));
    const { result } = await cryptography(key).decrypt({ algorithm: "RSA-OAEP-256", ciphertext });
    assert.equal(Buffer.from(result).toString(), "imported");
  },

  async update() {
    const key = await client.getKey("js-rsa");
    const expiresOn = new Date("2030-01-01T00:00:00Z");
    const updated = await client.updateKeyProperties("js-rsa", key.properties.version, { expiresOn, tags: { replaced: "yes" } });
    assert.deepEqual(updated.properties.expiresOn, expiresOn);
    assert.deepEqual(updated.properties.tags, { replaced: "yes" });
    await client.updateKeyProperties("js-rsa", key.properties.version, { enabled: false });
    const error = await refusal(() => cryptography(key.id).unwrapKey("RSA-OAEP-256", new Uint8Array(256)));
    assert.equal(error.statusCode, 403);
    assert.equal(error.details.error.innerError?.code ?? error.details.error.innererror?.code, "KeyDisabled");
    await client.updateKeyProperties("js-rsa", key.properties.version, { enabled: true });
  },

  async list() {
    const names = (await collect(client.listPropertiesOfKeys())).map((key) => key.name).filter((name) => name.startsWith("js-"));
    assert.deepEqual(names, [...names].sort((one, other) => one.toLowerCase() < other.toLowerCase() ? -1 : 1));
    assert.equal(names.length, 7);
    let pages = 0;
    for await (const page of client.listPropertiesOfKeys().byPage({ maxPageSize: 2 })) {
      assert.ok(page.length <= 2);
      pages++;
    }
    assert.ok(pages >= 4, `${pages} pages`);
  },

  async rotate() {
    const before = await client.getKey("js-rsa");
    const rotated = assertPublic(await client.rotateKey("js-rsa"));
    assert.notEqual(rotated.properties.version, before.properties.version);
    assert.equal((await client.getKey("js-rsa")).properties.version, rotated.properties.version);
  },

  async versions() {
    const versions = await collect(client.listPropertiesOfKeyVersions("js-rsa"));
    assert.equal(versions.length, 2);
    assert.ok(versions.every((version) => version.enabled && version.version.length === 32));
    assert.deepEqual(await collect(client.listPropertiesOfKeyVersions("js-none")), []);
  },

  async "rotation policy"() {
    const unset = await client.getKeyRotationPolicy("js-rsa");
    assert.equal(unset.lifetimeActions[0].action, "Notify");
    await client.updateKeyRotationPolicy("js-rsa", { expiresIn: "P90D", lifetimeActions: [{ action: "Rotate", timeBeforeExpiry: "P10D" }] });
    const policy = await client.getKeyRotationPolicy("js-rsa");
    assert.equal(policy.expiresIn, "P90D");
    assert.equal(policy.lifetimeActions.find((action) => action.action === "Rotate").timeBeforeExpiry, "P10D");
    assert.ok(policy.createdOn instanceof Date && policy.id.endsWith("/keys/js-rsa/rotationpolicy"));
  },

  async "wrap and unwrap"() {
    const dek = randomBytes(32);
    for (const [name, algorithms] of [["js-rsa", ["RSA-OAEP-256", "RSA-OAEP", "RSA1_5"]], ["js-oct", ["A256KW"]]]) {
      const crypto = cryptography(await client.getKey(name));
      for (const algorithm of algorithms) {
        const wrapped = await crypto.wrapKey(algorithm, dek);
        const { result } = await crypto.unwrapKey(algorithm, wrapped.result);
        assert.deepEqual(Buffer.from(result), dek, algorithm);
      }
    }
  },

  async "encrypt and decrypt"() {
    const plaintext = Buffer.from("sixteen bytes ok");
    const rsa = cryptography(await client.getKey("js-rsa"));
    const encrypted = await rsa.encrypt({ algorithm: "RSA-OAEP-256", plaintext });
    assert.deepEqual(Buffer.from((await rsa.decrypt({ algorithm: "RSA-OAEP-256", ciphertext: encrypted.result })).result), plaintext);
    const oct = cryptography(await client.getKey("js-oct"));
    const additionalAuthenticatedData = Buffer.from("slot 1");
    const gcm = await oct.encrypt({ algorithm: "A256GCM", plaintext, additionalAuthenticatedData });
    const opened = await oct.decrypt({
      algorithm: "A256GCM", ciphertext: gcm.result, iv: gcm.iv, authenticationTag: gcm.authenticationTag, additionalAuthenticatedData,
    });
    assert.deepEqual(Buffer.from(opened.result), plaintext);
    const iv = randomBytes(16);
    const cbc = await oct.encrypt({ algorithm: "A256CBCPAD", plaintext, iv });
    assert.deepEqual(Buffer.from((await oct.decrypt({ algorithm: "A256CBCPAD", ciphertext: cbc.result, iv })).result), plaintext);
  },

  async "sign and verify"() {
    const data = Buffer.from("what is signed");
    const digests = { 256: "sha256", 384: "sha384", 512: "sha512" };
    const cases = [
      ["js-rsa", "RS256"], ["js-rsa", "RS384"], ["js-rsa", "RS512"], ["js-rsa", "PS256"], ["js-rsa", "PS384"], ["js-rsa", "PS512"],
      ["js-ec-P-256", "ES256"], ["js-ec-P-384", "ES384"], ["js-ec-P-521", "ES512"], ["js-ec-P-256K", "ES256K"],
    ];
    for (const [name, algorithm] of cases) {
      const key = await client.getKey(name);
      const digest = createHash(digests[algorithm.match(/\d+/)[0]]).update(data).digest();
      const signed = await cryptography(key).sign(algorithm, digest);
      assert.ok((await cryptography(key).verify(algorithm, digest, signed.result)).result, algorithm);
      digest[0] ^= 1;
      assert.ok(!(await cryptography(key).verify(algorithm, digest, signed.result)).result, `${algorithm} of another digest`);
    }
    // Node's own OpenSSL judges one of them without the vault.
    const ec = await client.getKey("js-ec-P-256");
    const signed = await cryptography(ec).sign("ES256", createHash("sha256").update(data).digest());
    const jwk = { kty: "EC", crv: "P-256", x: Buffer.from(ec.key.x).toString("base64url"), y: Buffer.from(ec.key.y).toString("base64url") };
    assert.ok(verify("sha256", data, { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" }, Buffer.from(signed.result)));
  },

  async "backup and restore"() {
    const backup = await client.backupKey("js-imported");
    assert.ok(backup.length > 1000);
    assert.equal((await refusal(() => client.restoreKeyBackup(backup))).statusCode, 409);
    await (await client.beginDeleteKey("js-imported", { intervalInMs: 100 })).pollUntilDone();
    await client.purgeDeletedKey("js-imported");
    const restored = assertPublic(await client.restoreKeyBackup(backup));
    assert.equal(restored.name, "js-imported");
    assert.deepEqual((await client.getKey("js-imported")).properties.version, restored.properties.version);
  },

  async "delete, recover, purge"() {
    const poller = await client.beginDeleteKey("js-rsa", { intervalInMs: 100 });
    await poller.pollUntilDone();
    const deleted = await client.getDeletedKey("js-rsa");
    assert.ok(deleted.properties.recoveryId.endsWith("/deletedkeys/js-rsa"));
    const retention = deleted.properties.scheduledPurgeDate - deleted.properties.deletedOn;
    assert.equal(retention, deleted.properties.recoverableDays * 86_400_000);
    assert.equal((await refusal(() => client.getKey("js-rsa"))).statusCode, 404);
    assert.equal((await refusal(() => client.createRsaKey("js-rsa"))).statusCode, 409);
    assert.ok((await collect(client.listDeletedKeys())).some((key) => key.name === "js-rsa"));
    await (await client.beginRecoverDeletedKey("js-rsa", { intervalInMs: 100 })).pollUntilDone();
    assert.equal((await client.getKey("js-rsa")).name, "js-rsa");
    await (await client.beginDeleteKey("js-rsa", { intervalInMs: 100 })).pollUntilDone();
    await client.purgeDeletedKey("js-rsa");
    assert.equal((await refusal(() => client.getDeletedKey("js-rsa"))).statusCode, 404);
  },
};

for (const [name, step] of Object.entries(steps)) {
  await step();
  console.log(name);
}
