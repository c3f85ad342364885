namespace DpsPortal.Services.Revocation;

/// <param name="Uncertain">Versions and assignments of which it cannot be known whether the vault changed them.</param>
internal sealed record RevokeFacts(IReadOnlyList<string> Uncertain);
