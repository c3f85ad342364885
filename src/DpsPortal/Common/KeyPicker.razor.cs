using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Common;

/// <summary>Chooses a key, and whether an instance follows it or stays on one of its versions, with the consequence in words.</summary>
public sealed partial class KeyPicker
{
    private readonly Load<KeyList> _keys = new();
    private IReadOnlyList<KeyVersion> _versions = [];

    [Parameter, EditorRequired] public KeyChoice Choice { get; set; } = null!;

    /// <summary>What is wrong with the choice.</summary>
    [Parameter, EditorRequired] public string? Fault { get; set; }

    [Parameter, EditorRequired] public EventCallback OnChange { get; set; }

    [Inject] private IKeyService Keys { get; set; } = null!;

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Key;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_keys, () => Keys.ListAsync(Person, cancellationToken));
        await ReadVersionsAsync();
    }

    private Task TellAsync() => OnChange.InvokeAsync();

    private async Task PickAsync(KeyIdentifier? key)
    {
        (Choice.Picked, Choice.PinnedVersion, _versions) = (key, null, []);
        await TellAsync();
        await ReadVersionsAsync();
    }

    private Task PinAsync(string? version)
    {
        Choice.PinnedVersion = version;
        return TellAsync();
    }

    private async Task ReadVersionsAsync()
    {
        if (Choice.Picked is { } key)
        {
            var detail = new Load<Outcome<KeyDetail>>();
            await ReadIntoAsync(detail, () => Keys.GetAsync(Person, key.VaultName, key.Name, Leaving));
            _versions = (detail.Value as Outcome<KeyDetail>.Done)?.Value.Versions ?? [];
        }
    }
}
