using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

/// <summary>Adds an enrollment group or an individual enrollment. DPS makes symmetric keys; nobody types a secret here.</summary>
public sealed partial class NewEnrollmentPage
{
    private readonly Attempt _attempt = new();
    private bool _individual;
    private bool _x509;
    private string? _id;
    private string? _certificate;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private string? IdError => _attempt.Refusal is { Code: ProvisioningRefusals.RecordIdInvalid or ProvisioningRefusals.RecordExists } refusal ? T.Of(refusal) : null;

    private string? AttestationError => _x509 && _attempt.Refusal is { Code: ProvisioningRefusals.AttestationInvalid } refusal ? T.Of(refusal) : null;

    protected override bool Concerns(PortalChange change) => false;

    protected override Task ReadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CreateAsync() => await _attempt.RunAsync(
        () => PutAsync(_id?.Trim() ?? ""), created => Navigation.NavigateTo(Addresses.Enrollments(Instance, RecordKindNames.Of(created.Kind))));

    private Task<Outcome<RecordSummary>> PutAsync(string id) => _individual
        ? Enrollments.PutIndividualAsync(Person, Instance, new IndividualEnrollment { RegistrationId = id, Attestation = Attestation }, null, Leaving)
        : Enrollments.PutGroupAsync(Person, Instance, new EnrollmentGroup { EnrollmentGroupId = id, Attestation = Attestation }, null, Leaving);

    private Attestation Attestation => _x509
        ? new Attestation("x509", X509: _individual
            ? new X509Attestation(ClientCertificates: Certificates)
            : new X509Attestation(SigningCertificates: Certificates))
        : new Attestation("symmetricKey", new SymmetricKeyAttestation(null, null));

    private X509Certificates Certificates => new(new X509CertificateEntry(_certificate?.Trim()));
}
