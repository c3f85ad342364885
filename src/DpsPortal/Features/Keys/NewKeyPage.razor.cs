using System.Globalization;
using DpsPortal.Common;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Keys;

public sealed partial class NewKeyPage
{
    private static readonly string?[] FieldNames = ["Vault", "Name", "Size", "NotBefore", "ExpiresOn"];

    private readonly Load<IReadOnlyList<Vault>> _vaults = new();
    private readonly Attempt _attempt = new();
    private string? _vault;
    private string? _name;
    private int _size = 3072;
    private string? _expires;

    [Inject] private IKeyService Keys { get; set; } = null!;

    protected override bool Concerns(PortalChange change) => false;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_vaults, () => Keys.ListVaultsAsync(Person, cancellationToken));
        // DPS takes no key of a vault without purge protection, so such a vault is not what to begin with.
        _vault ??= _vaults.Value?.OrderByDescending(vault => vault.PurgeProtection).FirstOrDefault()?.Name;
    }

    private async Task CreateAsync()
    {
        // As a date field has it, in every language; without a whole date it has nothing.
        DateTimeOffset? expires = DateOnly.TryParseExact(_expires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : null;
        await _attempt.RunAsync(
            () => Keys.CreateAsync(Person, new NewKey(_vault ?? "", _name?.Trim() ?? "", _size, null, expires), Leaving),
            key => GoOnTo(Addresses.Key(key)), leaves: true);
    }

    private bool HasError(string field) => _attempt.Refusal?.Field == field;

    private string? Error(string field) => HasError(field) ? T.Of(_attempt.Refusal!) : null;

    private string PurgeText(IReadOnlyList<Vault> vaults) =>
        T[vaults.FirstOrDefault(vault => vault.Name == _vault) is { PurgeProtection: false } ? "VaultWithoutPurgeProtection" : "VaultHelp"];
}
