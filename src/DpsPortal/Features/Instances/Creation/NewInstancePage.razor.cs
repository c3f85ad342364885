using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DpsPortal.Features.Instances.Creation;

public sealed partial class NewInstancePage
{
    private readonly FieldFaults _fields = new();
    private readonly Load<IReadOnlyList<InstanceOverview>> _existing = new();
    private NewInstanceForm? _form;
    private DateTimeOffset? _draftOf;
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

    [Inject] private Drafts Drafts { get; set; } = null!;

    [Inject] private IJSRuntime Browser { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private ILogger<NewInstancePage> Logger { get; set; } = null!;

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_existing, () => Instances.ListAsync(Person, cancellationToken));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            // Before anything can be filled in: a draft that came later would take the place of what was typed meanwhile.
            if (await Drafts.ReadAsync<InstanceDraft>(InstanceDraft.Form, Person) is { } draft)
            {
                (_form, _step, _draftOf) = (NewInstanceForm.Of(draft), draft.Resumes, draft.At);
            }
            else
            {
                _form = new NewInstanceForm();
            }

            StateHasChanged();
        }

        if (_moved)
        {
            _moved = false;
            await Browser.InvokeVoidAsync("portal.focusUnlessTyping", _heading);
        }
    }

    /// <summary>What a revocation forbids takes more words than fit under a field, and a link.</summary>
    private string? ErrorOf(string field) => _faults.FirstOrDefault(fault => fault.Field == field && !IsMended(fault)) is not { } fault ? null
        : Words.RevocationOf(fault) is null ? T.Of(fault) : T["RevokedSeeBelow"];

    private string[] TakenNames => [.. (_existing.Value ?? []).Select(overview => overview.Instance.Name)];

    private async Task NextAsync()
    {
        (_faults, _foundHere) = (_fields.Any ? [new Refusal(FieldFaults.FieldTooLong)] : _form!.Faults(_step, TakenNames), true);
        if (_faults.Count > 0)
        {
            return;
        }

        MoveTo(_step + 1);
        if (_step == WizardStep.Identity)
        {
            _form!.SuggestIdentity();
        }

        // The step checks as soon as it is shown.
        _prepared |= _step == WizardStep.Preflight;
        await KeepAsync();
    }

    private Task KeepAsync()
    {
        var draft = _form!.ToDraft(_step, Now);
        return draft.IsEmpty ? Drafts.DiscardAsync(InstanceDraft.Form, Person) : Drafts.KeepAsync(InstanceDraft.Form, Person, draft);
    }

    private async Task DiscardAsync()
    {
        var given = _form!;
        (_form, _draftOf) = (new NewInstanceForm(), null);
        MoveTo(WizardStep.Start);
        await Drafts.DiscardAsync(InstanceDraft.Form, Person);
        await GiveUpAsync(given);
        _prepared = false;
    }

    /// <summary>
    /// A fault that the reader has mended is struck out where it stands until the next press. Were it to go, it would move the buttons below
    /// while one of them is being clicked: the press that ends the writing in a field is what sends the text.
    /// </summary>
    private bool IsMended(Refusal fault) =>
        _foundHere && (fault.Code == FieldFaults.FieldTooLong ? !_fields.Any : _form!.Faults(_step, TakenNames).All(left => left.Field != fault.Field));

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
            switch (await Instances.CreateAsync(Person, _form!.ToRequest(), Leaving))
            {
                case Outcome<Guid>.Done(var operation):
                    _begun = true;
                    await Drafts.DiscardAsync(InstanceDraft.Form, Person);
                    GoOnTo(Addresses.Operation(operation));
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
        await GiveUpAsync(_form);
    }

    private async Task GiveUpAsync(NewInstanceForm? form)
    {
        if (!_prepared || _begun || form is null)
        {
            return;
        }

        try
        {
            await Instances.GiveUpAsync(Person, form.Id, CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody is there any more to be told; the next start takes it back.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotGivenUp(Logger, form.Id, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "What was prepared for the creation {Id} could not be given up")]
    private static partial void LogNotGivenUp(ILogger logger, Guid id, Exception exception);
}
