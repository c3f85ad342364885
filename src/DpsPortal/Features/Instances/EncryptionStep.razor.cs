using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

public sealed partial class EncryptionStep
{
    private readonly Load<KeyList> _keys = new();
    private IReadOnlyList<KeyVersion> _versions = [];

    [Parameter, EditorRequired] public NewInstanceForm Form { get; set; } = null!;

    [Parameter, EditorRequired] public Func<string, string?> ErrorOf { get; set; } = null!;

    [Parameter, EditorRequired] public EventCallback OnChange { get; set; }

    [Inject] private IKeyService Keys { get; set; } = null!;

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Key;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_keys, () => Keys.ListAsync(Person, cancellationToken));
        await ReadVersionsAsync();
    }

    private Task TellAsync() => OnChange.InvokeAsync();

    private Task ManageAsync(bool customerManaged)
    {
        Form.CustomerManaged = customerManaged;
        return TellAsync();
    }

    private async Task PickAsync(KeyIdentifier? key)
    {
        (Form.PickedKey, Form.PinnedVersion, _versions) = (key, null, []);
        await TellAsync();
        await ReadVersionsAsync();
    }

    private async Task ReadVersionsAsync()
    {
        if (Form.PickedKey is { } key)
        {
            var detail = new Load<Outcome<KeyDetail>>();
            await ReadIntoAsync(detail, () => Keys.GetAsync(Person, key.VaultName, key.Name, Leaving));
            _versions = (detail.Value as Outcome<KeyDetail>.Done)?.Value.Versions ?? [];
        }
    }
}
