using System.Buffers.Text;
using System.Security.Cryptography;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>Attestation mechanisms: exactly the one that the type names, complete.</summary>
/// <remarks>Azure IoT Hub DPS: groups attest by X.509 or symmetric key; keys are base64 of 16 to 64 bytes, 64 when generated.</remarks>
internal static class AttestationRules
{
    public const string SymmetricKeyType = "symmetricKey";
    public const string X509Type = "x509";
    private const string TpmType = "tpm";
    private const int GeneratedKeySize = 64;

    public static Refusal? CheckGroup(Attestation attestation) => attestation switch
    {
        { Type: SymmetricKeyType, X509: null, Tpm: null } => CheckKeys(attestation.SymmetricKey),
        { Type: X509Type, SymmetricKey: null, Tpm: null, X509: { ClientCertificates: null } x509 } =>
            CheckCertificates(x509.SigningCertificates, x509.CaReferences),
        _ => Invalid("type"),
    };

    public static Refusal? CheckIndividual(Attestation attestation) => attestation switch
    {
        { Type: SymmetricKeyType, X509: null, Tpm: null } => CheckKeys(attestation.SymmetricKey),
        { Type: X509Type, SymmetricKey: null, Tpm: null, X509: { SigningCertificates: null } x509 } =>
            CheckCertificates(x509.ClientCertificates, x509.CaReferences),
        { Type: TpmType, SymmetricKey: null, X509: null, Tpm: { } tpm } => IsBase64(tpm.EndorsementKey) ? null : Invalid("endorsementKey"),
        _ => Invalid("type"),
    };

    /// <summary>With the keys that are missing: those stored already, else new ones.</summary>
    public static Attestation Complete(Attestation attestation, Attestation? stored)
    {
        if (attestation.Type != SymmetricKeyType)
        {
            return attestation;
        }

        var kept = stored?.SymmetricKey;
        return attestation with
        {
            SymmetricKey = new SymmetricKeyAttestation(
                Given(attestation.SymmetricKey?.PrimaryKey) ?? kept?.PrimaryKey ?? NewKey(),
                Given(attestation.SymmetricKey?.SecondaryKey) ?? kept?.SecondaryKey ?? NewKey()),
        };
    }

    public static bool LacksKeys(Attestation attestation) =>
        attestation.Type == SymmetricKeyType && (Given(attestation.SymmetricKey?.PrimaryKey) is null || Given(attestation.SymmetricKey?.SecondaryKey) is null);

    /// <summary>Without the keys that only a reveal returns.</summary>
    public static Attestation WithoutKeys(Attestation attestation) =>
        attestation.Type == SymmetricKeyType ? attestation with { SymmetricKey = new SymmetricKeyAttestation(null, null) } : attestation;

    private static Refusal? CheckKeys(SymmetricKeyAttestation? keys)
    {
        if (Given(keys?.PrimaryKey) is { } primary && !IsKey(primary))
        {
            return Invalid("primaryKey");
        }

        return Given(keys?.SecondaryKey) is { } secondary && !IsKey(secondary) ? Invalid("secondaryKey") : null;
    }

    /// <summary>An empty key is none: so Microsoft's client for Java asks for one to be generated.</summary>
    private static string? Given(string? key) => string.IsNullOrEmpty(key) ? null : key;

    private static Refusal? CheckCertificates(X509Certificates? certificates, X509CaReferences? references)
    {
        var byReference = !string.IsNullOrWhiteSpace(references?.Primary);

        // Either of the two: whoever rolls the primary one removes it first.
        var byCertificate = IsGiven(certificates?.Primary) || IsGiven(certificates?.Secondary);
        return byReference == byCertificate ? Invalid("x509") : null;
    }

    private static bool IsGiven(X509CertificateEntry? entry) => entry is not null && (!string.IsNullOrWhiteSpace(entry.Certificate) || entry.Info is not null);

    private static bool IsKey(string text) => Base64.IsValid(text, out var length) && length is >= 16 and <= 64;

    private static bool IsBase64(string text) => Base64.IsValid(text, out var length) && length > 0;

    private static string NewKey()
    {
        Span<byte> key = stackalloc byte[GeneratedKeySize];
        RandomNumberGenerator.Fill(key);
        var text = Convert.ToBase64String(key);
        CryptographicOperations.ZeroMemory(key);
        return text;
    }

    private static Refusal Invalid(string argument) => new(ProvisioningRefusals.AttestationInvalid, "Attestation", argument);
}
