namespace DpsPortal.KeyVault;

/// <summary>
/// The vault does not start with these settings or on what it finds: each fault is one sentence for people that names the setting or file and the
/// remedy. Nothing was changed. Any other exception of a start is a bug and keeps its stack trace.
/// </summary>
public sealed class VaultStartRefusedException(IReadOnlyList<string> faults, Exception? innerException = null)
    : Exception(string.Join(Environment.NewLine, faults), innerException)
{
    public VaultStartRefusedException(string fault, Exception? innerException = null)
        : this([fault], innerException)
    {
    }

    /// <summary>Everything that was found wrong.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
