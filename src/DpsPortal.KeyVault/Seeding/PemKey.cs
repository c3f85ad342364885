using System.Formats.Asn1;
using System.Security.Cryptography;
using DpsPortal.KeyVault.Algorithms;

namespace DpsPortal.KeyVault.Seeding;

/// <summary>
/// RFC 7468: the private key in a PEM text as the JSON Web Key that it is. Certificates, public keys and curve parameters may stand beside
/// it, as openssl writes them. Answers the key, or what is wrong with the text; never a part of it.
/// </summary>
internal static class PemKey
{
    private const string ByteOrderMark = "\uFEFF";
    private const string Encrypted = "is encrypted. Decrypt it (openssl pkey), or give the key as a JSON Web Key.";
    private const string Damaged = "is damaged, or on a curve that this machine does not know: its block cannot be read as a private key.";
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string EcOid = "1.2.840.10045.2.1";
    private static readonly string[] Open = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

    public static (ImportedJwk? Key, string? Fault) Read(string pem, IReadOnlyList<string?>? operations)
    {
        // Files that were joined may have a mark in the middle, and a block must begin its line.
        var text = pem.Replace(ByteOrderMark, "", StringComparison.Ordinal);
        // RFC 1421, as openssl encrypts the older forms: a block with headers is none to RFC 7468.
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            return (null, Encrypted);
        }

        var blocks = Blocks(text);
        return blocks.Where(block => Open.Contains(block.Label)).ToList() switch
        {
            [var only] => ReadRsa(only.Text, operations) ?? ReadEc(only.Text, operations) ?? (null, NotRead(only.Text)),
            [] => (null, WithoutKey([.. blocks.Select(block => block.Label)])),
            _ => (null, "has more than one private key. Leave the one to import."),
        };
    }

    private static List<(string Label, string Text)> Blocks(string text)
    {
        var blocks = new List<(string, string)>();
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            blocks.Add((rest[fields.Label].ToString(), rest[fields.Location].ToString()));
        }

        return blocks;
    }

    private static string WithoutKey(IReadOnlyList<string> labels) => labels switch
    {
        [] => "is no PEM text: it has no block from -----BEGIN to -----END.",
        _ when labels.Contains("ENCRYPTED PRIVATE KEY") => Encrypted,
        _ when labels.Contains("OPENSSH PRIVATE KEY") => "is in OpenSSH's own form. Convert it (ssh-keygen -p -m PEM on a copy).",
        _ when labels.All(label => label.EndsWith("PUBLIC KEY", StringComparison.Ordinal)) => "has a public key only; the private one is to be imported.",
        _ when labels.All(label => label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE") =>
            "has a certificate only; its private key is to be imported.",
        _ => $"has no private key, but {string.Join(", ", labels.Distinct())}.",
    };

    private static (ImportedJwk?, string?)? ReadRsa(string block, IReadOnlyList<string?>? operations)
    {
        using var rsa = RSA.Create();
        if (!TryImport(rsa, block))
        {
            return null;
        }

        var parts = rsa.ExportParameters(includePrivateParameters: true);
        return (new ImportedJwk
        {
            Kty = KeyTypes.Rsa, KeyOps = operations, N = parts.Modulus, E = parts.Exponent, D = parts.D, P = parts.P, Q = parts.Q,
            Dp = parts.DP, Dq = parts.DQ, Qi = parts.InverseQ,
        }, null);
    }

    private static (ImportedJwk?, string?)? ReadEc(string block, IReadOnlyList<string?>? operations)
    {
        using var ec = ECDsa.Create();
        if (!TryImport(ec, block))
        {
            return null;
        }

        var parts = ec.ExportParameters(includePrivateParameters: true);
        if (EcCurve.FindByOid(parts.Curve.Oid) is { } curve)
        {
            return (new ImportedJwk { Kty = KeyTypes.Ec, KeyOps = operations, Crv = curve.Name, X = parts.Q.X, Y = parts.Q.Y, D = parts.D }, null);
        }

        CryptographicOperations.ZeroMemory(parts.D);
        return (null, "is on a curve that Key Vault does not have. It has P-256, P-384, P-521 and P-256K.");
    }

    /// <summary>RFC 5958, section 2: only this form says of which algorithm it is.</summary>
    private static string NotRead(string block)
    {
        var bytes = Convert.FromBase64String(block[PemEncoding.Find(block).Base64Data]);
        try
        {
            var info = new AsnReader(bytes, AsnEncodingRules.BER).ReadSequence();
            _ = info.ReadInteger();
            return info.ReadSequence().ReadObjectIdentifier() is RsaOid or EcOid ? Damaged : "is neither RSA nor EC, and Key Vault has no other private keys.";
        }
        catch (AsnContentException)
        {
            return Damaged;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static bool TryImport(AsymmetricAlgorithm key, string block)
    {
        try
        {
            key.ImportFromPem(block);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
