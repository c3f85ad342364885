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
    private Rehearsal? _found;
    private bool _foundHere;
    private bool _prepared;
    private bool _creating;
    private bool _begun;
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

    /// <summary>What a revocation forbids takes more words than fit under a field, and a link.</summary>
    private string? ErrorOf(string field) => _faults.FirstOrDefault(fault => fault.Field == field && !IsMended(fault)) is not { } fault ? null
        : Words.RevocationOf(fault) is null ? T.Of(fault) : T["RevokedSeeBelow"];

    private string[] TakenNames => [.. (_existing.Value ?? []).Select(overview => overview.Instance.Name)];

    private void Next()
    {
        (_faults, _foundHere) = (_form.Faults(_step, TakenNames), true);
        if (_faults.Count > 0)
        {
            return;
        }

        MoveTo(_step + 1);
        if (_step == WizardStep.Identity)
        {
            _form.SuggestIdentity();
        }

        // The step checks as soon as it is shown.
        _prepared |= _step == WizardStep.Preflight;
    }

    /// <summary>
    /// A fault that the reader has mended is struck out where it stands until the next press. Were it to go, it would move the buttons below
    /// while one of them is being clicked: the press that ends the writing in a field is what sends the text.
    /// </summary>
    private bool IsMended(Refusal fault) => _foundHere && _form.Faults(_step, TakenNames).All(left => left.Field != fault.Field);

    private void Back() => MoveTo(_step - 1);

    private void MoveTo(WizardStep step) => (_step, _found, _faults, _moved) = (step, null, [], true);

    private void Found(Rehearsal? found) => (_found, _faults) = (found, []);

    private async Task CreateAsync()
    {
        if (_creating)
        {
            return;
        }

        (_creating, _faults) = (true, []);
        try
        {
            switch (await Instances.CreateAsync(Person, _form.ToRequest(), Leaving))
            {
                case Outcome<Guid>.Done(var operation):
                    _begun = true;
                    Navigation.NavigateTo(Addresses.Operation(operation));
                    break;
                case Outcome<Guid>.Refused(var refusal):
                    Refuse(refusal);
                    break;
            }
        }
        finally
        {
            // What has begun is followed on another page; until that comes, nothing is created twice here.
            _creating = _begun;
        }
    }

    /// <summary>Goes back to the field at fault, when the refusal names one.</summary>
    private void Refuse(Refusal refusal)
    {
        if (NewInstanceForm.StepOf(refusal.Field) is { } step)
        {
            MoveTo(step);
        }

        (_faults, _foundHere) = ([refusal], false);
    }

    /// <summary>Also when the connection is lost: what the checks prepared does not stay for nobody.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (!_prepared || _begun)
        {
            return;
        }

        try
        {
            await Instances.GiveUpAsync(Person, _form.Id, CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody is there any more to be told; the next start takes it back.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotGivenUp(Logger, _form.Id, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "What was prepared for the creation {Id} could not be given up")]
    private static partial void LogNotGivenUp(ILogger logger, Guid id, Exception exception);
}
