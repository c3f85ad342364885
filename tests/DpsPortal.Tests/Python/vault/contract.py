"""Walks the keys API with Azure's own client. Prints the name of each step that went well, and ends at the first that did not.

Preparation, as any user has it: SSL_CERT_FILE and REQUESTS_CA_BUNDLE name the vault's authority. Nothing of TLS, and nothing of the
client's verification of the challenge, is switched off.
"""
import hashlib
import os
import socket
import sys

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.keyvault.keys import JsonWebKey, KeyClient, KeyRotationPolicy
from azure.keyvault.keys.crypto import CryptographyClient, EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm

VAULT = os.environ["VAULT_URL"]

# What a line in the hosts file does, which a test must not write.
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: resolve("127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **more)

# Debian's version calls the last switch by its older name; each leaves the one that it does not know aside.
credential = ClientSecretCredential(
    os.environ["TENANT"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], authority=os.environ["AUTHORITY"],
    disable_instance_discovery=True, instance_discovery=False)
client = KeyClient(VAULT, credential)
WAIT = {"_polling_interval": 0.1}


def cryptography(key):
    return CryptographyClient(key, credential)


def refusal(call):
    try:
        call()
    except HttpResponseError as error:
        return error
    raise AssertionError("The call was not refused.")


def create():
    rsa = client.create_rsa_key("py-rsa", size=2048, tags={"made": "by Python"})
    assert (rsa.key_type, rsa.properties.tags) == ("RSA", {"made": "by Python"}), rsa
    assert rsa.id.startswith(VAULT.rstrip("/") + "/keys/py-rsa/"), rsa.id
    for curve in ("P-256", "P-384", "P-521", "P-256K"):
        ec = client.create_ec_key("py-ec-" + curve, curve=curve)
        assert (ec.key.crv, ec.key_operations) == (curve, ["sign", "verify"]), curve
    assert client.create_rsa_key("py-rsa-hsm", hardware_protected=True).key_type == "RSA-HSM"
    error = refusal(lambda: client.create_key("py-none", "EC", key_operations=["sign", "wrapKey"]))
    assert error.status_code == 400 and 'Unsupported key operation(s): "wrapKey"' in error.message, error


def get():
    key = client.get_key("py-rsa")
    assert client.get_key("py-rsa", key.properties.version).id == key.id
    assert not any(getattr(key.key, member, None) for member in ("d", "p", "q", "dp", "dq", "qi", "k"))
    try:
        client.get_key("py-absent")
        raise AssertionError("An absent key was found.")
    except ResourceNotFoundError:
        pass


def wrap_and_unwrap():
    crypto = cryptography(client.get_key("py-rsa"))
    for algorithm in (KeyWrapAlgorithm.rsa_oaep_256, KeyWrapAlgorithm.rsa_oaep, KeyWrapAlgorithm.rsa1_5):
        wrapped = crypto.wrap_key(algorithm, b"a data encryption key, 32 bytes.")
        assert crypto.unwrap_key(algorithm, wrapped.encrypted_key).key == b"a data encryption key, 32 bytes.", algorithm
    error = refusal(lambda: crypto.unwrap_key(KeyWrapAlgorithm.rsa_oaep_256, b"nonsense"))
    assert "Error occurred while decoding OAEP padding." in error.message, error


def encrypt_and_decrypt():
    # By its identifier alone, so that the client has no public key to encrypt with by itself.
    crypto = cryptography(client.get_key("py-rsa").id)
    encrypted = crypto.encrypt(EncryptionAlgorithm.rsa_oaep_256, b"plaintext")
    assert crypto.decrypt(EncryptionAlgorithm.rsa_oaep_256, encrypted.ciphertext).plaintext == b"plaintext"


def symmetric():
    crypto = cryptography(client.create_oct_key("py-oct", size=256, hardware_protected=True))
    value, iv = b"5063e6aaa845f150200547944fd199679c98ed6f99da0a0b2dafeaf1f4684496fd532c1c229968cb9dee44957fcef7cc" * 2 + b"12345678", b"89c8d2f7b1a0e3d4"
    assert len(value) == 200
    encrypted = crypto.encrypt(EncryptionAlgorithm.a256_cbc, value, iv=iv)
    opened = crypto.decrypt(EncryptionAlgorithm.a256_cbc, encrypted.ciphertext, iv=encrypted.iv).plaintext
    assert opened == value + bytes(8), opened
    gcm = crypto.encrypt(EncryptionAlgorithm.a256_gcm, value, additional_authenticated_data=b"slot")
    assert crypto.decrypt(
        EncryptionAlgorithm.a256_gcm, gcm.ciphertext, iv=gcm.iv, authentication_tag=gcm.tag, additional_authenticated_data=b"slot").plaintext == value


def sign_and_verify():
    for name, algorithm, digest in (
            ("py-rsa", SignatureAlgorithm.rs256, hashlib.sha256), ("py-rsa", SignatureAlgorithm.ps512, hashlib.sha512),
            ("py-ec-P-256", SignatureAlgorithm.es256, hashlib.sha256), ("py-ec-P-384", SignatureAlgorithm.es384, hashlib.sha384),
            ("py-ec-P-521", SignatureAlgorithm.es512, hashlib.sha512), ("py-ec-P-256K", SignatureAlgorithm.es256_k, hashlib.sha256)):
        key = client.get_key(name)
        value = digest(b"what is signed").digest()
        signed = cryptography(key.id).sign(algorithm, value)
        # With the key the client verifies by itself, without it the vault does.
        assert cryptography(key).verify(algorithm, value, signed.signature).is_valid, algorithm
        assert cryptography(key.id).verify(algorithm, value, signed.signature).is_valid, algorithm
        assert not cryptography(key.id).verify(algorithm, digest(b"another").digest(), signed.signature).is_valid, algorithm


def import_ec():
    from cryptography.hazmat.primitives.asymmetric import ec

    while True:
        numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
        x, y, d = numbers.public_numbers.x, numbers.public_numbers.y, numbers.private_value
        if min(x, y, d) >> 248 == 0:
            break
    # As Go writes them, and as Java does.
    for name, width in (("py-imported-go", lambda number: (number.bit_length() + 7) // 8), ("py-imported-java", lambda number: 33)):
        members = {member: number.to_bytes(width(number), "big") for member, number in (("x", x), ("y", y), ("d", d))}
        imported = client.import_key(name, JsonWebKey(kty="EC", crv="P-256", key_ops=["sign", "verify"], **members))
        assert (imported.key.x, imported.key.y) == (x.to_bytes(32, "big"), y.to_bytes(32, "big")), name


def update():
    key = client.get_key("py-rsa")
    updated = client.update_key_properties("py-rsa", key.properties.version, enabled=False, tags={"replaced": "yes"})
    assert (updated.properties.enabled, updated.properties.tags) == (False, {"replaced": "yes"})
    error = refusal(lambda: cryptography(key.id).unwrap_key(KeyWrapAlgorithm.rsa_oaep_256, bytes(256)))
    assert error.status_code == 403, error
    client.update_key_properties("py-rsa", key.properties.version, enabled=True)


def rotate():
    before = client.get_key("py-rsa")
    client.update_key_rotation_policy("py-rsa", KeyRotationPolicy(), expires_in="P90D")
    rotated = client.rotate_key("py-rsa")
    assert rotated.properties.version != before.properties.version and rotated.properties.expires_on is not None
    assert client.get_key_rotation_policy("py-rsa").expires_in == "P90D"
    assert len(list(client.list_properties_of_key_versions("py-rsa"))) == 2


def back_up_and_restore():
    backup = client.backup_key("py-imported-go")
    client.begin_delete_key("py-imported-go", **WAIT).wait()
    client.purge_deleted_key("py-imported-go")
    assert client.restore_key_backup(backup).name == "py-imported-go"


def delete_and_recover():
    names = {key.name for key in client.list_properties_of_keys()}
    assert {"py-rsa", "py-ec-P-256", "py-oct"} <= names, names
    deleted = client.begin_delete_key("py-rsa", **WAIT).result()
    assert deleted.recovery_id and client.get_deleted_key("py-rsa").scheduled_purge_date
    assert refusal(lambda: client.create_rsa_key("py-rsa")).status_code == 409
    poller = client.begin_recover_deleted_key("py-rsa", **WAIT)
    poller.wait()
    assert client.get_key("py-rsa").name == "py-rsa"
    client.begin_delete_key("py-rsa", **WAIT).wait()
    client.purge_deleted_key("py-rsa")
    assert refusal(lambda: client.get_deleted_key("py-rsa")).status_code == 404


def random_bytes():
    assert len(client.get_random_bytes(32)) == 32


for step in (create, get, wrap_and_unwrap, encrypt_and_decrypt, symmetric, sign_and_verify, import_ec, update, rotate, back_up_and_restore, delete_and_recover,
             random_bytes):
    step()
    print(step.__name__.replace("_", " "))
    sys.stdout.flush()
