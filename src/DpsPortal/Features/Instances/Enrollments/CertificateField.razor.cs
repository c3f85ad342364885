using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>Takes certificates as a text or a file, and says at once what they are. A private key does not stay in it.</summary>
public sealed partial class CertificateField
{
    private const int LargestFile = FieldLimits.LongestText;

    private string? _text;
    private bool _fileTooLarge;

    [Parameter, EditorRequired] public Outcome<IReadOnlyList<GivenCertificate>>? Value { get; set; }

    [Parameter] public EventCallback<Outcome<IReadOnlyList<GivenCertificate>>?> ValueChanged { get; set; }

    /// <summary>Whether it is to sign devices' certificates.</summary>
    [Parameter, EditorRequired] public bool ForGroup { get; set; }

    /// <summary>Why it could not be created with what stands here.</summary>
    [Parameter, EditorRequired] public string? Refused { get; set; }

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private TimeProvider Clock { get; set; } = null!;

    private DateTimeOffset Now => Clock.GetUtcNow();

    private IReadOnlyList<GivenCertificate> Given => (Value as Outcome<IReadOnlyList<GivenCertificate>>.Done)?.Value ?? [];

    private string? Fault => Value is Outcome<IReadOnlyList<GivenCertificate>>.Refused(var refusal) ? T.Of(refusal) : Refused;

    private string Title(GivenCertificate certificate) => T[
        Given.Count == 1 ? "Certificate" : certificate == Given[0] ? "CertificatePrimary" : "CertificateSecondary"];

    private Task TakeAsync(string? text)
    {
        (_text, _fileTooLarge) = (text, false);
        return TellAsync(string.IsNullOrWhiteSpace(text) ? null : GivenCertificates.Read(text));
    }

    private async Task TakeFileAsync(InputFileChangeEventArgs chosen)
    {
        _fileTooLarge = chosen.File.Size > LargestFile;
        if (_fileTooLarge)
        {
            return;
        }

        using var content = new MemoryStream();
        await using (var stream = chosen.File.OpenReadStream(LargestFile))
        {
            await stream.CopyToAsync(content);
        }

        var read = GivenCertificates.Read(content.ToArray());
        Array.Clear(content.GetBuffer());
        _text = read is Outcome<IReadOnlyList<GivenCertificate>>.Done(var given) ? string.Join('\n', given.Select(certificate => certificate.Pem)) : "";
        await TellAsync(read);
    }

    private Task TellAsync(Outcome<IReadOnlyList<GivenCertificate>>? read)
    {
        if (read is Outcome<IReadOnlyList<GivenCertificate>>.Refused({ Code: ServiceRefusals.CertificateHasPrivateKey }))
        {
            // Out of the browser, too.
            _text = "";
        }

        return ValueChanged.InvokeAsync(read);
    }
}
