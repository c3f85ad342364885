using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Verification;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Verification;

/// <summary>Reads every record for real, and shows the readings that are kept, whoever made them, each compared with the one before.</summary>
public sealed partial class VerifyPanel : IProgress<RecordVerification>
{
    private const int Shown = 20;

    private readonly ReaderCulture _reader = new();
    private readonly Load<IReadOnlyList<VerificationRun>> _runs = new();
    private readonly Attempt _attempt = new();
    private RecordVerification? _progress;
    private DateTimeOffset _lastShown;
    private bool _failed;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private ILogger<VerifyPanel> Log { get; set; } = null!;

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    protected override object? Subject => Instance;

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Activity && change.Subject == Instance && !_attempt.Busy;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_runs, () => Enrollments.ListVerificationsAsync(Person, Instance, Shown, cancellationToken));

    private async Task VerifyAsync()
    {
        (_failed, _progress) = (false, null);
        try
        {
            await _attempt.RunAsync(() => Enrollments.VerifyAsync(Person, Instance, this, Leaving), _ => { });
            await RefreshAsync();
        }
        catch (OperationCanceledException)
        {
            // The reader has left.
        }
        catch (Exception exception)
        {
            LogVerifyFailed(Log, exception);
            _failed = true;
        }
    }

    /// <summary>Called for every batch, from any thread; four times a second is plenty for a reader.</summary>
    void IProgress<RecordVerification>.Report(RecordVerification value)
    {
        if (value.At - _lastShown < TimeSpan.FromMilliseconds(250) || Leaving.IsCancellationRequested)
        {
            return;
        }

        (_lastShown, _progress) = (value.At, value);
        _ = InvokeAsync(() =>
        {
            _reader.Apply();
            StateHasChanged();
        });
    }

    [LoggerMessage(1, LogLevel.Error, "The records could not be verified")]
    private static partial void LogVerifyFailed(ILogger logger, Exception exception);
}
