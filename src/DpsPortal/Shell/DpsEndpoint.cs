namespace DpsPortal.Shell;

/// <summary>Where the simulated DPS serves its protocols on this machine.</summary>
/// <param name="Port">On loopback; <see langword="null"/> where it has no certificate and serves none.</param>
/// <param name="AuthorityFile">Public certificate of the local authority, which programs have to trust.</param>
internal sealed record DpsEndpoint(int? Port, string? AuthorityFile);
