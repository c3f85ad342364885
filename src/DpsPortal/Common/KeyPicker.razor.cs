using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Common;

/// <summary>Chooses a key, and whether an instance follows it or stays on one of its versions, with the consequence in words.</summary>
public sealed partial class KeyPicker
{
    /// <summary>So many are offered at once; of more, those that a search finds.</summary>
    private const int Offered = 50;

    private readonly Load<ListedKeys> _keys = new();
    private readonly Load<ListedKeys> _chosen = new();
    private readonly Load<Outcome<KeyDetail>> _picked = new();

    [Parameter, EditorRequired] public KeyChoice Choice { get; set; } = null!;

    /// <summary>What is wrong with the choice.</summary>
    [Parameter, EditorRequired] public string? Fault { get; set; }

    [Parameter, EditorRequired] public EventCallback OnChange { get; set; }

    [Inject] private IKeyService Keys { get; set; } = null!;

    protected override object? Subject => Choice;

    private string? _search;

    /// <summary>Of the key that is picked now.</summary>
    private IReadOnlyList<KeyVersion> Versions =>
        _picked.Value is Outcome<KeyDetail>.Done { Value: var detail } && detail.Key == Choice.Picked ? detail.Versions : [];

    /// <summary>
    /// Why the key that is picked or pasted would be refused; one that came with the address, or has changed since, stays picked. Of a pinned
    /// one it is not its current version that counts, but its vault does.
    /// </summary>
    private Refusal? Unsuitable => KeyIdentifier.TryParse(Choice.Identifier, out var chosen)
        && OverviewOf(chosen)?.Unsuitable is { } why
        && (!chosen.IsPinned || why.Code == ProvisioningRefusals.PurgeProtectionMissing)
            ? why
            : null;

    /// <summary>What is wrong, without the remedy: a line of a list has room for no more.</summary>
    private string Why(Refusal refusal) => T[$"Unsuitable_{refusal.Code}"];

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Key;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_keys, () => Keys.ListPageAsync(Person, new KeyQuery(_search, Count: Offered), cancellationToken));
        await JudgeAsync(cancellationToken);
        await ReadVersionsAsync();
    }

    private async Task TellAsync()
    {
        // What was said of the key before does not hold for this one, also while that is looked up.
        Choice.Unsuitable = Unsuitable;
        await JudgeAsync(Leaving);
        await OnChange.InvokeAsync();
    }

    /// <summary>What is chosen need not be among those that are offered: it can be pasted, or found by a search before.</summary>
    private async Task JudgeAsync(CancellationToken cancellationToken)
    {
        if (KeyIdentifier.TryParse(Choice.Identifier, out var chosen) && In(_keys, chosen) is null)
        {
            await ReadIntoAsync(_chosen, () => Keys.ListPageAsync(Person, new KeyQuery($"{chosen.VaultName}/{chosen.Name}"), cancellationToken));
        }

        Choice.Unsuitable = Unsuitable;
    }

    private KeyOverview? OverviewOf(KeyIdentifier key) => In(_keys, key) ?? In(_chosen, key);

    private static KeyOverview? In(Load<ListedKeys> listed, KeyIdentifier key) =>
        listed.Value?.List.Keys.FirstOrDefault(one => one.Key.Canonical == key.Versionless.Canonical);

    private Task SearchAsync(string? text)
    {
        _search = text;
        return RefreshAsync();
    }

    private async Task PickAsync(KeyIdentifier? key)
    {
        (Choice.Picked, Choice.PinnedVersion) = (key, null);
        await Task.WhenAll(TellAsync(), ReadVersionsAsync());
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
            await ReadIntoAsync(_picked, () => Keys.GetAsync(Person, key.VaultName, key.Name, Leaving));
        }
    }
}
