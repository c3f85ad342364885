namespace DpsPortal.KeyVault.Backups;

/// <summary>
/// What a backup blob has inside: a key with all its versions, in the order of their creation. A format of its own, apart from
/// the database's, because blobs outlive schemas. Holds secret bytes: prints only its type name.
/// </summary>
/// <param name="Policy">The rotation policy as JSON.</param>
internal sealed record KeyBackup(string Name, IReadOnlyList<VersionBackup> Versions, string? Policy)
{
    /// <summary>Azure's limit.</summary>
    public const int MostVersions = 500;

    public override string ToString() => nameof(KeyBackup);
}
