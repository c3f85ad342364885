using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Creation;

/// <summary>Runs the checks while it is shown: once, again when asked to, and by itself while a role is on its way.</summary>
public sealed partial class PreflightStep
{
    private Rehearsal? _found;
    private bool _checking;
    private bool _failed;

    [Parameter, EditorRequired] public NewInstanceForm Form { get; set; } = null!;

    /// <summary>What was found; <see langword="null"/> while that is not known.</summary>
    [Parameter, EditorRequired] public EventCallback<Rehearsal?> OnFound { get; set; }

    [Parameter, EditorRequired] public EventCallback<Refusal> OnRefused { get; set; }

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private ILogger<PreflightStep> Logger { get; set; } = null!;

    /// <summary>Since when a role is on its way; not any more when it takes longer than one does.</summary>
    private DateTimeOffset? WaitsSince => _found?.WaitsForRoleSince is { } since && Waited(since) <= Rehearsal.LongestPropagation ? since : null;

    /// <summary>At every tick while a role is on its way; what else is found changes by what the reader does about it.</summary>
    protected override TimeSpan ReadAgainAfter => _found?.WaitsForRoleSince is null ? TimeSpan.MaxValue : TimeSpan.Zero;

    protected override bool Concerns(PortalChange change) => false;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_checking)
        {
            return;
        }

        (_checking, _failed) = (true, false);
        try
        {
            var outcome = await Instances.CheckAsync(Person, Form.ToRequest(), cancellationToken);
            if (!cancellationToken.IsCancellationRequested)
            {
                await TellAsync(outcome);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogCheckFailed(Logger, exception);
            (_found, _failed) = (null, true);
        }
        finally
        {
            _checking = false;
        }
    }

    private async Task TellAsync(Outcome<Rehearsal> outcome)
    {
        switch (outcome)
        {
            case Outcome<Rehearsal>.Done(var found):
                _found = found;
                await OnFound.InvokeAsync(found);
                break;
            case Outcome<Rehearsal>.Refused(var refusal):
                await OnRefused.InvokeAsync(refusal);
                break;
        }
    }

    /// <summary>The reader sees that it looks anew; what it looks for by itself changes on screen when it has changed.</summary>
    private async Task AgainAsync()
    {
        if (!_checking)
        {
            _found = null;
            await OnFound.InvokeAsync(null);
            await RefreshAsync();
        }
    }

    private TimeSpan Waited(DateTimeOffset since) => Now > since ? Now - since : TimeSpan.Zero;

    [LoggerMessage(1, LogLevel.Error, "The checks before a creation could not be run")]
    private static partial void LogCheckFailed(ILogger logger, Exception exception);
}
