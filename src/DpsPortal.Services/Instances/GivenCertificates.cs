using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>
/// Reads what people paste or upload as certificates: PEM (RFC 7468) with whatever stands around it, or DER, in base64 or as it is. A
/// private key is refused, and nothing of it is in the answer. Pure.
/// </summary>
public static class GivenCertificates
{
    /// <summary>A primary and a secondary one.</summary>
    public const int Most = 2;

    private const string Begin = "-----BEGIN";
    private const string Label = "CERTIFICATE";

    /// <returns>One or two, in their order, none twice.</returns>
    public static Outcome<IReadOnlyList<GivenCertificate>> Read(string text)
    {
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return new Refusal(ServiceRefusals.CertificateHasPrivateKey, nameof(Attestation));
        }

        // A byte order mark, what an editor of UTF-16 leaves between letters, and a line break that was lost between two.
        var clean = text.Replace("\uFEFF", "", StringComparison.Ordinal)
            .Replace("\0", "", StringComparison.Ordinal)
            .Replace("-----" + Begin, "-----\n" + Begin, StringComparison.Ordinal)
            .Trim();
        return clean.Contains(Begin, StringComparison.Ordinal) ? ReadPem(clean) : ReadBase64(clean);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static Outcome<IReadOnlyList<GivenCertificate>> Read(byte[] file) => file switch
    {
        [0xFF, 0xFE, ..] => Read(Encoding.Unicode.GetString(file)),
        [0xFE, 0xFF, ..] => Read(Encoding.BigEndianUnicode.GetString(file)),
        // A sequence of ASN.1 with its length, long or short; no text begins so.
        [0x30, var length, ..] when length >= 0x80 || length + 2 == file.Length => ReadDer(file),
        _ => Read(Encoding.UTF8.GetString(file)),
    };

    /// <summary>What is wrong with the certificates of an attestation; one that has none is not asked here.</summary>
    internal static Refusal? FaultOf(Attestation attestation)
    {
        X509Certificates?[] pairs = [attestation.X509?.ClientCertificates, attestation.X509?.SigningCertificates];
        return pairs.SelectMany(pair => new[] { pair?.Primary?.Certificate, pair?.Secondary?.Certificate })
            .Where(text => !string.IsNullOrWhiteSpace(text))
            .Select(text => Read(text!) switch
            {
                Outcome<IReadOnlyList<GivenCertificate>>.Refused(var refusal) => refusal,
                Outcome<IReadOnlyList<GivenCertificate>>.Done({ Count: 1 }) => null,
                _ => Unreadable,
            })
            .FirstOrDefault(refusal => refusal is not null);
    }

    private static Refusal Unreadable => new(ServiceRefusals.CertificateUnreadable, nameof(Attestation));

    private static Outcome<IReadOnlyList<GivenCertificate>> ReadPem(string text)
    {
        var all = new List<GivenCertificate>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var found))
        {
            var bytes = Convert.FromBase64String(rest[found.Base64Data].ToString());
            if (!rest[found.Label].SequenceEqual(Label) || Load(bytes) is not { } certificate)
            {
                return Unreadable;
            }

            all.Add(certificate);
            rest = rest[found.Location.End..];
        }

        // What begins and is no whole block would be left out in silence.
        return rest.Contains(Begin, StringComparison.Ordinal) ? Unreadable : Checked(all);
    }

    private static Outcome<IReadOnlyList<GivenCertificate>> ReadBase64(string text)
    {
        var bytes = new byte[text.Length];
        return text.Length > 0 && Convert.TryFromBase64String(text, bytes, out var length) ? ReadDer(bytes[..length]) : Unreadable;
    }

    private static Outcome<IReadOnlyList<GivenCertificate>> ReadDer(byte[] bytes)
    {
        try
        {
            return Load(bytes) is { } certificate
                ? Checked([certificate])
                : IsPrivate(bytes)
                ? new Refusal(ServiceRefusals.CertificateHasPrivateKey, nameof(Attestation))
                : Unreadable;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static Outcome<IReadOnlyList<GivenCertificate>> Checked(IReadOnlyList<GivenCertificate> all)
    {
        GivenCertificate[] each = [.. all.DistinctBy(certificate => certificate.Thumbprint)];
        return each.Length switch
        {
            0 => Unreadable,
            > Most => new Refusal(ServiceRefusals.CertificatesTooMany, nameof(Attestation), $"{each.Length}", $"{Most}"),
            _ => each,
        };
    }

    /// <summary>Null also where the bytes are a certificate's and what they say is none: a date that no calendar has is found when it is asked for.</summary>
    private static GivenCertificate? Load(byte[] bytes)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(bytes);
            return new GivenCertificate(
                certificate.ExportCertificatePem(), certificate.Subject, certificate.Issuer, certificate.GetCertHashString(HashAlgorithmName.SHA256),
                certificate.Thumbprint,
                certificate.SerialNumber, certificate.Version, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime())
            {
                // Those of before version 3 could not say it.
                IsAuthority = certificate.Version < 3
                    || certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority),
            };
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>PKCS#12, PKCS#8, and what RSA and elliptic curves have of their own.</summary>
    private static bool IsPrivate(byte[] bytes)
    {
        using var rsa = RSA.Create();
        using var curve = ECDsa.Create();
        return Imports(() => RequirePfx(bytes))
            || Imports(() => rsa.ImportPkcs8PrivateKey(bytes, out _))
            || Imports(() => rsa.ImportRSAPrivateKey(bytes, out _))
            || Imports(() => curve.ImportPkcs8PrivateKey(bytes, out _))
            || Imports(() => curve.ImportECPrivateKey(bytes, out _));
    }

    private static void RequirePfx(byte[] bytes)
    {
        if (X509Certificate2.GetCertContentType(bytes) != X509ContentType.Pfx)
        {
            throw new CryptographicException();
        }
    }

    private static bool Imports(Action import)
    {
        try
        {
            import();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
