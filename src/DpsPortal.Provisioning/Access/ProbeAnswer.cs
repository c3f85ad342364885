using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Access;

/// <summary>What a check found.</summary>
internal abstract record ProbeAnswer
{
    private ProbeAnswer() { }

    /// <param name="Key">The instance key; who gets the answer disposes of it.</param>
    /// <param name="Newer">The key's current version where the instance follows it and is still under another one.</param>
    public sealed record Verified(InstanceKey Key, AccessVerdict Verdict, KeyIdentifier? Newer) : ProbeAnswer
    {
        public override string ToString() => nameof(Verified);
    }

    /// <param name="RetryAfter">How long the vault asked to be left alone, if it did.</param>
    public sealed record Failed(AccessVerdict Verdict, TimeSpan? RetryAfter = null) : ProbeAnswer;
}
