namespace DpsPortal.Services.Vaults;

/// <summary>A vault that was deleted and can be recovered still.</summary>
/// <param name="ResourceId">ARM id that it had and gets back.</param>
/// <param name="RecoverableUntil">When it is purged.</param>
public sealed record DeletedVault(string Name, string ResourceId, string Location, DateTimeOffset? DeletedOn, DateTimeOffset? RecoverableUntil);
