using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>Reads one record through DPS, for this click, and shows what came of it.</summary>
public sealed partial class RecordPanel : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private RecordView? _view;

    public RecordPanel() => Leaving = _leaving.Token;

    /// <summary>Taken once: what goes on after the panel has gone must be told so then.</summary>
    private CancellationToken Leaving { get; }

    [CascadingParameter] public Person Person { get; set; } = null!;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Parameter, EditorRequired] public RecordKind Kind { get; set; }

    [Parameter, EditorRequired] public string Id { get; set; } = "";

    [Parameter, EditorRequired] public EventCallback OnClose { get; set; }

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    [Inject] private Confirmation Confirmation { get; set; } = null!;

    [Inject] private ILogger<RecordPanel> Logger { get; set; } = null!;

    private bool IsEnrollment => Kind != RecordKind.RegistrationRecord;

    /// <summary>A registration also when it does not open: its device registers again.</summary>
    private bool MayBeDeleted => _view is RecordView.Content || (!IsEnrollment && _view is RecordView.Corrupt);

    protected override Task OnInitializedAsync() => ReadAsync();

    private Task ReadAsync() => ShowAsync(async () => Kind switch
    {
        RecordKind.EnrollmentGroup => RecordView.Of(await Enrollments.ReadGroupAsync(Person, Instance, Id, Leaving), group => HasKeys(group.Attestation)),
        RecordKind.IndividualEnrollment =>
            RecordView.Of(await Enrollments.ReadIndividualAsync(Person, Instance, Id, Leaving), enrollment => HasKeys(enrollment.Attestation)),
        _ => RecordView.Of(await Enrollments.ReadRegistrationAsync(Person, Instance, Id, Leaving)),
    });

    private Task RevealAsync() => ShowAsync(async () =>
        RecordView.Of(await Enrollments.RevealAsync(Person, Instance, Kind, Id, Leaving), HasKeys, revealed: true), before: _view);

    private static bool HasKeys(Attestation attestation) => attestation.Type == "symmetricKey";

    /// <param name="before">What is shown meanwhile: the button that was pressed must not go before what takes its place is there.</param>
    private async Task ShowAsync(Func<Task<RecordView>> read, RecordView? before = null)
    {
        _view = before;
        try
        {
            _view = await read();
        }
        catch (OperationCanceledException)
        {
            // The reader has left.
        }
        catch (Exception exception)
        {
            LogReadFailed(Logger, Kind, exception);
            _view = new RecordView.Failed();
        }
    }

    private async Task DeleteAsync()
    {
        if (!await Confirmation.AskAsync(
            T[IsEnrollment ? "DeleteEnrollmentTitle" : "DeleteRegistrationTitle"], T[IsEnrollment ? "DeleteEnrollmentText" : "DeleteRegistrationText", Id],
            T["Delete"], Leaving, final: true))
        {
            return;
        }

        switch (await Enrollments.DeleteAsync(Person, Instance, Kind, Id, null, Leaving))
        {
            case Outcome<bool>.Done:
                await OnClose.InvokeAsync();
                break;
            case Outcome<bool>.Refused(var refusal):
                _view = new RecordView.Refused(refusal);
                break;
        }
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    [LoggerMessage(1, LogLevel.Error, "A record of kind {Kind} could not be read")]
    private static partial void LogReadFailed(ILogger logger, RecordKind kind, Exception exception);
}
