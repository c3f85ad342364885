using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

public sealed partial class NewInstancePage
{
    private readonly NewInstanceForm _form = new();
    private readonly Load<IReadOnlyList<InstanceOverview>> _existing = new();
    private ElementReference _heading;
    private WizardStep _step;
    private IReadOnlyList<Refusal> _faults = [];
    private CreationChecks? _checks;
    private bool _checking;
    private bool _creating;
    private bool _failed;
    private bool _moved;

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private ILogger<NewInstancePage> Logger { get; set; } = null!;

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_existing, () => Instances.ListAsync(Person, cancellationToken));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_moved)
        {
            _moved = false;
            await _heading.FocusAsync();
        }
    }

    private string? ErrorOf(string field) => _faults.FirstOrDefault(fault => fault.Field == field) is { } fault ? T.Of(fault) : null;

    private string[] TakenNames => [.. (_existing.Value ?? []).Select(overview => overview.Instance.Name)];

    private async Task NextAsync()
    {
        _faults = _form.Faults(_step, TakenNames);
        if (_faults.Count > 0)
        {
            return;
        }

        MoveTo(_step + 1);
        if (_step == WizardStep.Identity)
        {
            _form.IdentityName ??= $"id-{_form.Name?.Trim()}";
        }

        if (_step == WizardStep.Preflight)
        {
            await CheckAsync();
        }
    }

    /// <summary>A fault that the reader has just mended must not stay on screen.</summary>
    private void Changed()
    {
        if (_faults.Count > 0)
        {
            var left = _form.Faults(_step, TakenNames).Select(fault => fault.Field).ToHashSet();
            _faults = [.. _faults.Where(fault => left.Contains(fault.Field))];
        }
    }

    private void BackAsync() => MoveTo(_step - 1);

    private void MoveTo(WizardStep step) => (_step, _faults, _moved) = (step, [], true);

    private async Task CheckAsync()
    {
        (_checking, _checks, _failed, _faults) = (true, null, false, []);
        try
        {
            switch (await Instances.CheckAsync(Person, _form.ToRequest(), Leaving))
            {
                case Outcome<CreationChecks>.Done(var checks):
                    _checks = checks;
                    break;
                case Outcome<CreationChecks>.Refused(var refusal):
                    Refuse(refusal);
                    break;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogCheckFailed(Logger, exception);
            _failed = true;
        }
        finally
        {
            _checking = false;
        }
    }

    private async Task CreateAsync()
    {
        (_creating, _faults) = (true, []);
        try
        {
            switch (await Instances.CreateAsync(Person, _form.ToRequest(), Leaving))
            {
                case Outcome<Guid>.Done(var operation):
                    Navigation.NavigateTo(Addresses.Operation(operation));
                    break;
                case Outcome<Guid>.Refused(var refusal):
                    Refuse(refusal);
                    break;
            }
        }
        finally
        {
            _creating = false;
        }
    }

    /// <summary>Goes back to the field at fault, when the refusal names one.</summary>
    private void Refuse(Refusal refusal)
    {
        if (NewInstanceForm.StepOf(refusal.Field) is { } step)
        {
            MoveTo(step);
        }

        _faults = [refusal];
    }

    [LoggerMessage(1, LogLevel.Error, "The checks before a creation could not be run")]
    private static partial void LogCheckFailed(ILogger logger, Exception exception);
}
