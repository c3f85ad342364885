using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

/// <summary>Reads every record for real, and compares the runs made while the panel is open.</summary>
public sealed partial class VerifyPanel : IProgress<RecordVerification>, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly ReaderCulture _culture = new();
    private readonly List<RecordVerification> _runs = [];
    private RecordVerification? _progress;
    private Refusal? _refusal;
    private DateTimeOffset _lastShown;
    private bool _running;
    private bool _failed;

    public VerifyPanel() => Leaving = _leaving.Token;

    /// <summary>Taken once: what goes on after the panel has gone must be told so then.</summary>
    private CancellationToken Leaving { get; }

    [CascadingParameter] public Person Person { get; set; } = null!;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    [Inject] private ILogger<VerifyPanel> Logger { get; set; } = null!;

    private VerifyVerdict Verdict => VerifyVerdict.Of(_runs);

    private async Task VerifyAsync()
    {
        (_running, _failed, _refusal, _progress) = (true, false, null, null);
        try
        {
            switch (await Enrollments.VerifyAsync(Person, Instance, this, Leaving))
            {
                case Outcome<RecordVerification>.Done(var run):
                    _runs.Insert(0, run);
                    break;
                case Outcome<RecordVerification>.Refused(var refusal):
                    _refusal = refusal;
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has left.
        }
        catch (Exception exception)
        {
            LogVerifyFailed(Logger, exception);
            _failed = true;
        }
        finally
        {
            _running = false;
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
            _culture.Apply();
            StateHasChanged();
        });
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    [LoggerMessage(1, LogLevel.Error, "The records could not be verified")]
    private static partial void LogVerifyFailed(ILogger logger, Exception exception);
}
