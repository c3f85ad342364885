using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>Adds an enrollment group or an individual enrollment. DPS makes symmetric keys; nobody types a secret here.</summary>
public sealed partial class NewEnrollmentPage
{
    private readonly Attempt _attempt = new();
    private readonly Load<InstanceOverview?> _instance = new();
    private bool _individual;
    private bool _x509;
    private string? _id;
    private Outcome<IReadOnlyList<GivenCertificate>>? _certificates;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    private string? IdError =>
        _attempt.Refusal is { Code: ProvisioningRefusals.RecordIdInvalid or ProvisioningRefusals.RecordExists } refusal ? T.Of(refusal) : null;

    private string? AttestationError => _x509 && _attempt.Refusal is { Field: nameof(Attestation) } refusal ? T.Of(refusal) : null;

    /// <summary>Said before anybody fills anything in: what would be refused in the end.</summary>
    private InstanceEncryption.CustomerManagedKey? Denied =>
        _instance.Value?.Instance.Encryption is InstanceEncryption.CustomerManagedKey encryption && encryption.Access.RecordsAt(Now) == RecordAccess.Refused
            ? encryption
            : null;

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Instance && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_instance, () => Instances.GetAsync(Person, Instance, cancellationToken));

    private async Task CreateAsync()
    {
        if (_x509 && _certificates is not Outcome<IReadOnlyList<GivenCertificate>>.Done)
        {
            _attempt.Refuse((_certificates as Outcome<IReadOnlyList<GivenCertificate>>.Refused)?.Refusal
                ?? new Refusal(ServiceRefusals.CertificateUnreadable, nameof(Attestation)));
            return;
        }

        await _attempt.RunAsync(
            () => PutAsync(_id?.Trim() ?? ""), created => GoOnTo(Addresses.Enrollments(Instance, RecordKindNames.Of(created.Kind))), leaves: true);
    }

    private Task<Outcome<RecordSummary>> PutAsync(string id) => _individual
        ? Enrollments.PutIndividualAsync(Person, Instance, new IndividualEnrollment { RegistrationId = id, Attestation = Attestation }, null, Leaving)
        : Enrollments.PutGroupAsync(Person, Instance, new EnrollmentGroup { EnrollmentGroupId = id, Attestation = Attestation }, null, Leaving);

    private Attestation Attestation => _x509
        ? new Attestation("x509", X509: _individual
            ? new X509Attestation(ClientCertificates: Certificates)
            : new X509Attestation(SigningCertificates: Certificates))
        : new Attestation("symmetricKey", new SymmetricKeyAttestation(null, null));

    private X509Certificates Certificates
    {
        get
        {
            var given = ((Outcome<IReadOnlyList<GivenCertificate>>.Done)_certificates!).Value;
            return new(given[0].ToEntry(), given.ElementAtOrDefault(1)?.ToEntry());
        }
    }
}
