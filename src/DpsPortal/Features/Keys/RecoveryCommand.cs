using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Features.Keys;

/// <summary>
/// How a deleted key or vault is recovered outside the portal: by Azure's command line, or by a request to the simulated vault, which knows
/// no other way.
/// </summary>
internal static class RecoveryCommand
{
    /// <returns><see langword="null"/> where nothing can be recovered.</returns>
    public static string? Of(AbsentKey key, bool simulated) => (key.Absence, simulated) switch
    {
        (KeyAbsence.Deleted, true) => $"POST {new Uri(key.Key.Vault, $"deletedkeys/{key.Key.Name}/recover?api-version=7.6")}",
        (KeyAbsence.Deleted, false) => $"az keyvault key recover --vault-name {key.Key.VaultName} --name {key.Key.Name}",
        (KeyAbsence.VaultUnread(VaultCondition.Deleted vault), true) => string.Join(
            Environment.NewLine,
            $"PUT {vault.ResourceId}?api-version=2023-07-01",
            $$$"""{"location":"{{{vault.Location}}}","properties":{"createMode":"recover"}}"""),
        (KeyAbsence.VaultUnread(VaultCondition.Deleted vault), false) => $"az keyvault recover --name {key.Key.VaultName} --location {vault.Location}",
        _ => null,
    };
}
