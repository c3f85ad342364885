using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>
/// Changes an enrollment that was read for it, and puts it back with the etag of that read: what somebody else has saved meanwhile
/// is not overwritten.
/// </summary>
public sealed partial class EditEnrollmentPage
{
    private readonly Attempt _attempt = new();
    private readonly Load<LinkedHubs> _hubs = new();
    private Func<Task<Outcome<RecordSummary>>>? _save;
    private EnrollmentForm? _form;
    private RecordView? _problem;
    private bool _asked;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Parameter, EditorRequired] public string Kind { get; set; } = "";

    [Parameter, EditorRequired] public string Id { get; set; } = "";

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    [Inject] private IInstanceSettingsService Settings { get; set; } = null!;

    [Inject] private ILogger<EditEnrollmentPage> Logger { get; set; } = null!;

    private string Back => Addresses.Enrollments(Instance, Kind);

    // Nothing may change under the hands of somebody who edits: it is read once, and again when asked for.
    protected override bool Concerns(PortalChange change) => false;

    protected override Task ReadAsync(CancellationToken cancellationToken) => 
        _form is null && _problem is null ? Task.WhenAll(ReadAgainAsync(), ReadHubsAsync()) : Task.CompletedTask;

    private Task ReadHubsAsync() => ReadIntoAsync(_hubs, () => Settings.ListHubsAsync(Person, Instance, Leaving));

    private async Task ReadAgainAsync()
    {
        (_form, _problem, _asked) = (null, null, false);
        _attempt.Forget();
        try
        {
            if (RecordKindNames.Parse(Kind) == RecordKind.EnrollmentGroup)
            {
                Edit(await Enrollments.ReadGroupAsync(Person, Instance, Id, Leaving), EnrollmentForm.Of, (group, etag) => () =>
                    Enrollments.PutGroupAsync(Person, Instance, _form!.ApplyTo(group), etag, Leaving));
            }
            else
            {
                Edit(await Enrollments.ReadIndividualAsync(Person, Instance, Id, Leaving), EnrollmentForm.Of, (enrollment, etag) => () =>
                    Enrollments.PutIndividualAsync(Person, Instance, _form!.ApplyTo(enrollment), etag, Leaving));
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogReadFailed(Logger, Kind, exception);
            _problem = new RecordView.Failed();
        }
    }

    private void Edit<T>(Outcome<RecordRead<T>> outcome, Func<T, EnrollmentForm> form, Func<T, string, Func<Task<Outcome<RecordSummary>>>> save)
    {
        if (outcome is Outcome<RecordRead<T>>.Done(RecordRead<T>.Found(var content, var summary)))
        {
            (_form, _save) = (form(content), save(content, summary.ETag));
        }
        else
        {
            _problem = RecordView.Of(outcome);
        }
    }

    private async Task SaveAsync()
    {
        _asked = true;
        if (_attempt.Fields.Any || (EnrollmentForm.FaultOf(_form!.Tags) is TwinFault.None && EnrollmentForm.FaultOf(_form.Desired) is TwinFault.None))
        {
            await _attempt.RunAsync(_save!, _ => GoOnTo(Back), leaves: true);
        }
    }

    private string? TwinError(string? json, string field) => (_asked ? EnrollmentForm.FaultOf(json) : TwinFault.None) switch
    {
        TwinFault.NotAnObject => T["JsonObjectNeeded", field],
        TwinFault.Name => T["TwinNameRefused", field],
        _ => null,
    };

    private string PolicyText(string? policy) => policy is null ? "" : T[$"AllocationPolicy_{policy}"];

    [LoggerMessage(1, LogLevel.Error, "An enrollment among the {Kind} could not be read for editing")]
    private static partial void LogReadFailed(ILogger logger, string kind, Exception exception);
}
