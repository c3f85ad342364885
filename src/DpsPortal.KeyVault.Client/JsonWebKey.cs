using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>A JSON Web Key (RFC 7517, RFC 7518) as Key Vault writes it. May carry private members: do not log.</summary>
[JsonConverter(typeof(JsonWebKeyConverter))]
public class JsonWebKey
{
    private static readonly KeyOperation[] PublicOperations =
        [KeyOperation.Encrypt, KeyOperation.Verify, KeyOperation.WrapKey];

    private static readonly KeyOperation[] PrivateOperations =
        [KeyOperation.Encrypt, KeyOperation.Decrypt, KeyOperation.Sign, KeyOperation.Verify, KeyOperation.WrapKey, KeyOperation.UnwrapKey];

    private static readonly KeyOperation[] SymmetricOperations =
        [KeyOperation.Encrypt, KeyOperation.Decrypt, KeyOperation.WrapKey, KeyOperation.UnwrapKey];

    /// <param name="keyOps">What the key may be used for; null means nothing.</param>
    public JsonWebKey(IEnumerable<KeyOperation> keyOps) => KeyOps = Array.AsReadOnly(keyOps?.ToArray() ?? []);

    /// <param name="rsaProvider">The key to describe.</param>
    /// <param name="includePrivateParameters">Whether the private key is taken too.</param>
    /// <param name="keyOps">What the key may be used for; null means all that its parts allow.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rsaProvider"/> is null.</exception>
    public JsonWebKey(RSA rsaProvider, bool includePrivateParameters = false, IEnumerable<KeyOperation> keyOps = null)
        : this(keyOps ?? (includePrivateParameters ? PrivateOperations : PublicOperations))
    {
        ArgumentNullException.ThrowIfNull(rsaProvider);
        var parameters = rsaProvider.ExportParameters(includePrivateParameters);
        KeyType = KeyType.Rsa;
        (N, E, D) = (parameters.Modulus, parameters.Exponent, parameters.D);
        (P, Q) = (parameters.P, parameters.Q);
        (DP, DQ, QI) = (parameters.DP, parameters.DQ, parameters.InverseQ);
    }

    /// <param name="ecdsa">The key to describe.</param>
    /// <param name="includePrivateParameters">Whether the private key is taken too.</param>
    /// <param name="keyOps">What the key may be used for; null means all that its parts allow.</param>
    /// <exception cref="ArgumentNullException"><paramref name="ecdsa"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The key is on a curve that Key Vault has not.</exception>
    public JsonWebKey(ECDsa ecdsa, bool includePrivateParameters = false, IEnumerable<KeyOperation> keyOps = null)
        : this(keyOps ?? (includePrivateParameters ? [KeyOperation.Sign, KeyOperation.Verify] : [KeyOperation.Verify]))
    {
        ArgumentNullException.ThrowIfNull(ecdsa);
        var parameters = ecdsa.ExportParameters(includePrivateParameters);
        KeyType = KeyType.Ec;
        CurveName = EcParts.NameOf(parameters.Curve) ?? throw new InvalidOperationException("elliptic curve name is invalid");
        (X, Y, D) = (parameters.Q.X, parameters.Q.Y, parameters.D);
    }

    /// <param name="aesProvider">The key to describe. A symmetric key is all private.</param>
    /// <param name="keyOps">What the key may be used for; null means encrypting and wrapping.</param>
    /// <exception cref="ArgumentNullException"><paramref name="aesProvider"/> is null.</exception>
    public JsonWebKey(Aes aesProvider, IEnumerable<KeyOperation> keyOps = null)
        : this(keyOps ?? SymmetricOperations)
    {
        ArgumentNullException.ThrowIfNull(aesProvider);
        KeyType = KeyType.Oct;
        K = aesProvider.Key;
    }

    /// <summary>The key's identifier (<c>kid</c>), not always an address.</summary>
    public string Id { get; set; }

    /// <summary>The kind of key.</summary>
    public KeyType KeyType { get; set; }

    /// <summary>What the key may be used for.</summary>
    public IReadOnlyCollection<KeyOperation> KeyOps { get; }

    /// <summary>RSA modulus.</summary>
    public byte[] N { get; set; }

    /// <summary>RSA public exponent.</summary>
    public byte[] E { get; set; }

    /// <summary>RSA private exponent or EC private key.</summary>
    public byte[] D { get; set; }

    /// <summary>RSA: D modulo P-1.</summary>
    public byte[] DP { get; set; }

    /// <summary>RSA: D modulo Q-1.</summary>
    public byte[] DQ { get; set; }

    /// <summary>RSA: inverse of Q modulo P.</summary>
    public byte[] QI { get; set; }

    /// <summary>RSA: first prime.</summary>
    public byte[] P { get; set; }

    /// <summary>RSA: second prime.</summary>
    public byte[] Q { get; set; }

    /// <summary>Name of the elliptic curve.</summary>
    public KeyCurveName? CurveName { get; set; }

    /// <summary>EC: first coordinate.</summary>
    public byte[] X { get; set; }

    /// <summary>EC: second coordinate.</summary>
    public byte[] Y { get; set; }

    /// <summary>The symmetric key.</summary>
    public byte[] K { get; set; }

    /// <summary>Key material wrapped for import into an HSM (<c>key_hsm</c>).</summary>
    public byte[] T { get; set; }

    /// <param name="includePrivateParameters">Whether the private key is handed on, if there is one.</param>
    /// <exception cref="InvalidOperationException">This is not an RSA key, or its modulus or exponent is missing.</exception>
    public RSA ToRSA(bool includePrivateParameters = false)
    {
        if (KeyType != KeyType.Rsa && KeyType != KeyType.RsaHsm)
        {
            throw new InvalidOperationException("key is not an Rsa or RsaHsm type");
        }

        return RsaParts.Create(this, includePrivateParameters);
    }

    /// <param name="includePrivateParameters">Whether the private key is handed on, if there is one.</param>
    /// <exception cref="InvalidOperationException">This is not an EC key, or its curve or point is missing.</exception>
    public ECDsa ToECDsa(bool includePrivateParameters = false)
    {
        if (KeyType != KeyType.Ec && KeyType != KeyType.EcHsm)
        {
            throw new InvalidOperationException("key is not an EC or EC-HSM type");
        }

        return EcParts.Create(this, includePrivateParameters);
    }

    /// <exception cref="InvalidOperationException">This is not a symmetric key, or the vault keeps it to itself.</exception>
    public Aes ToAes()
    {
        if ((KeyType != KeyType.Oct && KeyType != KeyType.OctHsm) || K is null)
        {
            throw new InvalidOperationException("key is not an octet key, or has no value");
        }

        var aes = Aes.Create();
        aes.Key = K;
        return aes;
    }

    internal static JsonWebKey Read(JsonElement json) =>
        new(json.Optional("key_ops")?.EnumerateArray().Select(operation => new KeyOperation(operation.GetString())))
        {
            Id = json.OptionalText("kid"),
            KeyType = json.OptionalText("kty") is { } type ? new KeyType(type) : default,
            CurveName = json.OptionalText("crv") is { } curve ? new KeyCurveName(curve) : default(KeyCurveName?),
            N = json.OptionalBytes("n"),
            E = json.OptionalBytes("e"),
            D = json.OptionalBytes("d"),
            DP = json.OptionalBytes("dp"),
            DQ = json.OptionalBytes("dq"),
            QI = json.OptionalBytes("qi"),
            P = json.OptionalBytes("p"),
            Q = json.OptionalBytes("q"),
            X = json.OptionalBytes("x"),
            Y = json.OptionalBytes("y"),
            K = json.OptionalBytes("k"),
            T = json.OptionalBytes("key_hsm"),
        };

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteOptional("kid", Id);
        json.WriteOptional("kty", KeyType.ToString());
        json.WriteOperations(KeyOps);
        json.WriteOptional("crv", CurveName?.ToString());
        json.WriteOptional("n", N);
        json.WriteOptional("e", E);
        json.WriteOptional("d", D);
        json.WriteOptional("dp", DP);
        json.WriteOptional("dq", DQ);
        json.WriteOptional("qi", QI);
        json.WriteOptional("p", P);
        json.WriteOptional("q", Q);
        json.WriteOptional("x", X);
        json.WriteOptional("y", Y);
        json.WriteOptional("k", K);
        json.WriteOptional("key_hsm", T);
    }
}
